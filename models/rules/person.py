"""Rules about the person: title, degree, age, who is kept out, interests, fitness for altitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.choices import Degree, DocumentKind, ExpertKind, TieKind, TitleRank
from models.place import PLATEAU
from models.rules.facts import Nearness, PairingFacts
from models.rules.finding import Finding, decided, not_concerned, unknown
from models.rules.parameters import Parameters, choice_of, codes, flag, number, whole

TITLES = tuple(rank.value for rank in TitleRank)
"""Rank of a title → its name; 0 is none."""
DEGREES = tuple(degree.value for degree in Degree)
UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class MinimumTitle(Parameters):
    """A title of at least this rank, or else the degree, where one is named."""

    minimum: str = choice_of("最低职称", "Lowest title", [one for one in TITLES if one])
    or_degree: str = choice_of("或者学位不低于", "Or a degree of at least", DEGREES, default="")


def minimum_title(facts: PairingFacts, own: MinimumTitle) -> Finding:
    """The title is high enough, or the degree is."""
    known = {
        "minimum": own.minimum,
        "or_degree": own.or_degree,
        "title": UNSTATED if facts.title_rank is None else TITLES[facts.title_rank],
        "degree": UNSTATED if facts.degree_rank is None else DEGREES[facts.degree_rank],
    }
    by_title = None if facts.title_rank is None else facts.title_rank >= TITLES.index(own.minimum)
    by_degree = _by_degree(facts, own)
    if by_title or by_degree:
        return decided(True, **known)
    missing = [name for name, is_met in (("title", by_title), ("degree", by_degree)) if is_met is None]
    return unknown(*missing, **known) if missing else decided(False, **known)


def _by_degree(facts: PairingFacts, own: MinimumTitle) -> bool | None:
    if not own.or_degree:
        return False
    return None if facts.degree_rank is None else facts.degree_rank >= DEGREES.index(own.or_degree)


@dataclass(frozen=True, slots=True)
class MinimumDegree(Parameters):
    """A degree of at least this rank."""

    minimum: str = choice_of("最低学位", "Lowest degree", [one for one in DEGREES if one])


def minimum_degree(facts: PairingFacts, own: MinimumDegree) -> Finding:
    """The degree is high enough."""
    if facts.degree_rank is None:
        return unknown("degree", minimum=own.minimum)
    is_met = facts.degree_rank >= DEGREES.index(own.minimum)
    return decided(is_met, minimum=own.minimum, degree=DEGREES[facts.degree_rank])


@dataclass(frozen=True, slots=True)
class AgeCap(Parameters):
    """An age that the year of the start must not pass, unless the title is of a rank that is let off."""

    most: int = whole("最高年龄", "Highest age", 18, 100, ("岁", "years"))
    exempt_title: str = choice_of("不受限的职称", "Title that is let off", TITLES, default="")


def age_cap(facts: PairingFacts, own: AgeCap) -> Finding:
    """The age reached in the year of the start; only the year of birth is known."""
    if own.exempt_title and facts.title_rank is not None and facts.title_rank >= TITLES.index(own.exempt_title):
        return not_concerned(title=TITLES[facts.title_rank], most=own.most)
    if facts.birth_year is None:
        return unknown("birth_year", most=own.most)
    age = facts.starts.year - facts.birth_year
    if age > own.most and own.exempt_title and facts.title_rank is None:
        return unknown("title", age=age, most=own.most)
    return decided(age <= own.most, age=age, most=own.most)


GROUPS = ("civil_servant", "graduate", "without_permanent_post")


@dataclass(frozen=True, slots=True)
class ExcludedKind(Parameters):
    """Groups of people who may not take part."""

    excluded: tuple[str, ...] = choice_of("不得参加的人员", "Who may not take part", GROUPS, several=True)


def excluded_kind(facts: PairingFacts, own: ExcludedKind) -> Finding:
    """Nobody of the pairing, the team included, belongs to an excluded group."""
    is_in = {
        "civil_servant": True if facts.civil_servants_in_team else facts.is_civil_servant,
        "graduate": facts.kind == ExpertKind.GRADUATE,
        "without_permanent_post": None if facts.has_permanent_post is None else not facts.has_permanent_post,
    }
    found = [group for group in own.excluded if is_in[group]]
    missing = [group for group in own.excluded if is_in[group] is None]
    if missing and not found:
        return unknown(*missing, excluded=list(own.excluded))
    return decided(not found, excluded=list(own.excluded), found=found)


HOLDERS = ("person", "institution")


@dataclass(frozen=True, slots=True)
class NoTie(Parameters):
    """Interests in the host that neither the person nor, where named, the home institution may have."""

    ties: tuple[str, ...] = choice_of("不得有的关系", "Interests that are not allowed", TieKind, several=True)
    holders: tuple[str, ...] = choice_of("适用于", "Whose interests count", HOLDERS, several=True, default=("person",))


def no_tie(facts: PairingFacts, own: NoTie) -> Finding:
    """None of the named interests is declared; a name that nobody can place must be looked at."""
    found: dict[str, None] = {}
    missing: list[str] = []
    if "person" in own.holders:
        if facts.ties is None:
            missing.append("ties")
        for tie in facts.ties or ():
            if tie.kind in own.ties and tie.nearness == Nearness.SAME:
                found[tie.kind.value] = None
            elif tie.kind in own.ties and tie.nearness == Nearness.PERHAPS:
                missing.append("tie_counterpart")
    if "institution" in own.holders:
        if facts.institution_ties is None:
            missing.append("institution_ties")
        found |= dict.fromkeys(kind.value for kind in facts.institution_ties or () if kind in own.ties)
    return _ties_found(list(found), missing, own)


def _ties_found(found: Sequence[str], missing: Sequence[str], own: NoTie) -> Finding:
    known = {"ties": list(own.ties), "holders": list(own.holders)}
    if missing and not found:
        return unknown(*dict.fromkeys(missing), **known)
    return decided(not found, **known, found=list(found))


@dataclass(frozen=True, slots=True)
class AltitudeClearance(Parameters):
    """Work above this height needs a person who is fit for it, and where asked for, the paper that says so."""

    above_m: float = number("高于此海拔", "Above this height", 0, 9000, ("米", "m"))
    plateau: tuple[str, ...] = codes(
        "未写海拔也须核实的地区", "Places whose height must be asked for", may_be_empty=True, default=PLATEAU
    )
    needs_document: bool = flag("须有体检证明", "A medical clearance must be uploaded", default=False)


def altitude_clearance(facts: PairingFacts, own: AltitudeClearance) -> Finding:
    """High posts only with clearance. A place outside the named plateau whose height nobody wrote is taken as low."""
    limit: dict[str, Any] = {"above_m": own.above_m}
    if facts.is_remote:
        return not_concerned(**limit)
    if facts.altitude_m is None:
        may_be_high = any(facts.place.startswith(prefix) for prefix in own.plateau)
        return unknown("altitude_m", **limit) if may_be_high else not_concerned(**limit, place=facts.place)
    known = {**limit, "altitude_m": facts.altitude_m}
    if facts.altitude_m <= own.above_m:
        return not_concerned(**known)
    has_paper = DocumentKind.ALTITUDE_CLEARANCE in facts.documents
    known["document"] = "present" if has_paper else "absent"
    if facts.altitude_ok is None and not (own.needs_document and not has_paper):
        return unknown("altitude_ok", **known)
    return decided(bool(facts.altitude_ok) and (has_paper or not own.needs_document), **known)
