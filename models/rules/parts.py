"""Rules about what only some modes have: a site, a mentor, two legs."""

from __future__ import annotations

from dataclasses import dataclass

from models.rules.facts import PairingFacts
from models.rules.finding import Finding, decided, unknown
from models.rules.parameters import Parameters, codes, number

EASTERN = ("11", "12", "13", "21", "31", "32", "33", "35", "37", "44", "46")
"""The ten provinces that national statistics call the east (东部地区), and 辽宁."""


@dataclass(frozen=True, slots=True)
class EnclaveSite(Parameters):
    """Where sites may lie."""

    provinces: tuple[str, ...] = codes("站点可设的省份", "Provinces where a site may lie", default=EASTERN)


def enclave_site(facts: PairingFacts, own: EnclaveSite) -> Finding:
    """The site is open, lies in one of the provinces, and has a place free through the whole term."""
    site = facts.site
    if site is None:
        return unknown("site")
    is_inside = any(site.adcode.startswith(prefix) for prefix in own.provinces)
    wrong = [
        word
        for word, is_wrong in (
            ("site_elsewhere", not is_inside),
            ("site_closed", not site.is_open),
            ("site_full", site.taken >= site.places),
        )
        if is_wrong
    ]
    return decided(not wrong, site_place=site.adcode, places=site.places, taken=site.taken, found=wrong)


@dataclass(frozen=True, slots=True)
class Mentor(Parameters):
    """What a mentor must bring."""

    years: float = number("从业年限不少于", "Years of practice, at least", 0, 50, ("年", "years"))
    share: float = number("专业课教学比例不低于", "Share of specialist teaching, at least", 0, 100, ("%", "%"))


def mentor(facts: PairingFacts, own: Mentor) -> Finding:
    """Long enough in practice, and enough of the teaching."""
    stated = {"mentor_years": facts.mentor_years, "mentor_share": facts.mentor_share}
    known = {"years": own.years, "share": own.share, **{name: _or_unstated(one) for name, one in stated.items()}}
    is_short = any(
        value is not None and value < least
        for value, least in ((facts.mentor_years, own.years), (facts.mentor_share, own.share))
    )
    missing = [name for name, one in stated.items() if one is None]
    return unknown(*missing, **known) if missing and not is_short else decided(not is_short, **known)


def _or_unstated(value: float | None) -> float | str:
    return "unstated" if value is None else value


@dataclass(frozen=True, slots=True)
class ReciprocalLegs(Parameters):
    """An exchange goes both ways. There is nothing to set."""


def reciprocal_legs(facts: PairingFacts, _own: ReciprocalLegs) -> Finding:
    """One leg goes west, one comes east."""
    there = {leg.direction for leg in facts.legs}
    absent = [direction for direction in ("west", "east") if direction not in there]
    return decided(not absent, legs=len(facts.legs), absent=absent)
