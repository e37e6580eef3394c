"""Assignments: made from a signed pairing, found by those who take part in them and by nobody else."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Expert, Milestone, Need, Pairing, PairingMember, StateChange
from models.assignment import ASSIGNMENT_STATES
from models.choices import AssignmentState, Role, Side, Subject
from web.services.access import Actor
from web.services.assignment_notices import tell
from web.services.assignment_words import MOVES
from web.services.codes import next_code
from web.services.errors import NotAllowedError, NotFoundError
from web.services.journal import note_move
from web.services.orders import Order, overtaken, was_done
from web.services.pairing_parts import goals_of
from web.services.pairings import role_of, serves, sides_of, visible_to

_STRANGE = ("没有这项任务，或与您无关", "There is no such assignment, or you have no part in it")


def create_from(session: Session, pairing: Pairing, *, by: Actor) -> Assignment:
    """The assignment of a pairing that has just been signed, in the caller's transaction; the parties are told."""
    assignment = Assignment(
        code=next_code(session, Subject.ASSIGNMENT),
        pairing=pairing,
        expert=pairing.expert,
        host_id=pairing.need.organisation_id,
        mode_code=pairing.mode_code,
        renews_id=pairing.renews_id,
        state=AssignmentState(ASSIGNMENT_STATES.start("plan", role=Role.EMPLOYER)),
        starts=pairing.starts,
        ends=pairing.ends,
        days_per_year=pairing.days_per_year,
        is_demo=pairing.is_demo,
    )
    assignment.milestones = [
        Milestone(title=one.title, due=one.due, budget=one.budget, source=one.source)
        for one in goals_of(pairing.details)
        if one.due is not None
    ]
    session.add(assignment)
    session.flush()
    note(session, assignment, "plan", ("", str(assignment.state)), by=by, role=Role.EMPLOYER)
    tell(session, assignment, "plan", by=by)
    return assignment


def own_expert_id(session: Session, by: Actor) -> int | None:
    """The profile of the person, where they are an expert."""
    if by.user_id is None or not by.has(Role.EXPERT):
        return None
    return session.scalar(select(Expert.id).where(Expert.user_id == by.user_id))


def parts_in(assignment: Assignment, by: Actor) -> tuple[Side, ...]:
    """The sides on which the person stands; members of a team stand on none, see `is_member`.

    Deputies decide on pairings alone, and nobody manages what they carry out themselves.
    """
    sides = sides_of(assignment.pairing, replace(by, deputed=()))
    is_own = Side.MANAGER in sides and serves(assignment.pairing, by)
    return tuple(side for side in sides if side != Side.MANAGER) if is_own else sides


def is_member(session: Session, assignment: Assignment, by: Actor) -> bool:
    """Whether the person belongs to the team that carries it out, the expert aside."""
    return serves_in(session, assignment.pairing, by)


def serves_in(session: Session, pairing: Pairing, by: Actor) -> bool:
    """Whether the person is named as a member of the pairing's team."""
    own = own_expert_id(session, by)
    return own is not None and any(member.expert_id == own for member in pairing.members)


def visible(by: Actor) -> ColumnElement[bool]:
    """The condition of a query for the assignments that the person may see."""
    conditions: list[ColumnElement[bool]] = [Assignment.pairing.has(visible_to(replace(by, deputed=())))]
    if by.user_id is not None and by.has(Role.EXPERT):
        conditions.append(served_by(by.user_id))
    return or_(*conditions)


def served_by(user_id: int) -> ColumnElement[bool]:
    """The condition of a query for the assignments that the person carries out, alone or in a team."""
    own = select(Expert.id).where(Expert.user_id == user_id)
    in_team = Pairing.members.any(PairingMember.expert_id.in_(own))
    return or_(Assignment.expert_id.in_(own), Assignment.pairing.has(in_team))


def found(code: str) -> Select[Assignment]:
    """The query of one assignment with what every page of it shows."""
    pairing = joinedload(Assignment.pairing)
    need = pairing.joinedload(Pairing.need)
    return (
        select(Assignment)
        .where(Assignment.code == code)
        .options(
            need.joinedload(Need.organisation),
            need.joinedload(Need.task),
            pairing.joinedload(Pairing.mode),
            pairing.joinedload(Pairing.institution),
            joinedload(Assignment.expert),
        )
    )


def find(session: Session, code: str, *, by: Actor, anew: bool = False) -> Assignment:
    """The assignment, for its parties, its home institution's officers, its team, and the managers of the place.

    `anew` reads what the session already holds of it once more.
    Raises NotFoundError for all others, whether or not it is there.
    """
    assignment = session.scalar(found(code).where(visible(by)).execution_options(populate_existing=anew))
    if assignment is None or not (parts_in(assignment, by) or is_member(session, assignment, by)):
        raise NotFoundError(*_STRANGE)
    return assignment


def locked(session: Session, code: str, *, by: Actor) -> Assignment:
    """As `find`, locked until the transaction ends: of two who act at once, the second sees what the first did."""
    if session.scalar(select(Assignment.id).where(Assignment.code == code).with_for_update()) is None:
        raise NotFoundError(*_STRANGE)
    return find(session, code, by=by, anew=True)


def require_side(assignment: Assignment, by: Actor, *sides: Side) -> Side:
    """The first of the sides on which the person stands. Raises NotAllowedError."""
    mine = parts_in(assignment, by)
    for side in sides:
        if side in mine:
            return side
    raise NotAllowedError("这一步由任务的另一方办理", "Another side of this assignment does that")


def require_seen(session: Session, assignment: Assignment, order: Order) -> None:
    """Raises OvertakenError, naming who was first, when the assignment is not as the person saw it."""
    if assignment.version != order.version:
        raise overtaken(session, Subject.ASSIGNMENT, assignment.id, MOVES)


def was_done_to(session: Session, assignment: Assignment, order: Order) -> bool:
    """Whether this very form has acted on this assignment already."""
    return was_done(session, order, Subject.ASSIGNMENT, assignment.id)


def history(session: Session, assignment: Assignment) -> list[StateChange]:
    """Every move and act, oldest first, with who made it."""
    mine = (StateChange.subject == Subject.ASSIGNMENT, StateChange.subject_id == assignment.id)
    statement = select(StateChange).where(*mine).order_by(StateChange.id).options(joinedload(StateChange.actor))
    return list(session.scalars(statement))


def note(
    session: Session,
    assignment: Assignment,
    name: str,
    change: tuple[str, str],
    *,
    by: Actor,
    role: Role | None,
    order: Order | None = None,
    reason: str = "",
) -> None:
    """Keeps a move of it."""
    note_move(
        session,
        subject=Subject.ASSIGNMENT,
        subject_id=assignment.id,
        move=name,
        change=change,
        by=by,
        role=role,
        reason=reason,
        seen_version=order.version if order else None,
        request_id=order.request_id if order else None,
    )


def note_act(
    session: Session, assignment: Assignment, name: str, *, side: Side, by: Actor, order: Order, detail: str = ""
) -> None:
    """Keeps an act that leaves the state as it is, say a milestone that was reached."""
    change = (str(assignment.state), str(assignment.state))
    note(session, assignment, name, change, by=by, role=role_of(side), order=order, reason=detail)
