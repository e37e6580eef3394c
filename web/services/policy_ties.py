"""Declared interests against this host: surely it, perhaps it, or somebody else."""

from __future__ import annotations

from matcher.eligibility.rules import institution_key
from models import Pairing, Tie
from models.choices import TieKind
from models.rules import StatedTie
from models.rules.facts import Nearness
from web.services.policy_details import ties_of

PERSONAL = (TieKind.SUPERVISION, TieKind.KINSHIP, TieKind.SHARED_PATENT)
"""Ties to a person: whether a name is of somebody at the host is known only where the host names that person."""
Dismissed = frozenset[tuple[int, TieKind, str]]
SHORTEST = 2
"""A shorter name is in too many others to mean anything."""


def stated_ties(pairing: Pairing, dismissed: Dismissed = frozenset()) -> tuple[StatedTie, ...] | None:
    """The expert's ties to this host, by their declaration and the pairing's terms; None where neither says anything.

    Those that a manager has set aside (`dismissed`: expert, kind, counterpart) do not count. What the terms say of
    this host settles what the declaration leaves open, and never takes back what it names.
    """
    declared = declared_ties(pairing, dismissed)
    said = ties_of(pairing.details or {}, "person_ties")
    if said is None:
        return declared
    sure = tuple(tie for tie in declared or () if tie.nearness == Nearness.SAME)
    return sure + tuple(StatedTie(kind, Nearness.SAME) for kind in said)


def is_clear(pairing: Pairing, dismissed: Dismissed = frozenset()) -> bool:
    """Whether the expert's own declaration says all that the rules ask of this host."""
    declared = declared_ties(pairing, dismissed)
    return declared is not None and all(tie.nearness != Nearness.PERHAPS for tie in declared)


def declared_ties(pairing: Pairing, dismissed: Dismissed = frozenset()) -> tuple[StatedTie, ...] | None:
    """By the expert's declaration alone."""
    expert = pairing.expert
    if not expert.ties_declared and not expert.ties:
        return None
    standing = [tie for tie in expert.ties if (tie.expert_id, tie.kind, tie.counterpart) not in dismissed]
    ties = tuple(StatedTie(tie.kind, _nearness(pairing, tie.kind, tie.counterpart)) for tie in standing)
    # What is declared counts even before the declaration is complete; what is not declared yet is unknown.
    return ties if expert.ties_declared or any(tie.nearness == Nearness.SAME for tie in ties) else None


def may_mean_host(pairing: Pairing, tie: Tie) -> bool:
    """Whether what was declared is, or may be, an interest in the host or its people."""
    return _nearness(pairing, tie.kind, tie.counterpart) != Nearness.OTHER


def _nearness(pairing: Pairing, kind: TieKind, counterpart: str) -> Nearness:
    host, other = pairing.need.organisation, institution_key(counterpart)
    names = [institution_key(name) for name in (host.name, host.name_en) if name]
    if any(name in other for name in names):
        return Nearness.SAME
    if len(other) >= SHORTEST and any(other in name for name in names):
        return Nearness.PERHAPS  # a short form, or the group that the host belongs to
    if kind not in PERSONAL:
        return Nearness.OTHER
    people = {institution_key(name) for name in _people(pairing) if len(name) >= SHORTEST}
    return Nearness.SAME if any(name in other for name in people) else _unless_elsewhere(other)


def _people(pairing: Pairing) -> list[str]:
    """The names of people whom the host itself names."""
    need = pairing.need
    return [name for name in (need.contact_name, need.posted_by.name if need.posted_by else "") if name]


def _unless_elsewhere(name: str) -> Nearness:
    """A bare name of a person may be of somebody at the host; one with another organisation is not."""
    return Nearness.OTHER if any(word in name for word in _ORGANISATIONS) else Nearness.PERHAPS


_ORGANISATIONS = (
    "大学", "学院", "研究", "医院", "公司", "集团", "中心", "合作社", "政府", "局", "站", "厂", "场", "委", "协会",
    "学校", "university", "college", "institute", "hospital", "company", "works", "ltd", "farm",
)  # fmt: skip
"""Words of organisations' names."""
