"""Removing a person: the counts stay, the person goes.

What remains of an expert is a profile without a name, so that assignments, days and outcomes still add up. Moves and
audit events keep numbers, no names; reasons that the person wrote are emptied, and the trail still verifies.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from models import (
    Assignment,
    AssignmentMessage,
    CooperationMode,
    Dismissal,
    ErasureRequest,
    Expert,
    Grant,
    Mail,
    Need,
    Notification,
    NotificationChoice,
    Pairing,
    PairingMember,
    ShortlistEntry,
    StateChange,
    User,
)
from models.assignment import RUNNING
from models.choices import ExpertState, GrantState, NeedState, PairingState, Role, Subject
from models.columns import utc_now
from models.pairing import OPEN_PAIRINGS
from web.accounts.credential import Credential
from web.services.access import NOBODY, Actor
from web.services.erasure_traces import (
    GONE,
    REMOVED_TEXT,
    empty_account_traces,
    empty_pairing_traces,
    remove_files,
)
from web.services.errors import ConflictError, NotAllowedError
from web.services.journal import note_audit, note_change
from web.services.retention import Periods

LAST_ADMINISTRATOR = "最后一名管理员 (the last administrator)"
OPEN_NEEDS = (NeedState.SUBMITTED, NeedState.PUBLISHED)


def open_wish(session: Session, *, by: Actor) -> ErasureRequest | None:
    """The person's wish that is neither taken back nor carried out."""
    return session.scalar(
        select(ErasureRequest).where(
            ErasureRequest.user_id == by.user_id,
            ErasureRequest.cancelled_at.is_(None),
            ErasureRequest.done_at.is_(None),
        )
    )


def due_on(wish: ErasureRequest, periods: Periods) -> datetime:
    """From when it may be carried out."""
    return wish.asked_at + timedelta(days=periods.erasure_wait)


def ask(session: Session, *, by: Actor) -> ErasureRequest:
    """Notes the wish. Raises NotAllowedError for nobody, ConflictError while duties are open."""
    if by.user_id is None:
        raise NotAllowedError("请先登录", "Sign in first")
    if (wish := open_wish(session, by=by)) is not None:
        return wish
    if duties := open_duties(session, by.user_id):
        listed = "、".join(duties)
        raise ConflictError(
            f"还有未办结的事项：{listed}。请先办结、撤回或终止",
            f"These are still open: {', '.join(duties)}. Finish, withdraw or end them first",
        )
    wish = ErasureRequest(user_id=by.user_id)
    session.add(wish)
    session.flush()
    note_audit(session, action="data.ask_erasure", subject=Subject.USER, subject_id=by.user_id, by=by)
    return wish


def take_back(session: Session, *, by: Actor) -> None:
    """Takes the wish back. Raises ConflictError when there is none."""
    wish = open_wish(session, by=by)
    if wish is None or by.user_id is None:
        raise ConflictError("没有待办的删除申请", "There is no request to take back")
    wish.cancelled_at = utc_now()
    note_audit(session, action="data.keep", subject=Subject.USER, subject_id=by.user_id, by=by)


def open_duties(session: Session, user_id: int) -> Sequence[str]:
    """Codes of pairings, assignments and needs that need the person still, and the role of the last administrator."""
    mine = select(Expert.id).where(Expert.user_id == user_id)
    teams = select(PairingMember.pairing_id).where(PairingMember.expert_id.in_(mine))
    runs = or_(Assignment.expert_id.in_(mine), Assignment.pairing_id.in_(teams))
    queries = (
        select(Pairing.code).where(Pairing.expert_id.in_(mine), Pairing.state.in_(OPEN_PAIRINGS)),
        select(Assignment.code).where(runs, Assignment.state.in_(RUNNING)),
        select(Need.code).where(Need.posted_by_id == user_id, Need.state.in_(OPEN_NEEDS)),
        _waiting_on(user_id),
    )
    found = [code for query in queries for code in session.scalars(query)]
    return [*found, *([LAST_ADMINISTRATOR] if _is_last_administrator(session, user_id) else [])]


