"""The demo files of `seed_data/demo`, line by line; a bad line is named by file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from models import choices as c
from models.organisation import checked_credit_code

Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
Adcode = Annotated[str, Field(pattern=r"^\d{6}$")]
Prefix = Annotated[str, Field(pattern=r"^\d{2}(\d{2}){0,2}$")]
Long = Annotated[str, Field(max_length=500)]
Line = TypeVar("Line", bound="SeedLine")


class SeedError(ValueError):
    """A line of a demo file that cannot be loaded; the message names file, line and field."""

    def __init__(self, path: Path, line: int, field: str, problem: str) -> None:
        super().__init__(f"{path}, line {line}, {field}: {problem}")
        self.path, self.line, self.field = path, line, field


class SeedLine(BaseModel):
    """A line: unknown fields are errors, for they are misspelt ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str


class SeedOrganisation(SeedLine):
    """An organisation."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    name_en: Annotated[str, Field(max_length=200)]
    kind: c.OrganisationKind
    adcode: Adcode
    xpcc: bool
    intro: Long
    verification: c.Verification
    reason: str = ""
    uscc: Annotated[str, AfterValidator(checked_credit_code)]


class SeedNeed(SeedLine):
    """A need; `topic` and `language` describe the text and are not kept."""

    organisation: str
    topic: str
    task: str | None
    language: str
    title: Annotated[str, Field(max_length=120)]
    problem: Long
    indicators: Long
    goal: Long
    keywords: Annotated[tuple[str, ...], Field(max_length=5)]
    funding_wan: Annotated[float, Field(ge=0, le=1_000_000)] | None
    modes: tuple[c.Mode, ...]
    discipline: str | None
    industry: str | None
    min_title: c.TitleRank
    min_degree: c.Degree
    headcount: Annotated[int, Field(ge=1, le=999)]
    days_per_year: Annotated[float, Field(ge=0.5, le=366)] | None
    place: c.Place
    altitude_m: Annotated[float, Field(ge=-200, le=9000)] | None
    starts: Month
    ends: Month
    deadline: date
    contact_name: str
    contact_phone: str
    contact_email: str
    state: c.NeedState
    return_reason: str = ""

    @field_validator("state")
    @classmethod
    def _has_a_history(cls, state: c.NeedState) -> c.NeedState:
        known = (c.NeedState.DRAFT, c.NeedState.SUBMITTED, c.NeedState.RETURNED, c.NeedState.PUBLISHED)
        if state not in known:
            raise ValueError(f"demo needs are {', '.join(known)}")
        return state


class SeedWork(BaseModel):
    """A work of an expert."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=400)]
    abstract: Annotated[str, Field(max_length=4000)] = ""
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    kind: c.WorkKind
    keywords: tuple[str, ...] = ()
    venue: Annotated[str, Field(max_length=200)] = ""


class SeedWindow(BaseModel):
    """A span of days in which the expert may serve."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    starts: date
    ends: date


class SeedTie(BaseModel):
    """A declared interest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: c.TieKind
    counterpart: Annotated[str, Field(max_length=120)]
    note: Annotated[str, Field(max_length=300)] = ""


class SeedExpert(SeedLine):
    """An expert or a graduate."""

    kind: c.ExpertKind
    name: Annotated[str, Field(min_length=1, max_length=80)]
    gender: c.Gender | None
    birth_year: Annotated[int, Field(ge=1920, le=2015)] | None
    degree: c.Degree
    title: Annotated[str, Field(max_length=60)]
    institution: Annotated[str, Field(max_length=120)]
    department: Annotated[str, Field(max_length=120)]
    position: Annotated[str, Field(max_length=60)]
    adcode: Adcode
    bio: Annotated[str, Field(max_length=2000)]
    keywords: tuple[str, ...]
    works: tuple[SeedWork, ...]
    modes: tuple[c.Mode, ...]
    days_per_year: Annotated[float, Field(ge=0, le=366)] | None
    windows: tuple[SeedWindow, ...]
    languages: tuple[str, ...]
    regions_served: tuple[Prefix, ...]
    altitude_ok: bool | None
    ties: tuple[SeedTie, ...]
    phone: str
    email: str
    state: c.ExpertState


def read_lines(path: Path, kind: type[Line]) -> list[tuple[int, Line]]:
    """Every line of the file with its number. Raises SeedError for the first that is not as it should be."""
    seen: dict[str, int] = {}
    lines = []
    for number, text in _texts(path):
        try:
            line = kind.model_validate_json(text)
        except ValidationError as error:
            raise SeedError(path, number, *_first(error)) from error
        if line.code in seen:
            raise SeedError(path, number, "code", f"{line.code} stands in line {seen[line.code]} already")
        seen[line.code] = number
        lines.append((number, line))
    return lines


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield number, text


def _first(error: ValidationError) -> tuple[str, str]:
    first: Any = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "the whole line"
    return field, str(first["msg"])
