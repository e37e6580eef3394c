"""The short list of a need: experts whom its employer keeps in mind, with notes that only the employer sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, contains_eager

from models import Expert, Need, ShortlistEntry
from models.choices import ExpertState
from models.columns import utc_now
from models.expert import EXPERT_WITHOUT_CONTACT
from web.services.access import Actor
from web.services.errors import FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.ranking import public_experts

NOTE_CHARS = 500
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""Two presses at once make one entry; each dialect spells that itself."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry. An expert who is no longer public stands there by code alone."""

    entry: ShortlistEntry
    is_available: bool


def shortlist(session: Session, *, need: Need, by: Actor) -> Sequence[Kept]:
    """The need's short list, the latest first. Raises NotAllowedError for everybody but its employer."""
    by.require_employer_of(need.organisation_id)
    entries = session.scalars(
        select(ShortlistEntry)
        .join(ShortlistEntry.expert)
        .where(ShortlistEntry.need_id == need.id)
        .options(contains_eager(ShortlistEntry.expert).options(*EXPERT_WITHOUT_CONTACT))
        .order_by(ShortlistEntry.created_at.desc(), ShortlistEntry.id.desc())
    )
    return [Kept(entry, entry.expert.state == ExpertState.PUBLIC) for entry in entries]


def shortlisted_codes(session: Session, need: Need) -> frozenset[str]:
    """The codes of the experts on the need's short list."""
    codes = select(Expert.code).join(ShortlistEntry).where(ShortlistEntry.need_id == need.id)
    return frozenset(session.scalars(codes))


def add_to_shortlist(session: Session, *, need: Need, code: str, by: Actor) -> None:
    """Puts a public expert on the list; once there, nothing changes. Raises NotAllowedError, NotFoundError."""
    by.require_employer_of(need.organisation_id)
    expert = public_experts(session, [code]).get(code)
    if expert is None:
        raise NotFoundError("没有这位专家，或其资料未公开", "There is no such expert, or the profile is not public")
    now = utc_now()
    values = {"need_id": need.id, "expert_id": expert.id, "added_by_id": by.user_id, "note": ""}
    statement = _INSERT[session.get_bind().dialect.name](ShortlistEntry)
    session.execute(statement.values(**values, created_at=now, updated_at=now).on_conflict_do_nothing())


def remove_from_shortlist(session: Session, *, need: Need, code: str, by: Actor) -> None:
    """Takes an expert off the list, with the note; who is not on it stays off. Raises NotAllowedError."""
    by.require_employer_of(need.organisation_id)
    who = select(Expert.id).where(Expert.code == code).scalar_subquery()
    session.execute(delete(ShortlistEntry).where(ShortlistEntry.need_id == need.id, ShortlistEntry.expert_id == who))


def note_on_shortlist(session: Session, *, need: Need, code: str, note: str, by: Actor) -> ShortlistEntry:
    """Keeps the employer's note. Raises NotAllowedError, NotFoundError, InvalidError when it is too long."""
    by.require_employer_of(need.organisation_id)
    note = note.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(note) > NOTE_CHARS:
        zh = f"“备注”最多 {NOTE_CHARS} 字，现在 {len(note)} 字"
        en = f"The note may have {NOTE_CHARS} characters; it has {len(note)}"
        raise InvalidError([FieldProblem("note", Sentence(zh, en))])
    entry = session.scalar(
        select(ShortlistEntry).join(ShortlistEntry.expert).where(ShortlistEntry.need_id == need.id, Expert.code == code)
    )
    if entry is None:
        raise NotFoundError("这位专家不在短名单上", "This expert is not on the short list")
    entry.note = note
    return entry


def shortlist_size(session: Session, need: Need) -> int:
    """How many experts are on the need's short list."""
    return session.scalar(select(func.count()).where(ShortlistEntry.need_id == need.id)) or 0
