"""The engine's values: frozen, plain, independent of files, databases and encoders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Language = Literal["zh", "en"]
Kind = Literal["expert", "graduate"]
Outcome = Literal["pass", "fail", "unknown"]
Band = Literal["strong", "medium", "weak"]
LinkKind = Literal["same", "term", "meaning"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Work:
    """A publication, patent, project or award: the evidence of expertise."""

    title: str
    abstract: str = ""
    year: int | None = None
    kind: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expert:
    """An eastern researcher, clinician, engineer or extension worker (or a graduate) with a profile.

    `days_per_year` is in days; None, an empty string or an empty tuple mean "not stated".
    """

    id: str
    name: str = ""
    kind: Kind = "expert"
    title: str = ""
    degree: str = ""
    institution: str = ""
    province: str = ""
    city: str = ""
    bio: str = ""
    keywords: tuple[str, ...] = ()
    works: tuple[Work, ...] = ()
    modes: tuple[str, ...] = ()
    days_per_year: float | None = None
    available_from: date | None = None
    available_to: date | None = None
    altitude_ok: bool | None = None
    languages: tuple[str, ...] = ()
    windows: tuple[tuple[date, date], ...] = ()
    """Spans of days, both ends included, where there are several; `available_from` and `_to` are then not looked at."""
    regions: tuple[str, ...] = ()
    """Prefixes of the place codes (GB/T 2260) to which the expert would go; none: anywhere."""


@dataclass(frozen=True, slots=True)
class Need:
    """A posting by a western employer: a problem to solve or a post to fill.

    `days_per_year` is in days, `altitude_m` in metres; None or empty mean "no such wish".
    """

    id: str
    title: str = ""
    problem: str = ""
    indicators: str = ""
    goal: str = ""
    keywords: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    province: str = ""
    city: str = ""
    days_per_year: float | None = None
    starts: date | None = None
    ends: date | None = None
    min_title: str = ""
    min_degree: str = ""
    headcount: int = 1
    altitude_m: float | None = None
    exclude_institutions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Codes (GB/T 2260) that name the place of work, set where somebody must go there; any of them will do."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of an expert's profile that is encoded and matched on its own.

    `field` says where it stands in the profile: `bio`, `keywords` or `works[0]`, `works[1]`, …
    """

    expert_id: str
    field: str
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one hard rule says of one need and one expert, with the facts it looked at.

    `unknown` means that a fact is not stated; such a rule never excludes, it asks to be checked.
    """

    rule: str
    outcome: Outcome
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the score gave. The parts of a match add up to its raw score."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Link:
    """A phrase of the need and the phrase of the passage that answers it.

    `kind`: `same` (the same words), `term` (joined by the term bank), `meaning` (joined by the encoder).
    """

    need: str
    passage: str
    kind: LinkKind
    strength: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that carried a match. `given` is what it gave to the raw score, in the same units."""

    field: str
    text: str
    language: Language
    given: float
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One need–expert pair with score and reasons; nobody has acted on it.

    `score` is the calibrated probability in [0, 1] that a judge would call the expert right for the need;
    `raw_score` is the ranker's sum before calibration.
    """

    need_id: str
    expert_id: str
    rank: int
    score: float
    raw_score: float
    band: Band
    parts: tuple[Part, ...]
    evidence: tuple[Evidence, ...]
    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An expert that hard rules keep out of one need's list, with every rule that failed."""

    need_id: str
    expert_id: str
    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything the engine says of one need: eligible experts in order, and who was excluded by which rule."""

    need_id: str
    matches: tuple[Match, ...]
    exclusions: tuple[Exclusion, ...] = field(default=())
