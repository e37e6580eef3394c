"""Needs on their way: found by those who may see them, submitted, checked, published, ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Grant, Need, StateChange, Task
from models.choices import GrantState, Role, Subject, Verification
from web.services.access import Actor, Authority
from web.services.errors import (
    ConflictError,
    FieldProblem,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    Sentence,
)
from web.services.journal import note_change, note_move, notify
from web.services.need_submission import problems_before_submission, today_in_china

REASON_CHARS = 500


def find_need(session: Session, code: str, *, by: Actor) -> Need:
    """The need, for people of its employer. Raises NotFoundError for all others, whether or not it is there."""
    need = session.scalar(
        select(Need)
        .where(Need.code == code, Need.organisation_id.in_(by.organisations(Role.EMPLOYER)))
        .options(joinedload(Need.organisation), joinedload(Need.task).joinedload(Task.programme))
    )
    if need is None:
        raise NotFoundError(
            "没有这条需求，或它不属于您的单位", "There is no such need, or it belongs to another organisation"
        )
    return need


def history(session: Session, need: Need) -> list[StateChange]:
    """Every move of the need, oldest first, with who made it."""
    statement = (
        select(StateChange)
        .where(StateChange.subject == Subject.NEED, StateChange.subject_id == need.id)
        .order_by(StateChange.at, StateChange.id)
        .options(joinedload(StateChange.actor))
    )
    return list(session.scalars(statement))


def submit(
    session: Session, need: Need, *, by: Actor, suggested_task: str | None = None, today: date | None = None
) -> None:
    """Hands the need to the managers of its jurisdiction, who are told.

    `suggested_task` becomes its task, unconfirmed, where the poster has not decided. Raises InvalidError with every
    problem, MoveError, NotAllowedError.
    """
    by.require_employer_of(need.organisation_id)
    if problems := problems_before_submission(need, today=today):
        raise InvalidError(problems)
    _move(session, need, "submit", by=by, role=Role.EMPLOYER)
    if not need.task_confirmed:
        need.task_code = suggested_task
    need.submitted_at = datetime.now(UTC)
    session.flush()
    name = need.organisation.name
    sentence = Sentence(
        f"{name}提交了需求“{need.title}”，请审核", f"{name} has submitted the need “{need.title}”; please check it"
    )
    notify(session, managers_of(session, need), sentence, path=f"/desk/needs/{need.code}")


def take_back(session: Session, need: Need, *, by: Actor) -> None:
    """Makes a submitted need a draft again, to be changed. Raises MoveError once a manager has decided."""
    by.require_employer_of(need.organisation_id)
    _move(session, need, "take_back", by=by, role=Role.EMPLOYER)


def withdraw(session: Session, need: Need, *, reason: str, by: Actor) -> None:
    """Ends the need for the reason given. Raises InvalidError without one, MoveError, NotAllowedError."""
    by.require_employer_of(need.organisation_id)
    _move(session, need, "withdraw", by=by, role=Role.EMPLOYER, reason=_checked_reason(reason))


def fill(session: Session, need: Need, *, by: Actor) -> None:
    """Says that the need has found its experts. Raises MoveError, NotAllowedError."""
    by.require_employer_of(need.organisation_id)
    _move(session, need, "fill", by=by, role=Role.EMPLOYER)


def publish(session: Session, need: Need, *, by: Actor, today: date | None = None) -> None:
    """Makes a submitted need public; its poster is told.

    Raises ConflictError while the organisation is not verified or when the deadline has passed, NotAllowedError
    outside the jurisdiction or for the manager's own organisation, MoveError.
    """
    _require_manager(need, by)
    if need.organisation.verification != Verification.VERIFIED:
        raise ConflictError(
            "单位尚未核验，请先核验单位，再发布需求", "The organisation is not verified yet; verify it before its need"
        )
    if need.deadline is not None and need.deadline < (today or today_in_china()):
        raise ConflictError(
            f"截止日期 {need.deadline} 已过，请退回给用人单位修改",
            f"The deadline {need.deadline} has passed; return the need to its employer",
        )
    _move(session, need, "publish", by=by, role=Role.MANAGER)
    need.published_at = datetime.now(UTC)
    _tell_poster(session, need, f"需求“{need.title}”已发布", f"Your need “{need.title}” is published")


def return_(session: Session, need: Need, *, reason: str, by: Actor) -> None:
    """Gives a submitted need back to its employer, who reads the reason. Raises as `publish`, InvalidError."""
    _require_manager(need, by)
    reason = _checked_reason(reason)
    _move(session, need, "return", by=by, role=Role.MANAGER, reason=reason)
    zh, en = f"需求“{need.title}”被退回：{reason}", f"Your need “{need.title}” was returned: {reason}"
    _tell_poster(session, need, zh, en)


def close(session: Session, need: Need, *, reason: str, by: Actor) -> None:
    """Ends a published need for the reason given; its poster is told. Raises as `publish`, InvalidError."""
    _require_manager(need, by)
    reason = _checked_reason(reason)
    _move(session, need, "close", by=by, role=Role.MANAGER, reason=reason)
    zh, en = f"需求“{need.title}”已被关闭：{reason}", f"Your need “{need.title}” was closed: {reason}"
    _tell_poster(session, need, zh, en)


def managers_of(session: Session, need: Need) -> list[int]:
    """The ids of the managers who answer for the need."""
    grants = session.scalars(select(Grant).where(Grant.role == Role.MANAGER, Grant.state == GrantState.ACTIVE))
    return list(dict.fromkeys(g.user_id for g in _covering(grants, need)))


def _covering(grants: Iterable[Grant], need: Need) -> Iterable[Grant]:
    for grant in grants:
        authority = Authority(grant.role, None, grant.adcode_prefix, grant.programmes)
        if authority.covers(need.jurisdiction_code, need.programme_code):
            yield grant


def _require_manager(need: Need, by: Actor) -> None:
    by.require_manager_of(need.jurisdiction_code, need.programme_code)
    if need.organisation_id in by.organisations(Role.EMPLOYER):
        raise NotAllowedError(
            "您也是这个单位的人，不能审核本单位的需求",
            "You belong to this organisation; another manager must decide",
        )


def _checked_reason(reason: str) -> str:
    written = reason.strip()
    if not written:
        raise InvalidError([FieldProblem("reason", Sentence("请写明原因", "Give a reason"))])
    if len(written) > REASON_CHARS:
        zh = f"“原因”最多 {REASON_CHARS} 字，现在 {len(written)} 字"
        en = f"The reason: at most {REASON_CHARS} characters, now {len(written)}"
        raise InvalidError([FieldProblem("reason", Sentence(zh, en))])
    return written


def _move(session: Session, need: Need, name: str, *, by: Actor, role: Role, reason: str = "") -> None:
    change = need.move(name, role=role, reason=reason)
    note_move(
        session, subject=Subject.NEED, subject_id=need.id, move=name, change=change, by=by, role=role, reason=reason
    )
    session.flush()
    note_change(session, Subject.NEED, need.id)


def _tell_poster(session: Session, need: Need, zh: str, en: str) -> None:
    notify(session, [need.posted_by_id], Sentence(zh, en), path=f"/employer/needs/{need.code}")
