"""“Not for me, because …”: needs that an expert does not want to see, remembered until taken back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Dismissal, Need
from models.choices import DismissalReason, NeedState
from web.services.access import Actor
from web.services.errors import FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.profiles import profile_to_change

NOTE_CHARS = 300


def dismiss(session: Session, *, by: Actor, code: str, reason: DismissalReason, note: str = "") -> Dismissal:
    """Takes a published need off the expert's list; done again it changes the reason.

    Raises NotFoundError, InvalidError.
    """
    if len(note) > NOTE_CHARS:
        sentence = Sentence(
            f"“补充说明”最多 {NOTE_CHARS} 字，现在 {len(note)} 字",
            f"“More about it” takes at most {NOTE_CHARS} characters; it has {len(note)}",
        )
        raise InvalidError([FieldProblem("note", sentence)])
    expert = profile_to_change(session, by=by)
    need = session.scalar(select(Need).where(Need.code == code, Need.state == NeedState.PUBLISHED))
    if need is None:
        raise NotFoundError("没有这条需求，或它已不再公开", "There is no such need, or it is no longer public")
    row = session.scalar(select(Dismissal).where(Dismissal.expert_id == expert.id, Dismissal.need_id == need.id))
    if row is None:
        row = Dismissal(expert_id=expert.id, need_id=need.id)
        session.add(row)
    row.reason, row.note = reason, note
    session.flush()
    return row


def restore(session: Session, *, by: Actor, code: str) -> None:
    """Puts the need back on the list; one that was never taken off stays as it is."""
    expert = profile_to_change(session, by=by)
    row = session.scalar(
        select(Dismissal)
        .join(Need, Need.id == Dismissal.need_id)
        .where(Dismissal.expert_id == expert.id, Need.code == code)
    )
    if row is not None:
        session.delete(row)
        session.flush()


def dismissed(session: Session, *, expert_id: int | None) -> Sequence[tuple[Dismissal, Need]]:
    """The needs that the expert has taken off the list and that are still published, the last one first."""
    if expert_id is None:
        return []
    rows = session.execute(
        select(Dismissal, Need)
        .join(Need, Need.id == Dismissal.need_id)
        .where(Dismissal.expert_id == expert_id, Need.state == NeedState.PUBLISHED)
        .options(joinedload(Need.organisation), joinedload(Need.task))
        .order_by(Dismissal.created_at.desc(), Dismissal.id.desc())
    )
    return [(dismissal, need) for dismissal, need in rows]
