"""Who is told of what happens to an assignment."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, Expert
from models.choices import Side, Topic
from web.services.access import Actor
from web.services.assignment_words import MOVES
from web.services.errors import Sentence
from web.services.journal import notify
from web.services.pairings import people_on

PARTIES = (Side.EMPLOYER, Side.EXPERT)
TOLD_ALL = frozenset({"begin", "suspend", "resume", "complete", "terminate"})
"""Moves of which the home institution and the team hear too."""


def page_of(assignment: Assignment) -> str:
    """The path of its page."""
    return f"/assignments/{assignment.code}"


def tell(session: Session, assignment: Assignment, move: str, *, by: Actor) -> None:
    """Tells the others what happened."""
    said, reason = MOVES[move], assignment.state_note if move in TOLD_ALL else ""
    title = assignment.pairing.need.title
    sentence = Sentence(
        f"任务 {assignment.code}（{title}）：{said.zh}{'：' + reason if reason else ''}",
        f"Assignment {assignment.code} ({title}): {said.en}{': ' + reason if reason else ''}",
    )
    people = people_on(session, assignment.pairing, *PARTIES)
    if move in TOLD_ALL:
        people += people_on(session, assignment.pairing, Side.INSTITUTION) + team_of(session, assignment)
    tell_people(session, assignment, people, sentence, by=by, topic=Topic.PROGRESS)


def tell_side(
    session: Session,
    assignment: Assignment,
    side: Side,
    sentence: Sentence,
    *,
    by: Actor,
    topic: Topic,
    key: str | None = None,
) -> None:
    """Tells the people on one side, but for whoever acted."""
    people = people_on(session, assignment.pairing, side)
    tell_people(session, assignment, people, sentence, by=by, topic=topic, key=key)


def tell_people(
    session: Session,
    assignment: Assignment,
    people: list[int],
    sentence: Sentence,
    *,
    by: Actor,
    topic: Topic,
    key: str | None = None,
) -> None:
    """Tells these people, but for whoever acted."""
    others = [one for one in people if one != by.user_id]
    notify(session, others, sentence, path=page_of(assignment), topic=topic, key=key)


def team_of(session: Session, assignment: Assignment) -> list[int]:
    """The ids of the team's members who are on the service."""
    ids = [member.expert_id for member in assignment.pairing.members if member.expert_id is not None]
    users = session.scalars(select(Expert.user_id).where(Expert.id.in_(ids)))
    return [one for one in users if one is not None]
