"""What the terms of some modes hold besides days and clauses: team, legs, milestones, and answers that rules read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import CooperationMode, ExchangeLeg, Expert, Need, Pairing, PairingMember
from models.choices import ExpertState, Place, RuleKind
from models.place import lies_high
from web.services.errors import Sentence
from web.services.policy_choice import rules_for
from web.services.policy_details import DETAILS, Detail, asked
from web.services.policy_ties import is_clear
from web.services.tie_dismissals import dismissed_ties

MOST_ROWS = 30
GOALS = "milestones"
"""The key of the milestones among the details, a list of mappings like `Goal`, days as ISO texts."""
OF_ONE_TERM = (GOALS, "clearance_on", "earlier_terms")
"""Keys of the details that a renewal does not take over."""
MANAGED = frozenset({GOALS, *(one.key for one in DETAILS)})
"""Keys of the details that the form of terms writes."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One of the team besides the expert; `expert_id` None with a `code` is a code that nobody has."""

    name: str = ""
    institution: str = ""
    is_leader: bool = False
    is_civil_servant: bool | None = None
    code: str = ""
    expert_id: int | None = None


@dataclass(frozen=True, slots=True)
class ExchangeTerm:
    """One leg of an exchange; direction `west` or `east`."""

    direction: str = ""
    name: str = ""
    organisation: str = ""
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A milestone with its budget line, in 万元."""

    title: str = ""
    due: date | None = None
    budget: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form of terms asks: the parts of its mode, and the questions of these parts and of the rules."""

    parts: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    takes_clearance: bool = False
    """Whether a medical clearance for altitude may be needed."""

    def of(self, *parts: str) -> tuple[Detail, ...]:
        """The questions of these parts."""
        return tuple(one for one in self.details if one.part in parts)


def shown(session: Session, mode: CooperationMode, *, need: Need, expert: Expert, details: Mapping[str, Any]) -> Shown:
    """What is asked for this mode, need and expert; what their own records say already is not."""
    about = Pairing(need=need, expert=expert, mode_code=mode.code, details={})
    rules = rules_for(session, about)
    limits = [float(one.parameters["above_m"]) for one in rules if one.kind == RuleKind.ALTITUDE_CLEARANCE]
    height = need.altitude_m if need.altitude_m is not None else details.get("altitude_m")
    is_high = lies_high(need.region_code) if height is None else any(height > limit for limit in limits)
    is_high = is_high and bool(limits) and need.place != Place.REMOTE and mode.unit != "hour"
    dismissed = dismissed_ties(session, [expert.id], host_id=need.organisation_id)
    idle = {
        "person_ties": is_clear(about, dismissed) and "person_ties" not in details,
        "altitude_m": need.altitude_m is not None or not lies_high(need.region_code),
        "altitude_ok": expert.altitude_ok is not None or not is_high,
        "clearance_on": not is_high,
    }
    wanted = {one.key for one in asked(rules)} | {one.key for one in DETAILS if one.part and one.part in mode.parts}
    questions = tuple(one for one in DETAILS if one.key in wanted and not idle.get(one.key))
    return Shown(mode.parts, questions, takes_clearance=is_high)


def team_member(
    session: Session, *, code: str, name: str, institution: str, is_leader: bool, is_civil_servant: bool | None
) -> TeamMember:
    """Somebody of the team; who has a public profile is called as it says."""
    expert = None
    if code:
        named = (Expert.code == code.upper(), Expert.state == ExpertState.PUBLIC)
        expert = session.scalar(select(Expert).where(*named))
    if expert is not None:
        code, name, institution = expert.code, expert.name, expert.institution
    return TeamMember(name, institution, is_leader, is_civil_servant, code, expert.id if expert is not None else None)


def team_of(pairing: Pairing) -> tuple[TeamMember, ...]:
    """The team as it stands."""
    return tuple(
        TeamMember(
            one.name,
            one.institution,
            one.is_leader,
            one.is_civil_servant,
            one.expert.code if one.expert is not None else "",
            one.expert_id,
        )
        for one in pairing.members
    )


def legs_of(pairing: Pairing) -> tuple[ExchangeTerm, ...]:
    """The legs as they stand."""
    return tuple(ExchangeTerm(one.direction, one.name, one.organisation, one.starts, one.ends) for one in pairing.legs)


def write_team(pairing: Pairing, team: Sequence[TeamMember]) -> None:
    """Puts the team on the pairing, where it is another one."""
    if pairing.members and tuple(team) == team_of(pairing):
        return
    pairing.members = [
        PairingMember(
            position=number,
            expert_id=one.expert_id,
            name=one.name,
            institution=one.institution,
            is_leader=one.is_leader,
            is_civil_servant=bool(one.is_civil_servant),
        )
        for number, one in enumerate(team)
    ]


def write_legs(pairing: Pairing, legs: Sequence[ExchangeTerm]) -> None:
    """Puts the legs on the pairing, where they are others."""
    if pairing.legs and tuple(legs) == legs_of(pairing):
        return
    pairing.legs = [
        ExchangeLeg(
            direction=one.direction, name=one.name, organisation=one.organisation, starts=one.starts, ends=one.ends
        )
        for one in legs
    ]


def goals_of(details: Mapping[str, Any]) -> tuple[Goal, ...]:
    """The milestones among the details; what is not one is passed over."""
    kept = details.get(GOALS)
    rows = [row for row in kept if isinstance(row, dict)] if isinstance(kept, list) else []
    return tuple(
        Goal(str(row.get("title", "")), _day(row.get("due")), row.get("budget"), str(row.get("source", "")))
        for row in rows
    )


def as_details(goals: Sequence[Goal]) -> list[dict[str, Any]]:
    """Milestones as they are kept among the details."""
    return [
        {
            "title": one.title,
            "due": one.due.isoformat() if one.due is not None else None,
            "budget": one.budget,
            "source": one.source,
        }
        for one in goals
    ]


def day_of(details: Mapping[str, Any], key: str) -> date | None:
    """The day under that key, or None."""
    return _day(details.get(key))


def question(key: str) -> Sentence:
    """The question under that key."""
    return next(one.question for one in DETAILS if one.key == key)


def _day(written: Any) -> date | None:
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