def _waiting_on(user_id: int) -> Select[str]:
    """Pairings that wait for the consent of an institution for which nobody else acts."""
    acting = (Grant.role == Role.INSTITUTION, Grant.state == GrantState.ACTIVE)
    own = select(Grant.organisation_id).where(*acting, Grant.user_id == user_id)
    others = select(Grant.organisation_id).where(
        *acting, Grant.user_id != user_id, Grant.organisation_id == Pairing.institution_id
    )
    return (
        select(Pairing.code)
        .join(Pairing.mode)
        .where(
            CooperationMode.needs_consent,
            Pairing.state == PairingState.ACCEPTED,
            Pairing.institution_id.in_(own),
            ~others.correlate(Pairing).exists(),
        )
    )


def _is_last_administrator(session: Session, user_id: int) -> bool:
    active = (
        select(Grant.user_id)
        .join(Credential, Credential.user_id == Grant.user_id)
        .where(Grant.role == Role.ADMINISTRATOR, Grant.state == GrantState.ACTIVE, Credential.active.is_(True))
    )
    return set(session.scalars(active)) == {user_id}


def carry_out_what_is_due(session: Session, periods: Periods, *, now: datetime | None = None) -> int:
    """Removes everybody whose wish is due and who has no open duties; how many."""
    now = now or utc_now()
    latest = now - timedelta(days=periods.erasure_wait)
    wishes = session.scalars(
        select(ErasureRequest).where(
            ErasureRequest.cancelled_at.is_(None), ErasureRequest.done_at.is_(None), ErasureRequest.asked_at <= latest
        )
    ).all()
    count = 0
    for wish in wishes:
        if not open_duties(session, wish.user_id):
            erase(session, wish.user_id)
            wish.done_at = now
            count += 1
    return count


def erase(session: Session, user_id: int) -> None:
    """Removes the person now; see the module's docstring for what stays."""
    expert = session.scalar(select(Expert).where(Expert.user_id == user_id))
    user = session.get_one(User, user_id)
    empty_account_traces(session, user_id, {user.name, *([expert.name] if expert is not None else [])})
    if expert is not None:
        remove_files(session, expert)
        empty_pairing_traces(session, expert)
        _empty_profile(session, expert)
    session.execute(delete(Mail).where(Mail.user_id == user_id))
    session.execute(delete(Notification).where(Notification.user_id == user_id))
    session.execute(delete(NotificationChoice).where(NotificationChoice.user_id == user_id))
    session.execute(update(AssignmentMessage).where(AssignmentMessage.author_id == user_id).values(text=REMOVED_TEXT))
    session.execute(update(StateChange).where(StateChange.actor_id == user_id).values(reason=""))
    contact = {"contact_name": "", "contact_phone": "", "contact_email": ""}
    session.execute(update(Need).where(Need.posted_by_id == user_id, Need.state.not_in(OPEN_NEEDS)).values(**contact))
    session.execute(update(Grant).where(Grant.user_id == user_id).values(state=GrantState.REVOKED))
    session.execute(delete(Credential).where(Credential.user_id == user_id))
    user.name = GONE
    session.flush()
    note_audit(session, action="data.erase", subject=Subject.USER, subject_id=user_id, by=NOBODY)


def _empty_profile(session: Session, expert: Expert) -> None:
    expert.state, expert.name = ExpertState.HIDDEN, GONE
    for field in ("title", "institution", "department", "position", "bio", "phone", "email", "id_number"):
        setattr(expert, field, "")
    expert.gender = expert.birth_year = expert.days_per_year = expert.altitude_ok = None
    expert.keywords = expert.languages = expert.regions_served = ()
    expert.works, expert.windows, expert.ties, expert.dismissals = [], [], [], []
    expert.search_text, expert.user_id = expert.code.lower(), None
    session.flush()
    session.execute(delete(ShortlistEntry).where(ShortlistEntry.expert_id == expert.id))
    session.execute(delete(Dismissal).where(Dismissal.expert_id == expert.id))
    session.execute(update(PairingMember).where(PairingMember.expert_id == expert.id).values(name=GONE, institution=""))
    note_change(session, Subject.EXPERT, expert.id)
