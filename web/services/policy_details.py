"""Facts of a pairing that stand on no table of their own: what is asked, by which rules, and how it is read.

They are kept in `Pairing.details` under these keys; a key that is absent, or holds something else, is not stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models import PolicyRule
from models.choices import RuleKind, TieKind
from web.services.errors import Sentence

NO_UNIT = Sentence("", "")


@dataclass(frozen=True, slots=True)
class Detail:
    """One question.

    `type`: `flag` (true or false), `number` and `count` (least to most; counts are whole), `ties` (a list of TieKind
    values), `text` (at most so many characters) or `day`. It is asked where the mode has the `part`, or where a rule
    of one of the `kinds` reads the answer.
    """

    key: str
    type: str
    question: Sentence
    kinds: tuple[RuleKind, ...] = ()
    part: str = ""
    most: float = 0
    unit: Sentence = NO_UNIT


BLANK = "__"
"""Stands in model texts of clauses for what the parties fill in."""
YEARS = Sentence("年", "years")
DETAILS: tuple[Detail, ...] = (
    Detail(
        "is_civil_servant",
        "flag",
        Sentence("专家是否公务员或参公管理人员", "Is the expert a civil servant?"),
        (RuleKind.EXCLUDED_KIND,),
    ),
    Detail(
        "has_permanent_post",
        "flag",
        Sentence("专家是否原单位在编在岗人员", "Does the expert hold a permanent post at the home institution?"),
        (RuleKind.EXCLUDED_KIND,),
    ),
    Detail(
        "person_ties",
        "ties",
        Sentence("专家本人与用人单位的关系", "What ties the expert to the host"),
        (RuleKind.NO_TIE,),
    ),
    Detail(
        "institution_ties",
        "ties",
        Sentence("派出单位与用人单位的关系", "What ties the home institution to the host"),
        (RuleKind.NO_TIE,),
    ),
    Detail(
        "earlier_terms",
        "count",
        Sentence("此前在该单位已完成的聘期（首次填 0）", "Earlier terms at this host (0: this is the first)"),
        (RuleKind.RENEWAL_CAP,),
        most=20,
        unit=Sentence("期", "terms"),
    ),
    Detail(
        "west_days",
        "number",
        Sentence("每年到西部的天数", "Days a year in the west"),
        (RuleKind.MINIMUM_DAYS,),
        "site",
        366,
        Sentence("天", "days"),
    ),
    Detail("mentor_name", "text", Sentence("导师姓名", "The mentor's name"), part="mentor", most=80),
    Detail("enterprise", "text", Sentence("导师所在企业", "The mentor's enterprise"), part="mentor", most=120),
    Detail(
        "mentor_years",
        "number",
        Sentence("导师从业年限", "The mentor's years of practice"),
        (RuleKind.MENTOR,),
        "mentor",
        70,
        YEARS,
    ),
    Detail(
        "mentor_share",
        "number",
        Sentence("导师承担的专业课比例", "The mentor's share of specialist teaching"),
        (RuleKind.MENTOR,),
        "mentor",
        100,
        Sentence("%", "%"),
    ),
    Detail(
        "trainees",
        "count",
        Sentence("培训或带教人数", "Number of trainees"),
        part="trainees",
        most=10_000,
        unit=Sentence("人", "people"),
    ),
    Detail(
        "certificates_planned",
        "count",
        Sentence("计划发证人数", "Certificates planned"),
        part="trainees",
        most=10_000,
        unit=Sentence("人", "people"),
    ),
    Detail(
        "altitude_m",
        "number",
        Sentence("工作地海拔", "Altitude of the place of work"),
        (RuleKind.ALTITUDE_CLEARANCE,),
        most=9000,
        unit=Sentence("米", "m"),
    ),
    Detail(
        "altitude_ok",
        "flag",
        Sentence("专家是否适应高海拔", "Is the expert fit for high altitude?"),
        (RuleKind.ALTITUDE_CLEARANCE,),
    ),
    Detail("clearance_on", "day", Sentence("体检日期", "Day of the medical examination"), part="clearance"),
)
_WANTED_BY: Mapping[str, tuple[str, str]] = {
    "is_civil_servant": ("excluded", "civil_servant"),
    "has_permanent_post": ("excluded", "without_permanent_post"),
    "person_ties": ("holders", "person"),
    "institution_ties": ("holders", "institution"),
    "west_days": ("where", "west"),
}
"""Key → the parameter and the value in it by which a rule asks for it; every rule of the kind asks for the others."""
_UNLESS_SAID: Mapping[str, list[str]] = {"holders": ["person"]}
"""What a rule that leaves such a parameter out means."""


def asked(rules: Iterable[PolicyRule]) -> tuple[Detail, ...]:
    """The questions whose answers these rules need."""
    listed = list(rules)
    return tuple(one for one in DETAILS if any(_asks(rule, one) for rule in listed))


def _asks(rule: PolicyRule, detail: Detail) -> bool:
    if rule.kind not in detail.kinds:
        return False
    if detail.key not in _WANTED_BY:
        return True
    name, value = _WANTED_BY[detail.key]
    given = rule.parameters.get(name, _UNLESS_SAID.get(name, ""))
    return value in given if isinstance(given, list) else value == given


def is_settled(words: object) -> bool:
    """Whether a clause says something, and has none of the model text's blanks left."""
    text = str(words or "").strip()
    return bool(text) and BLANK not in text


def flag_of(details: Mapping[str, Any], key: str) -> bool | None:
    """Yes, no, or not stated."""
    value = details.get(key)
    return value if isinstance(value, bool) else None


def number_of(details: Mapping[str, Any], key: str) -> float | None:
    """The number, or not stated."""
    value = details.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def ties_of(details: Mapping[str, Any], key: str) -> tuple[TieKind, ...] | None:
    """The ties (none of them: an empty tuple), or not stated."""
    value = details.get(key)
    if not isinstance(value, list) or any(one not in list(TieKind) for one in value):
        return None
    return tuple(TieKind(one) for one in value)
