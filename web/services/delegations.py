"""A manager's approvals done by another one during an absence: given, seen by both, ended early."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from models import Delegation, Grant, User
from models.choices import GrantState, Role, Subject
from models.columns import utc_now
from web.accounts.credential import Credential
from web.services.access import Actor
from web.services.errors import FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_audit, notify
from web.services.need_submission import today_in_china

REASON_CHARS, LONGEST_DAYS = 200, 184
"""A longer absence is for the administrator, who appoints somebody."""
PAGE = "/desk/delegations"


def delegations_of(session: Session, *, by: Actor) -> Sequence[Delegation]:
    """Those that the manager has given or taken, the latest first. Raises NotAllowedError for whom is no manager."""
    by.require(Role.MANAGER)
    return session.scalars(
        select(Delegation)
        .where(or_(Delegation.from_id == by.user_id, Delegation.to_id == by.user_id))
        .order_by(Delegation.starts.desc(), Delegation.id.desc())
        .options(joinedload(Delegation.giver), joinedload(Delegation.taker))
    ).all()


def possible_deputies(session: Session, *, by: Actor) -> Sequence[User]:
    """The other managers whose accounts are open, by name."""
    by.require(Role.MANAGER)
    managers = select(Grant.user_id).where(Grant.role == Role.MANAGER, Grant.state == GrantState.ACTIVE)
    open_accounts = select(Credential.user_id).where(Credential.active.is_(True))
    return session.scalars(
        select(User)
        .where(User.id.in_(managers), User.id.in_(open_accounts), User.id != by.user_id)
        .order_by(User.name, User.id)
    ).all()


def delegate(
    session: Session, *, to_id: int | None, starts: date | None, ends: date | None, reason: str, by: Actor
) -> Delegation:
    """Has another manager approve pairings of the giver's own jurisdiction from the first day to the last.

    Raises NotAllowedError for whom is no manager, InvalidError with every problem.
    """
    deputies = {one.id for one in possible_deputies(session, by=by)}
    written = reason.strip()
    problems = [] if to_id in deputies else [FieldProblem("to_id", Sentence("请选择一位管理人员", "Choose a manager"))]
    problems += _problems_of_time(starts, ends) + _problems_of_reason(written)
    if not problems and _overlaps(session, by, starts, ends):
        zh, en = "这段时间已经委托给别人", "These days are delegated already"
        problems.append(FieldProblem("starts", Sentence(zh, en)))
    if problems or to_id is None or starts is None or ends is None or by.user_id is None:
        raise InvalidError(problems)
    row = Delegation(from_id=by.user_id, to_id=to_id, starts=starts, ends=ends, reason=written)
    session.add(row)
    session.flush()
    _note(session, row, "delegation.give", by)
    said = Sentence(
        f"{by.name} 委托您在 {starts} 至 {ends} 代为审批对接：{written}",
        f"{by.name} asks you to approve pairings from {starts} to {ends}: {written}",
    )
    notify(session, [to_id], said, path=PAGE)
    return row


def revoke(session: Session, delegation_id: int, *, by: Actor) -> Delegation:
    """Ends it at once, by either of the two; the second time does nothing. Raises NotFoundError for others."""
    row = session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if row is None or by.user_id not in (row.from_id, row.to_id):
        raise NotFoundError("没有这项委托", "There is no such delegation")
    if row.revoked_at is not None:
        return row
    row.revoked_at = utc_now()
    session.flush()
    _note(session, row, "delegation.revoke", by)
    other = row.to_id if by.user_id == row.from_id else row.from_id
    said = Sentence(
        f"{by.name} 终止了 {row.starts} 至 {row.ends} 的审批委托",
        f"{by.name} ended the delegation from {row.starts} to {row.ends}",
    )
    notify(session, [other], said, path=PAGE)
    return row


def is_in_force(row: Delegation, *, today: date | None = None) -> bool:
    """Whether the deputy may act by it on the day."""
    return row.revoked_at is None and row.starts <= (today or today_in_china()) <= row.ends


def _problems_of_time(starts: date | None, ends: date | None) -> list[FieldProblem]:
    today = today_in_china()
    if starts is None or ends is None:
        return [FieldProblem("starts", Sentence("请填写起止日期", "Give the first and the last day"))]
    if starts > ends:
        return [FieldProblem("ends", Sentence("结束日期不能早于开始日期", "The last day is before the first"))]
    if ends < today:
        return [FieldProblem("ends", Sentence("结束日期已经过去", "The last day has passed"))]
    if ends - starts > timedelta(days=LONGEST_DAYS):
        zh, en = f"一次委托最多 {LONGEST_DAYS} 天", f"At most {LONGEST_DAYS} days at a time"
        return [FieldProblem("ends", Sentence(zh, en))]
    return []


def _problems_of_reason(written: str) -> list[FieldProblem]:
    if not written:
        return [FieldProblem("reason", Sentence("请写明原因", "Give a reason"))]
    if len(written) > REASON_CHARS:
        zh = f"“原因”最多 {REASON_CHARS} 字，现在 {len(written)} 字"
        en = f"The reason: at most {REASON_CHARS} characters, now {len(written)}"
        return [FieldProblem("reason", Sentence(zh, en))]
    return []


def _overlaps(session: Session, by: Actor, starts: date | None, ends: date | None) -> bool:
    standing = select(Delegation.id).where(
        Delegation.from_id == by.user_id,
        Delegation.revoked_at.is_(None),
        Delegation.starts <= ends,
        Delegation.ends >= starts,
    )
    return session.scalar(standing.limit(1)) is not None


def _note(session: Session, row: Delegation, action: str, by: Actor) -> None:
    detail = f"delegation {row.id} user {row.from_id} to user {row.to_id} {row.starts}..{row.ends}"
    note_audit(session, action=action, subject=Subject.USER, subject_id=row.from_id, by=by, detail=detail)
