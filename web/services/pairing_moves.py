"""The moves of a pairing: each is checked by the model, made once, kept in the audit trail, told to who acts next."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Need, Pairing, StateChange
from models.choices import ExpertState, NeedState, PairingState, Role, Side, Subject, Verification
from models.columns import utc_now
from models.pairing import OPEN_PAIRINGS, PAIRING_STATES
from models.state_machine import MoveError
from web.services.access import Actor
from web.services.codes import next_code
from web.services.errors import ConflictError, InvalidError, NotAllowedError
from web.services.home_institutions import institution_of
from web.services.journal import note_move
from web.services.need_submission import today_in_china
from web.services.orders import Order, used_elsewhere, was_done
from web.services.pairing_conflicts import require_unbiased
from web.services.pairing_deputies import acting_on
from web.services.pairing_files import Upload, clearances, keep_clearance
from web.services.pairing_notices import tell
from web.services.pairing_proposals import Terms, problems
from web.services.pairing_readiness import check_when_ready
from web.services.pairings import locked, require_seen, role_of, sides_of


class AlreadyPairedError(ConflictError):
    """The two have an open pairing, `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"这位专家与这条需求已在对接中（{code}）", f"This expert and this need are already being paired ({code})"
        )
        self.code = code


def invite(
    session: Session,
    need: Need,
    expert: Expert,
    terms: Terms,
    *,
    by: Actor,
    order: Order,
    upload: Upload | None = None,
) -> Pairing:
    """The employer, or a manager for it, invites an expert.

    Raises InvalidError with every problem of the terms, ConflictError where the need or the expert is not to be had
    or the two are already being paired, NotAllowedError.
    """
    role = Role.EMPLOYER
    if need.organisation_id not in by.organisations(Role.EMPLOYER):
        by.require_manager_of(need.jurisdiction_code, need.programme_code)
        role = Role.MANAGER
    if expert.user_id is not None and expert.user_id == by.user_id:
        raise NotAllowedError("不能邀请自己", "You cannot invite yourself")
    pairing = _begin(session, need, expert, terms, move="invite", role=role, by=by, order=order)
    return _with_file(session, pairing, upload, by)


def apply(
    session: Session,
    need: Need,
    expert: Expert,
    terms: Terms,
    *,
    by: Actor,
    order: Order,
    upload: Upload | None = None,
) -> Pairing:
    """The expert applies for a need. Raises as `invite`."""
    if expert.user_id != by.user_id or not by.has(Role.EXPERT):
        raise NotAllowedError("只能为自己申请", "You can apply for yourself only")
    if need.organisation_id in by.organisations(Role.EMPLOYER):
        raise NotAllowedError("不能申请本单位的需求", "You cannot apply for a need of your own organisation")
    pairing = _begin(session, need, expert, terms, move="apply", role=Role.EXPERT, by=by, order=order)
    return _with_file(session, pairing, upload, by)


def accept(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The side that was asked accepts, and with it the terms. Raises MoveError, OvertakenError, NotFoundError."""
    return _move(session, code, "accept", order=order, by=by)


def decline(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The side that was asked says no, with the reason."""
    return _move(session, code, "decline", order=order, by=by)


def withdraw(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """Either party ends an open pairing, with the reason."""
    return _move(session, code, "withdraw", order=order, by=by)


def consent(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The home institution consents."""
    return _move(session, code, "consent", order=order, by=by)


def refuse(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The home institution refuses, with the reason."""
    return _move(session, code, "refuse", order=order, by=by)


def reject(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The manager rejects, with the reason."""
    return _move(session, code, "reject", order=order, by=by)


def return_(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The manager gives it back to the parties, with the reason; a consent must be given anew."""
    return _move(session, code, "return", order=order, by=by)


def _begin(
    session: Session, need: Need, expert: Expert, terms: Terms, *, move: str, role: Role, by: Actor, order: Order
) -> Pairing:
    # Of two forms sent at once the second waits here, and then sees what the first has made.
    session.execute(select(Expert.id).where(Expert.id == expert.id).with_for_update(key_share=True))
    if (earlier := _made_by(session, order, need, expert)) is not None:
        return earlier
    require_open(need, expert)
    if wrong := problems(session, terms, need=need, expert=expert):
        raise InvalidError(wrong)
    if (open_one := open_pairing(session, need, expert)) is not None:
        raise AlreadyPairedError(open_one.code)
    pairing = Pairing(
        code=next_code(session, Subject.PAIRING),
        need=need,
        expert=expert,
        state=PairingState(PAIRING_STATES.start(move, role=role)),
        institution=institution_of(session, expert),
        made_by_id=by.user_id,
        is_demo=need.is_demo and expert.is_demo,
    )
    terms.write(pairing)
    now = utc_now()
    if move == "apply":
        pairing.expert_agreed_at = now
    elif role == Role.EMPLOYER:
        pairing.employer_agreed_at = now
    session.add(pairing)
    session.flush()
    _keep(session, pairing, move, ("", pairing.state), by=by, role=role, order=order)
    tell(session, pairing, move, by=by)
    return pairing


def _with_file(session: Session, pairing: Pairing, upload: Upload | None, by: Actor) -> Pairing:
    """The pairing with the clearance that came with its terms; a form that is sent again brings no second one."""
    if upload is not None and not clearances(session, pairing):
        keep_clearance(session, pairing, upload, by=by)
    return pairing


def _made_by(session: Session, order: Order, need: Need, expert: Expert) -> Pairing | None:
    """The pairing of the two that this very form has made before. Raises ConflictError where it made something else."""
    if order.request_id is None:
        return None
    change = session.scalar(select(StateChange).where(StateChange.request_id == order.request_id))
    if change is None:
        return None
    made = session.get(Pairing, change.subject_id) if change.subject == Subject.PAIRING else None
    if made is None or (made.need_id, made.expert_id) != (need.id, expert.id):
        raise used_elsewhere()
    return made


def require_open(need: Need, expert: Expert, *, today: date | None = None) -> None:
    """Raises ConflictError with the reason where the need or the expert is not to be had for a new pairing."""
    if need.state != NeedState.PUBLISHED:
        raise ConflictError("这条需求现在不接受对接", "This need takes no pairings now")
    if need.deadline is not None and need.deadline < (today or today_in_china()):
        raise ConflictError(f"这条需求已于 {need.deadline} 截止", f"This need closed on {need.deadline}")
    if need.organisation.verification != Verification.VERIFIED:
        raise ConflictError("用人单位还没有核验", "The employer is not verified yet")
    if expert.state != ExpertState.PUBLIC:
        raise ConflictError("这位专家的资料没有公开", "This expert's profile is not public")


def open_pairing(session: Session, need: Need, expert: Expert) -> Pairing | None:
    """The open pairing of the two, where there is one."""
    return session.scalar(
        select(Pairing).where(
            Pairing.need_id == need.id, Pairing.expert_id == expert.id, Pairing.state.in_(OPEN_PAIRINGS)
        )
    )


def _move(session: Session, code: str, name: str, *, order: Order, by: Actor) -> Pairing:
    """Makes the move in the role in which the person may; who may in no role is told so."""
    pairing = locked(session, code, by=by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order, by=by)
    side = side_for(pairing, name, by)
    if side == Side.MANAGER:
        require_unbiased(session, pairing, by)
        by = acting_on(session, pairing, by)
    needs_reason = any(move.needs_reason for move in PAIRING_STATES.moves if move.name == name)
    reason = order.checked_reason(is_needed=needs_reason)
    move_as(session, pairing, name, side=side, reason=reason, order=order, by=by)
    return pairing


def move_as(
    session: Session, pairing: Pairing, name: str, *, side: Side, order: Order, by: Actor, reason: str = ""
) -> None:
    """Makes the move of a pairing that is locked and as it was seen. Raises MoveError."""
    role = role_of(side)
    if name == "accept":
        now = utc_now()
        pairing.employer_agreed_at = pairing.employer_agreed_at if side == Side.EXPERT else now
        pairing.expert_agreed_at = pairing.expert_agreed_at if side == Side.EMPLOYER else now
    change = pairing.move(name, role=role, reason=reason)
    session.flush()
    _keep(session, pairing, name, change, by=by, role=role, order=order, reason=reason)
    tell(session, pairing, name, by=by)
    check_when_ready(session, pairing, by=by)


def side_for(pairing: Pairing, name: str, by: Actor) -> Side:
    """The side on which this person may make the move. Raises MoveError when it is possible on none."""
    for side in sides_of(pairing, by):
        if name in PAIRING_STATES.possible(pairing.state, role_of(side)):
            return side
    named = [move for move in PAIRING_STATES.moves if move.name == name and pairing.state in move.sources]
    raise MoveError("role" if named else "state", machine="pairing", move=name, state=pairing.state)


def _keep(
    session: Session,
    pairing: Pairing,
    name: str,
    change: tuple[str, str],
    *,
    by: Actor,
    role: Role | None,
    order: Order,
    reason: str = "",
) -> None:
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move=name,
        change=change,
        by=by,
        role=role,
        reason=reason,
        seen_version=order.version,
        request_id=order.request_id,
    )
