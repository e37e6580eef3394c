"""Interests that managers declare of themselves, and what a declaration means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matcher.eligibility.rules import institution_key
from models import ManagerTie
from models.choices import Role, Subject, TieKind
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_audit
from web.services.tie_dismissals import is_dismissed, jurisdictions, oversees

MOST_TIES, NAME_CHARS, NOTE_CHARS = 50, 120, 300
SHORTEST_PART = 4
"""Characters from which a part of an organisation's name means it too; a shorter one stands in too many others."""


def means(counterpart: str, *, organisations: Iterable[str], people: Iterable[str]) -> bool:
    """Whether what was declared means one of them: a person by name, an organisation also by a part of its name."""
    said = institution_key(counterpart)
    if not said:
        return False
    if said in {institution_key(name) for name in people if name}:
        return True
    keys = [key for key in (institution_key(name) for name in organisations if name) if key]
    return any(said == key or _is_part(said, key) or _is_part(key, said) for key in keys)


def _is_part(short: str, long: str) -> bool:
    return len(short) >= SHORTEST_PART and short in long


def ties_of(session: Session, *, by: Actor) -> Sequence[ManagerTie]:
    """The manager's own declarations, the oldest first. Raises NotAllowedError for whom is no manager."""
    by.require(Role.MANAGER)
    return session.scalars(select(ManagerTie).where(ManagerTie.user_id == by.user_id).order_by(ManagerTie.id)).all()


def counted_ties(session: Session, user_id: int) -> list[ManagerTie]:
    """A manager's declarations that count today."""
    ties = session.scalars(select(ManagerTie).where(ManagerTie.user_id == user_id).order_by(ManagerTie.id)).all()
    return [tie for tie in ties if not is_dismissed(session, tie)]


def declare(session: Session, *, kind: TieKind, counterpart: str, note: str, by: Actor) -> ManagerTie:
    """Notes an interest of the manager's own. Raises InvalidError, ConflictError for the same twice."""
    held = ties_of(session, by=by)
    name, said = counterpart.strip(), note.strip()
    if problems := _problems(name, said, len(held)):
        raise InvalidError(problems)
    if any((one.kind, one.counterpart) == (kind, name) for one in held) or by.user_id is None:
        raise ConflictError("已经申报过这一条", "You have declared this one already")
    tie = ManagerTie(user_id=by.user_id, kind=kind, counterpart=name, note=said)
    session.add(tie)
    session.flush()
    _note(session, "tie.declare", tie.user_id, f"tie {tie.id} {kind.value}", by)
    return tie


def take_back(session: Session, tie_id: int, *, by: Actor) -> None:
    """Takes a declaration of the manager's own away. Raises NotFoundError for those of others too."""
    tie = next((one for one in ties_of(session, by=by) if one.id == tie_id), None)
    if tie is None:
        raise NotFoundError("没有这条申报", "There is no such declaration")
    _note(session, "tie.take_back", tie.user_id, f"tie {tie.id} {tie.kind.value}", by)
    session.delete(tie)


def colleagues_tie(session: Session, tie_id: int, *, by: Actor) -> ManagerTie:
    """One of `colleagues_ties`. Raises NotFoundError for all others."""
    tie = next((one for one in colleagues_ties(session, by=by) if one.id == tie_id), None)
    if tie is None:
        raise NotFoundError("没有这条申报", "There is no such declaration")
    return tie


def _problems(name: str, note: str, held: int) -> list[FieldProblem]:
    found = []
    if not name:
        found.append(FieldProblem("counterpart", Sentence("请填写单位或人员的名称", "Name the organisation or person")))
    if len(name) > NAME_CHARS:
        zh, en = f"名称最多 {NAME_CHARS} 字", f"The name: at most {NAME_CHARS} characters"
        found.append(FieldProblem("counterpart", Sentence(zh, en)))
    if len(note) > NOTE_CHARS:
        zh, en = f"说明最多 {NOTE_CHARS} 字，现在 {len(note)} 字", f"The note: at most {NOTE_CHARS} characters"
        found.append(FieldProblem("note", Sentence(zh, en)))
    if held >= MOST_TIES:
        zh, en = f"最多申报 {MOST_TIES} 条", f"At most {MOST_TIES} interests can be declared"
        found.append(FieldProblem("counterpart", Sentence(zh, en)))
    return found


def colleagues_ties(session: Session, *, by: Actor) -> list[ManagerTie]:
    """Declarations of the other managers over whose jurisdiction this one's reaches."""
    by.require(Role.MANAGER)
    others = session.scalars(
        select(ManagerTie)
        .where(ManagerTie.user_id != by.user_id)
        .order_by(ManagerTie.user_id, ManagerTie.id)
        .options(joinedload(ManagerTie.user))
    ).all()
    held = jurisdictions(session, {one.user_id for one in others})
    return [one for one in others if oversees(by, held.get(one.user_id, []))]


def _note(session: Session, action: str, user_id: int, detail: str, by: Actor) -> None:
    note_audit(session, action=action, subject=Subject.USER, subject_id=user_id, by=by, detail=detail)
