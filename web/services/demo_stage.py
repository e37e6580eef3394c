"""What the acts of one story of the demo need: its records, the people who may act, and its days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from models import Assignment, CooperationMode, Expert, Need, Pairing, ServiceLog, User
from models.choices import PairingState, Side
from web.services.access import Actor, actor_for
from web.services.demo_stories import Step, Stories, Story, StoryMember
from web.services.orders import Order
from web.services.pairing_parts import GOALS, ExchangeTerm, Goal, TeamMember, as_details
from web.services.pairing_proposals import Terms

_USUAL = {
    "apply": Side.EXPERT, "log": Side.EXPERT, "amend": Side.EXPERT, "train": Side.EXPERT, "claim": Side.EXPERT,
    "certify": Side.EXPERT,
    "notice": Side.INSTITUTION, "object": Side.INSTITUTION, "settle": Side.INSTITUTION,
    "end_notice": Side.INSTITUTION, "consent": Side.INSTITUTION, "refuse": Side.INSTITUTION,
    "waive": Side.MANAGER, "approve": Side.MANAGER, "reject": Side.MANAGER, "return": Side.MANAGER,
    "evaluate": Side.MANAGER,
}  # fmt: skip
"""Who acts, unless the step says so; the employer in all the rest."""


@dataclass(slots=True)
class Stage:
    """One story as it is played."""

    session: Session
    var_dir: Path
    today: date
    story: Story
    stories: Stories
    need: Need
    expert: Expert
    people: dict[Side, User]
    experts: dict[str, Expert]
    sites: dict[str, int]
    pairing: Pairing | None = None
    assignment: Assignment | None = None
    logs: list[ServiceLog] = field(default_factory=list)
    _actors: dict[Side, Actor] = field(default_factory=dict)

    @property
    def paired(self) -> Pairing:
        """The pairing, once it was begun."""
        if self.pairing is None:
            raise ValueError(f"{self.story.need} and {self.story.expert}: nobody has begun it yet")
        return self.pairing

    @property
    def task(self) -> Assignment:
        """The assignment, once it was signed."""
        if self.assignment is None:
            raise ValueError(f"{self.story.need} and {self.story.expert}: it is not signed yet")
        return self.assignment

    def by(self, step: Step) -> Actor:
        """Who acts in this step."""
        side = Side(step.by) if step.by else _USUAL.get(step.do, Side.EMPLOYER)
        if step.do in ("accept", "decline") and step.by is None:
            side = Side.EXPERT if self.paired.state == PairingState.INVITED else Side.EMPLOYER
        return self.actor(side)

    def actor(self, side: Side) -> Actor:
        """The person on that side."""
        if side not in self._actors:
            self._actors[side] = actor_for(self.session, self.people[side])
        return self._actors[side]

    def order(self, row: Pairing | Assignment, reason: str = "") -> Order:
        """As a page that has just been opened sends it."""
        self.session.flush()
        return Order(row.version, reason=reason)

    def day(self, offset: int) -> date:
        """So many days from the day of loading."""
        return self.today + timedelta(offset)

    def terms(self, *, starts: int | None = None, ends: int | None = None) -> Terms:
        """What is proposed, with other dates where they are given."""
        story = self.story
        first = story.starts if starts is None else starts
        last = story.ends if ends is None else ends
        return Terms(
            mode=story.mode.value,
            starts=self.day(first),
            ends=self.day(last),
            days_per_year=story.days,
            message=story.message,
            post=story.post,
            pay=story.pay,
            clauses=self._clauses(first, last),
            details=self._details(),
            site_id=self.sites[story.site] if story.site else None,
            members=tuple(self._member(one) for one in story.members),
            legs=tuple(
                ExchangeTerm(one.direction, one.name, one.organisation, self.day(one.starts), self.day(one.ends))
                for one in story.legs
            ),
        )

    def _clauses(self, first: int, last: int) -> dict[str, str]:
        mode = self.session.get_one(CooperationMode, self.story.mode.value)
        known = {**self.stories.clauses, **self.story.clauses}
        values = {
            "host": self.need.organisation.name, "expert": self.expert.name, "home": self.expert.institution,
            "starts": self.day(first), "ends": self.day(last), "days": f"{self.story.days:g}",
            "pay": f"{self.story.pay:g}", "post": self.story.post,
        }  # fmt: skip
        return {code: known[code].format(**values) for code in mode.clauses}

    def _details(self) -> dict[str, object]:
        details: dict[str, object] = {**self.stories.details.get(self.story.mode, {}), **self.story.details}
        if self.story.milestones:
            goals = [Goal(one.title, self.day(one.due), one.budget, one.source) for one in self.story.milestones]
            details[GOALS] = as_details(goals)
        if self.story.clearance is not None:
            details["clearance_on"] = self.day(self.story.clearance).isoformat()
        return details

    def _member(self, one: StoryMember) -> TeamMember:
        if not one.expert:
            return TeamMember(one.name, one.institution, one.is_leader, False)
        found = self.experts[one.expert]
        return TeamMember(found.name, found.institution, one.is_leader, False, found.code, found.id)
