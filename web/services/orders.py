"""What a form that moves a record says: the version that its reader saw, and a number of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import StateChange
from models.choices import Subject
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.need_submission import CHINA
from web.services.needs import REASON_CHARS


class OvertakenError(ConflictError):
    """Somebody else moved or changed the record after this person had opened it."""


@dataclass(frozen=True, slots=True)
class Order:
    """The version that was seen, the form's own number, and the reason where one was written."""

    version: int
    request_id: str | None = None
    reason: str = ""

    def checked_reason(self, *, is_needed: bool = True) -> str:
        """The reason without the space around it. Raises InvalidError for none or a long one."""
        written = self.reason.strip()
        if is_needed and not written:
            raise InvalidError([FieldProblem("reason", Sentence("请写明原因", "Give a reason"))])
        if len(written) > REASON_CHARS:
            zh = f"“原因”最多 {REASON_CHARS} 字，现在 {len(written)} 字"
            en = f"The reason: at most {REASON_CHARS} characters, now {len(written)}"
            raise InvalidError([FieldProblem("reason", Sentence(zh, en))])
        return written


def was_done(session: Session, order: Order, subject: Subject, subject_id: int) -> bool:
    """Whether this very form has already moved this record. Raises ConflictError where it moved another one."""
    if order.request_id is None:
        return False
    change = session.scalar(select(StateChange).where(StateChange.request_id == order.request_id))
    if change is None:
        return False
    if (change.subject, change.subject_id) != (subject, subject_id):
        raise used_elsewhere()
    return True


def used_elsewhere() -> ConflictError:
    """The form's number belongs to an act on another record."""
    return ConflictError(
        "这张表单已用于另一条记录，请刷新页面", "This form was used for another record; reload the page"
    )


def overtaken(
    session: Session,
    subject: Subject,
    subject_id: int,
    names: Mapping[str, Sentence],
    *,
    aliases: Mapping[int, str] | None = None,
) -> OvertakenError:
    """Says who was first, and what they did; `names`: what each move is called; `aliases`: by id, for whose name."""
    change = session.scalar(
        select(StateChange)
        .where(StateChange.subject == subject, StateChange.subject_id == subject_id)
        .order_by(StateChange.id.desc())
        .limit(1)
        .options(joinedload(StateChange.actor))
    )
    if change is None:
        return OvertakenError("这条记录刚被他人修改，请刷新后再办", "Somebody has just changed this; reload the page")
    move, at = (
        names.get(change.move, Sentence(change.move, change.move)),
        f"{change.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
    )
    who = change.actor.name if change.actor else ""
    who = (aliases or {}).get(change.actor_id or 0, who)
    return OvertakenError(
        f"已由{f' {who} ' if who else '系统'}办理：{move.zh}（{at}），请刷新后再看",
        f"Already moved by {who or 'the service'}: {move.en} ({at}); reload the page",
    )
