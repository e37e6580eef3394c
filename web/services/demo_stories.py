"""The demo's pairings as they stand in `demo/pairings.yaml`: who with whom on which terms, and what happened when.

Days are counted from the day of loading: -30 is thirty days before it.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models import choices as c
from web.services.demo_lines import SeedError
from web.services.yaml_files import read_yaml

PAIRINGS = "pairings.yaml"
Words = Annotated[str, Field(min_length=1, max_length=1000)]
Act = Literal[
    "invite", "apply", "accept", "decline", "revise", "agree", "withdraw",
    "notice", "object", "settle", "end_notice", "consent", "refuse",
    "waive", "approve", "reject", "return", "draft", "sign", "message",
    "log", "confirm", "dispute", "amend", "suspend", "resume", "complete", "terminate",
    "train", "confirm_training", "confirm_leg", "reach", "claim", "confirm_claims", "reject_claim",
    "appraise", "evaluate", "certify", "renew",
]  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """One act. `by` is only said where several sides may do it."""

    at: int
    do: Act
    by: Literal["employer", "expert", "manager", "institution"] | None = None
    text: str = ""
    """A reason, a message, what was done, or a public summary."""
    texts: tuple[Words, ...] = ()
    """Of `log`: what was done, one after another."""
    place: str = ""
    until: int | None = None
    """Of `log`: days are spread evenly over the term, up to this one."""
    hours: float | None = None
    late: int = 0
    """Of `log`: how many days later it is written down."""
    most: int | None = None
    """Of `log`: no more entries than these."""
    number: int = 0
    """Of which row: a day of service, a milestone, a leg, counted from 0."""
    code: str = ""
    """A rule, or an indicator."""
    value: float | None = None
    people: int | None = None
    certificates: int = 0
    marks: tuple[int, ...] = ()
    is_exemplary: bool = False
    starts: int | None = None
    ends: int | None = None


class StoryMember(_Part):
    """One of a team: an expert of the demo by code, or a name."""

    expert: str = ""
    name: str = ""
    institution: str = ""
    is_leader: bool = False


class StoryLeg(_Part):
    """One leg of an exchange."""

    direction: Literal["west", "east"]
    name: Words
    organisation: Words
    starts: int
    ends: int


class StoryGoal(_Part):
    """A milestone."""

    title: Words
    due: int
    budget: float | None = None
    source: str = ""


class StorySite(_Part):
    """An enclave site of the organisation that has the need."""

    key: str
    need: str
    at: int
    name: Words
    region: str
    address: str
    places: int


class Story(_Part):
    """One pairing and what came of it."""

    need: str
    expert: str
    mode: c.Mode
    starts: int
    ends: int
    days: float
    post: str
    pay: float = 0
    message: str = ""
    site: str = ""
    clauses: dict[str, str] = {}
    details: dict[str, Any] = {}
    members: tuple[StoryMember, ...] = ()
    legs: tuple[StoryLeg, ...] = ()
    milestones: tuple[StoryGoal, ...] = ()
    clearance: int | None = None
    """The day of the medical examination whose result comes with the terms."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @property
    def begins(self) -> int:
        """The day of its first act."""
        return min(step.at for step in self.steps)


class Stories(_Part):
    """The whole file. `clauses`: the words of a clause unless a story has its own; `details`: by mode, likewise."""

    clauses: dict[str, str]
    details: dict[c.Mode, dict[str, Any]] = {}
    sites: tuple[StorySite, ...]
    pairings: tuple[Story, ...]


def read_stories(folder: Path, *, needs: Collection[str], experts: Collection[str]) -> Stories:
    """The stories of `folder`; none where it has no such file. Raises SeedError, naming the story and the field."""
    path = folder / PAIRINGS
    if not path.is_file():
        return Stories(clauses={}, sites=(), pairings=())
    try:
        stories = Stories.model_validate(read_yaml(path))
    except ValidationError as error:
        first: Any = error.errors(include_url=False)[0]
        raise SeedError(path, 1, ".".join(str(part) for part in first["loc"]), str(first["msg"])) from error
    sites = {site.key for site in stories.sites}
    for number, story in enumerate(stories.pairings):
        named = (("need", story.need, needs), ("expert", story.expert, experts), ("site", story.site, sites))
        for field, code, known in named:
            if code and code not in known:
                raise SeedError(path, 1, f"pairings.{number}.{field}", f"there is no {code!r}")
    return stories
