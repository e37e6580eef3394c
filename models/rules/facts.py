"""What rules may know of a pairing. None is “nobody has said”, never “no”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.choices import DocumentKind, ExpertKind, TieKind


class Nearness(StrEnum):
    """Whether a declared tie is to this host: surely, perhaps (a name that nobody can place), or not."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StatedTie:
    """An interest that the expert has declared."""

    kind: TieKind
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class YearBudget:
    """Days of one person in one calendar year; `left` without this pairing, None when none was offered in numbers."""

    year: int
    asked: float
    left: float | None
    person: str = ""
    """The code of the person's profile."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """Another approved pairing or running assignment of the expert."""

    code: str
    starts: date
    ends: date
    is_remote: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of an exchange; direction `west` or `east`."""

    direction: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Notice:
    """A public notice: its working days so far, and what objections there are. `is_exact`: holidays are known."""

    starts: date
    ends: date | None
    working_days: int
    open_objections: int = 0
    upheld_objections: int = 0
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """An enclave site and how many of its places others hold at the fullest day of the term."""

    adcode: str
    places: int
    taken: int
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class PairingFacts:
    """A pairing as rules see it on one day."""

    mode: str
    today: date
    starts: date
    ends: date
    days_per_year: float
    place: str
    """The adcode of where the work is."""
    is_remote: bool = False
    altitude_m: float | None = None

    kind: ExpertKind = ExpertKind.EXPERT
    title_rank: int | None = None
    """4 正高, 3 副高, 2 中级, 1 初级."""
    degree_rank: int | None = None
    """4 博士, 3 硕士, 2 本科, 1 专科."""
    birth_year: int | None = None
    altitude_ok: bool | None = None
    is_civil_servant: bool | None = None
    civil_servants_in_team: int = 0
    has_permanent_post: bool | None = None

    ties: tuple[StatedTie, ...] | None = None
    """None: the expert has not answered the question."""
    institution_ties: tuple[TieKind, ...] | None = None
    """What the home institution has to the host; None: not answered."""

    needs_consent: bool = False
    is_consented: bool = False
    notices: tuple[Notice, ...] = ()
    mode_clauses: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    """Codes of the clauses in which something is agreed."""
    documents: tuple[DocumentKind, ...] = ()

    budgets: tuple[YearBudget, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    renewals: int | None = 0
    """How often this would have been renewed, this time included; 0: it renews nothing."""
    last_ended: date | None = None
    """When the expert's last assignment at this host ended, if there was one and this does not renew it."""
    last_was_broken_off: bool = False

    site: Site | None = None
    west_days: float | None = None
    """Days a year in the west, where the post is in the east."""
    mentor_years: float | None = None
    mentor_share: float | None = None
    """Per cent of the specialist teaching."""
    legs: tuple[Leg, ...] = ()
