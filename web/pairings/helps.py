"""Who can supply what a rule lacks, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Pairing
from models.choices import Outcome, RuleKind, Side
from models.rules.words import UNKNOWN_WORDS
from web.language import is_chinese
from web.permissions import actor
from web.services.pairing_files import FIELD
from web.services.pairing_terms import can_settle
from web.services.pairings import sides_of
from web.services.policy import Looked

IN_TERMS: Mapping[str, str] = {
    "civil_servant": "is_civil_servant",
    "without_permanent_post": "has_permanent_post",
    "ties": "person_ties",
    "tie_counterpart": "person_ties",
    "institution_ties": "institution_ties",
    "altitude_m": "altitude_m",
    "altitude_ok": "altitude_ok",
    "renewals": "earlier_terms",
    "west_days": "west_days",
    "site": "site_id",
    "mentor_years": "mentor_years",
    "mentor_share": "mentor_share",
}
"""A fact that may be missing → the field of the terms in which either party writes it."""
IN_PROFILE: Mapping[str, tuple[str, str]] = {
    "title": ("basics", "title"),
    "degree": ("basics", "degree"),
    "birth_year": ("basics", "birth_year"),
    "graduate": ("basics", "kind"),
    "days_per_year": ("cooperation", "days_per_year"),
}
"""A fact → the step of the profile and its field; the expert alone writes it."""


@dataclass(frozen=True, slots=True)
class Help:
    """A sentence, and where to go where the reader can supply it."""

    text: str
    href: str | None = None


def form_url_of(pairing: Pairing) -> str | None:
    """The address of the form of terms, for a party who may change them now."""
    if pairing.code is None or not any(can_settle(pairing, side) for side in sides_of(pairing, actor())):
        return None
    return url_for("pairings.revise", pairing_code=pairing.code)


def helps_for(looked: Looked, pairing: Pairing, *, form_url: str | None) -> list[Help]:
    """For each fact that is missing, who can supply it. `form_url`: where the reader can change the terms ("" here)."""
    if looked.outcome == Outcome.UNKNOWN:
        return [_of_fact(fact, pairing, form_url) for fact in looked.facts.get("missing", ())]
    if looked.outcome == Outcome.FAIL and (found := _LACKS.get(looked.rule.kind)) is not None:
        return [_in_terms(str(text), anchor, form_url) for text, anchor in found(looked.facts)]
    return []


def _of_fact(fact: str, pairing: Pairing, form_url: str | None) -> Help:
    name = UNKNOWN_WORDS[fact][not is_chinese()]
    if fact in IN_TERMS:
        return _in_terms(str(_("“%(fact)s”由用人单位或专家在条款中填写", fact=name)), IN_TERMS[fact], form_url)
    if fact in IN_PROFILE:
        step, anchor = IN_PROFILE[fact]
        is_own = Side.EXPERT in sides_of(pairing, actor())
        text = str(_("“%(fact)s”由专家在个人资料中填写", fact=name))
        return Help(text, url_for("experts.step", name=step, _anchor=anchor) if is_own else None)
    return Help(str(_("“%(fact)s”由系统管理员在合作方式中设置", fact=name)))


def _in_terms(text: str, anchor: str, form_url: str | None) -> Help:
    return Help(text, None if form_url is None else f"{form_url}#{anchor}")


Lacking = Iterable[tuple[LazyString, str]]


def _clauses(facts: Mapping[str, Any]) -> Lacking:
    absent = facts.get("absent") or ()
    return [(_l("由用人单位或专家在条款中约定"), f"clause-{absent[0]}")] if absent else []


def _legs(_facts: Mapping[str, Any]) -> Lacking:
    return [(_l("由用人单位或专家在条款中补齐互派的两程"), "legs")]


def _clearance(facts: Mapping[str, Any]) -> Lacking:
    is_absent = facts.get("document") == "absent"
    return [(_l("由用人单位或专家在条款中上传体检证明"), FIELD)] if is_absent else []


def _site(_facts: Mapping[str, Any]) -> Lacking:
    return [(_l("由用人单位或专家在条款中另选站点"), "site_id")]


_LACKS: Mapping[RuleKind, Callable[[Mapping[str, Any]], Lacking]] = {
    RuleKind.REQUIRED_CLAUSES: _clauses,
    RuleKind.RECIPROCAL_LEGS: _legs,
    RuleKind.ALTITUDE_CLEARANCE: _clearance,
    RuleKind.ENCLAVE_SITE: _site,
}
"""Kinds of rules that fail for what can be written into the terms: what, and the field."""
