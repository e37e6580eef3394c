"""Renewals (续期): a new pairing between the same two that renews an assignment, and goes the whole way again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, Expert, Pairing, PairingMember
from models.choices import AssignmentState, PairingState, Side, Subject
from models.columns import utc_now
from models.pairing import OPEN_PAIRINGS, PAIRING_STATES
from web.services import assignments
from web.services.access import Actor
from web.services.assignment_notices import PARTIES
from web.services.codes import next_code
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.journal import note_move
from web.services.orders import Order
from web.services.pairing_moves import open_pairing
from web.services.pairing_notices import tell
from web.services.pairing_parts import OF_ONE_TERM
from web.services.pairing_proposals import Terms, problems
from web.services.pairings import role_of
from web.services.policy_details import number_of

RENEWABLE = (
    AssignmentState.ACTIVE,
    AssignmentState.SUSPENDED,
    AssignmentState.COMPLETED,
    AssignmentState.EVALUATED,
)


def usual_terms(assignment: Assignment) -> Terms:
    """The same terms again, for as long, from the day after."""
    pairing = assignment.pairing
    starts = assignment.ends + timedelta(days=1)
    return Terms(
        mode=pairing.mode_code,
        starts=starts,
        ends=starts + (assignment.ends - assignment.starts),
        days_per_year=assignment.days_per_year,
        post=pairing.post,
        pay=pairing.pay,
        clauses=dict(pairing.clauses),
        details={key: value for key, value in pairing.details.items() if key not in OF_ONE_TERM},
        site_id=pairing.site_id,
    )


def _within_the_year(terms: Terms) -> Terms:
    """The terms with no more days in the west than days in all: only the latter are asked for anew."""
    west = number_of(terms.details, "west_days")
    if west is None or terms.days_per_year is None or west <= terms.days_per_year:
        return terms
    return replace(terms, details={**terms.details, "west_days": terms.days_per_year})


def renewal_of(session: Session, assignment: Assignment) -> Pairing | None:
    """The pairing that renews it, unless it came to nothing."""
    alive = (*OPEN_PAIRINGS, PairingState.SIGNED)
    return session.scalar(select(Pairing).where(Pairing.renews_id == assignment.id, Pairing.state.in_(alive)).limit(1))


def _last_of(session: Session, assignment: Assignment) -> Pairing | None:
    """The last one that would have renewed it, whatever became of it."""
    mine = select(Pairing).where(Pairing.renews_id == assignment.id)
    return session.scalar(mine.order_by(Pairing.id.desc()).limit(1))


def may_renew(session: Session, assignment: Assignment, by: Actor) -> bool:
    """Whether the person may propose it now."""
    is_party = any(side in PARTIES for side in assignments.parts_in(assignment, by))
    return is_party and assignment.state in RENEWABLE and renewal_of(session, assignment) is None


def propose(session: Session, code: str, terms: Terms, *, order: Order, by: Actor) -> Pairing:
    """One party proposes it: the employer by an invitation, the expert by an application. Once for each form.

    Raises InvalidError with every problem of the terms, ConflictError where it is being renewed already or cannot be,
    NotAllowedError, NotFoundError.
    """
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, *PARTIES)
    # Pairings of one expert begin one after another, as in `pairing_moves`.
    session.execute(select(Expert.id).where(Expert.id == assignment.expert_id).with_for_update(key_share=True))
    standing = renewal_of(session, assignment)
    if assignments.was_done_to(session, assignment, order) and (made := standing or _last_of(session, assignment)):
        return made
    _require_renewable(session, assignment, standing)
    old, terms = assignment.pairing, _within_the_year(terms)
    wrong = problems(session, terms, need=old.need, expert=assignment.expert, standing=old.mode_code)
    if terms.starts is not None and terms.starts <= assignment.ends:
        wrong.append(_too_early(assignment.ends))
    if wrong:
        raise InvalidError(wrong)
    move = "invite" if side == Side.EMPLOYER else "apply"
    pairing = _new_pairing(session, assignment, terms, move=move, side=side, by=by)
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move=move,
        change=("", str(pairing.state)),
        by=by,
        role=role_of(side),
    )
    assignments.note_act(session, assignment, "renew", side=side, by=by, order=order, detail=pairing.code)
    tell(session, pairing, move, by=by)
    return pairing


def _new_pairing(
    session: Session, assignment: Assignment, terms: Terms, *, move: str, side: Side, by: Actor
) -> Pairing:
    old = assignment.pairing
    pairing = Pairing(
        code=next_code(session, Subject.PAIRING),
        need=old.need,
        expert=assignment.expert,
        state=PairingState(PAIRING_STATES.start(move, role=role_of(side))),
        institution_id=old.institution_id,
        renews_id=assignment.id,
        made_by_id=by.user_id,
        is_demo=old.is_demo,
        employer_agreed_at=utc_now() if side == Side.EMPLOYER else None,
        expert_agreed_at=utc_now() if side == Side.EXPERT else None,
    )
    terms.write(pairing)
    kept = ("position", "expert_id", "name", "institution", "is_leader", "is_civil_servant")
    pairing.members = [PairingMember(**{name: getattr(one, name) for name in kept}) for one in old.members]
    session.add(pairing)
    session.flush()
    session.refresh(pairing)
    return pairing


def _require_renewable(session: Session, assignment: Assignment, standing: Pairing | None) -> None:
    if assignment.state not in RENEWABLE:
        raise ConflictError("任务进行中或完成后才能续期", "Only a running or completed assignment can be renewed")
    if standing is not None:
        raise ConflictError(f"已在续期：{standing.code}", f"It is being renewed already: {standing.code}")
    other = open_pairing(session, assignment.pairing.need, assignment.expert)
    if other is not None:
        raise ConflictError(f"双方已有另一条对接：{other.code}", f"The two are already being paired: {other.code}")


def _too_early(ends: date) -> FieldProblem:
    return FieldProblem(
        "starts", Sentence(f"续期应从 {ends} 之后开始", f"The renewal begins after {ends}, the end of this term")
    )
