"""Certificates of service (服务证明): issued for confirmed days, verified by anybody by their number, revocable."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, Certificate, CooperationMode, Need, Pairing, ServiceLog
from models.choices import AssignmentState, LogState, Side, Subject, Topic
from models.columns import utc_now
from web.services import assignments
from web.services.access import Actor
from web.services.assignment_notices import tell_side
from web.services.codes import next_code
from web.services.errors import ConflictError, NotAllowedError, NotFoundError, Sentence
from web.services.orders import Order
from web.services.pairing_conflicts import require_unbiased

ISSUED_IN = (AssignmentState.COMPLETED, AssignmentState.EVALUATED, AssignmentState.TERMINATED)
MOST_NUMBER = 32


@dataclass(frozen=True, slots=True)
class Verified:
    """What everybody may know of a certificate."""

    number: str
    host: str
    mode: CooperationMode
    starts: date
    ends: date
    days: float
    name: str
    """Masked but for its first character."""
    issued_at: datetime
    revoked_at: datetime | None
    is_demo: bool


def issue(session: Session, code: str, *, order: Order, by: Actor) -> Certificate:
    """The certificate for the days confirmed now: the one that stands when nothing has changed, else a new revision.

    For the expert, the host and the manager; after a revocation for the latter two. Raises ConflictError before the
    end or without confirmed days, NotAllowedError, NotFoundError.
    """
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, Side.EXPERT, Side.EMPLOYER, Side.MANAGER)
    days, last = confirmed_days(session, assignment), _last(session, assignment)
    if last is not None and assignments.was_done_to(session, assignment, order):
        return last
    standing = current(session, assignment)
    if standing is not None and standing.days == days:
        return standing
    if side == Side.EXPERT and _awaits_another(session, assignment):
        raise NotAllowedError(
            "服务证明已被撤销，请用人单位或管理人员重新开具",
            "The certificate was revoked; the host or the manager can issue another",
        )
    _require_served(assignment, days)
    if standing is not None:
        standing.revoked_at = utc_now()
    row = Certificate(
        number=next_code(session, Subject.CERTIFICATE),
        assignment=assignment,
        revision=last.revision + 1 if last is not None else 1,
        days=days,
        issued_by_id=by.user_id,
    )
    session.add(row)
    session.flush()
    assignments.note_act(session, assignment, "issue_certificate", side=side, by=by, order=order, detail=row.number)
    sentence = Sentence(
        f"任务 {assignment.code}的服务证明已开具：{row.number}", f"Your certificate of service is ready: {row.number}"
    )
    tell_side(session, assignment, Side.EXPERT, sentence, by=by, topic=Topic.PROGRESS)
    return row


def revoke(session: Session, code: str, *, order: Order, by: Actor) -> Assignment:
    """The host or the manager revokes the standing certificate, with the reason. Raises InvalidError, ConflictError."""
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, Side.EMPLOYER, Side.MANAGER)
    if side == Side.MANAGER:
        require_unbiased(session, assignment.pairing, by)
    if assignments.was_done_to(session, assignment, order):
        return assignment
    reason = order.checked_reason()
    standing = current(session, assignment)
    if standing is None:
        raise ConflictError("没有有效的服务证明", "There is no certificate that stands")
    standing.revoked_at = utc_now()
    session.flush()
    detail = f"{standing.number}：{reason}"
    assignments.note_act(session, assignment, "revoke_certificate", side=side, by=by, order=order, detail=detail)
    sentence = Sentence(
        f"服务证明 {standing.number} 已撤销：{reason}", f"Certificate {standing.number} was revoked: {reason}"
    )
    tell_side(session, assignment, Side.EXPERT, sentence, by=by, topic=Topic.PROGRESS)
    return assignment


def may_issue(session: Session, assignment: Assignment, side: Side) -> bool:
    """Whether this side may have a certificate made now: after the end, for confirmed days, and as `issue` says."""
    if side not in (Side.EXPERT, Side.EMPLOYER, Side.MANAGER) or assignment.state not in ISSUED_IN:
        return False
    if not confirmed_days(session, assignment):
        return False
    return side != Side.EXPERT or not _awaits_another(session, assignment)


def _awaits_another(session: Session, assignment: Assignment) -> bool:
    return current(session, assignment) is None and _last(session, assignment) is not None


def current(session: Session, assignment: Assignment) -> Certificate | None:
    """The certificate that stands."""
    mine = (Certificate.assignment_id == assignment.id, Certificate.revoked_at.is_(None))
    return session.scalar(select(Certificate).where(*mine).order_by(Certificate.revision.desc()).limit(1))


def confirmed_days(session: Session, assignment: Assignment) -> float:
    """Days of the expert that the host has confirmed, rounded to a tenth where hours were counted."""
    mine = (
        ServiceLog.assignment_id == assignment.id,
        ServiceLog.expert_id == assignment.expert_id,
        ServiceLog.state == LogState.CONFIRMED,
    )
    return round(session.scalar(select(func.sum(ServiceLog.days)).where(*mine)) or 0.0, 1)


def find_certificate(session: Session, number: str, *, by: Actor) -> Certificate:
    """A certificate, for those who take part in its assignment. Raises NotFoundError."""
    row = session.scalar(_of(number))
    if row is None:
        raise NotFoundError("没有这份证明", "There is no such certificate")
    assignments.find(session, row.assignment.code, by=by)
    return row


def verify(session: Session, number: str) -> Verified | None:
    """What stands under the number; None when nothing does. Anybody may ask."""
    row = session.scalar(_of(number))
    if row is None:
        return None
    assignment = row.assignment
    return Verified(
        number=row.number,
        host=assignment.pairing.need.organisation.name,
        mode=assignment.pairing.mode,
        starts=assignment.starts,
        ends=min(assignment.ends, assignment.ended_on or assignment.ends),
        days=row.days,
        name=masked(assignment.expert.name),
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        is_demo=assignment.is_demo,
    )


def normal_number(written: str) -> str:
    """A number as it was typed, without spaces, full-width letters or unprintable characters."""
    plain = unicodedata.normalize("NFKC", written).upper()
    return "".join(one for one in plain if one.isprintable() and not one.isspace())[:MOST_NUMBER]


def masked(name: str) -> str:
    """菌未霜 → 菌**, John Smith → J*** S****: enough to compare with a person, not to know one."""
    return " ".join(word[0] + "*" * max(1, len(word) - 1) for word in name.split())


def _of(number: str) -> Select[Certificate]:
    pairing = joinedload(Certificate.assignment).joinedload(Assignment.pairing)
    return (
        select(Certificate)
        .where(Certificate.number == normal_number(number))
        .options(
            joinedload(Certificate.assignment).joinedload(Assignment.expert),
            pairing.joinedload(Pairing.mode),
            pairing.joinedload(Pairing.need).joinedload(Need.organisation),
        )
    )


def _last(session: Session, assignment: Assignment) -> Certificate | None:
    """The newest one, whether or not it stands."""
    mine = select(Certificate).where(Certificate.assignment_id == assignment.id)
    return session.scalar(mine.order_by(Certificate.revision.desc()).limit(1))


def _require_served(assignment: Assignment, days: float) -> None:
    if assignment.state not in ISSUED_IN:
        raise ConflictError("任务结束后才能开具服务证明", "A certificate is issued once the assignment has ended")
    if not days:
        raise ConflictError(
            "还没有经用人单位确认的服务天数，不能开具证明",
            "No day is confirmed yet, so there is none to certify",
        )
