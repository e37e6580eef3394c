"""Whether the index says what the records say: every difference by its name, and the state in figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.text import passages_of
from models import Expert, IndexedExpert, IndexedNeed, IndexedPassage, Need, OutboxEntry
from models.choices import Subject
from web.services.index_records import (
    Key,
    digest_of_expert,
    digest_of_need,
    indexed_needs,
    is_indexed,
    read_experts,
    read_needs,
    searchable_experts,
)
from web.services.values import expert_value, need_value

CHUNK = 200
"""Records that are read together."""
HALF = 2
"""Bytes of a number in a vector."""


class Fault(StrEnum):
    """How a record and the index can differ."""

    MISSING = "missing"
    SUPERFLUOUS = "superfluous"
    STALE = "stale"
    OTHER_ENCODER = "other_encoder"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that the index holds otherwise than it should. `is_waiting`: the outbox will set it right."""

    subject: Subject
    code: str
    fault: Fault
    is_waiting: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The index in figures; `by_encoder` counts the indexed records of each encoder."""

    experts: int
    indexed_experts: int
    needs: int
    indexed_needs: int
    passages: int
    waiting: int
    oldest_waiting: datetime | None
    last_indexed: datetime | None
    by_encoder: Mapping[str, int]


def index_status(session: Session) -> IndexStatus:
    """The state of the index in the database; no vector is read."""
    encoders: dict[str, int] = {}
    for table in (IndexedExpert, IndexedNeed):
        for encoder, count in session.execute(select(table.encoder, func.count()).group_by(table.encoder)):
            encoders[encoder] = encoders.get(encoder, 0) + count
    latest = [session.scalar(select(func.max(table.indexed_at))) for table in (IndexedExpert, IndexedNeed)]
    return IndexStatus(
        experts=session.scalar(select(func.count()).select_from(Expert).where(searchable_experts())) or 0,
        indexed_experts=session.scalar(select(func.count()).select_from(IndexedExpert)) or 0,
        needs=session.scalar(select(func.count()).select_from(Need).where(indexed_needs())) or 0,
        indexed_needs=session.scalar(select(func.count()).select_from(IndexedNeed)) or 0,
        passages=session.scalar(select(func.count()).select_from(IndexedPassage)) or 0,
        waiting=session.scalar(select(func.count()).select_from(OutboxEntry)) or 0,
        oldest_waiting=session.scalar(select(func.min(OutboxEntry.created_at))),
        last_indexed=max((time for time in latest if time is not None), default=None),
        by_encoder=encoders,
    )


def differences(session: Session, *, encoder: str, dim: int) -> Iterator[Difference]:
    """Every difference between records and index, experts first, in the order of the records.

    `encoder` and `dim`: the fingerprint of the encoder in use, and how many numbers its vectors have.
    """
    waiting = {tuple(row) for row in session.execute(select(OutboxEntry.subject, OutboxEntry.subject_id))}
    for key, code, fault, detail in (*_of_experts(session, encoder, dim), *_of_needs(session, encoder, dim)):
        yield Difference(key[0], code, fault, key in waiting, detail)


Found = tuple[Key, str, Fault, str]


def _of_experts(session: Session, encoder: str, dim: int) -> Iterator[Found]:
    wanted = dict(session.execute(select(Expert.id, Expert.code).where(searchable_experts())).all())
    held = {row.expert_id: row for row in session.scalars(select(IndexedExpert))}
    yield from _presence(session, Subject.EXPERT, wanted, set(held))
    both = sorted(wanted.keys() & held.keys())
    for start in range(0, len(both), CHUNK):
        ids = both[start : start + CHUNK]
        stored = _stored_passages(session, ids)
        for row in read_experts(session, ids):
            fault = _fault_of_expert(row, held[row.id], stored.get(row.id, []), encoder, dim)
            if fault is not None:
                yield (Subject.EXPERT, row.id), row.code, *fault


def _of_needs(session: Session, encoder: str, dim: int) -> Iterator[Found]:
    rows = read_needs(session, list(session.scalars(select(Need.id).where(indexed_needs()))))
    needs = {row.id: row for row in rows if is_indexed(row)}
    held = {row.need_id: row for row in session.scalars(select(IndexedNeed))}
    yield from _presence(session, Subject.NEED, {record: row.code for record, row in needs.items()}, set(held))
    for record in sorted(needs.keys() & held.keys()):
        row, index = needs[record], held[record]
        key: Key = (Subject.NEED, record)
        if index.encoder != encoder:
            yield key, row.code, Fault.OTHER_ENCODER, index.encoder
        elif index.content_digest != digest_of_need(need_value(row)):
            yield key, row.code, Fault.STALE, ""
        elif reason := _damage(index.vector, dim):
            yield key, row.code, Fault.DAMAGED, reason


def _presence(session: Session, subject: Subject, wanted: Mapping[int, str], held: set[int]) -> Iterator[Found]:
    for record in sorted(wanted.keys() - held):
        yield (subject, record), wanted[record], Fault.MISSING, ""
    for record in sorted(held - wanted.keys()):
        table = Expert if subject == Subject.EXPERT else Need
        code = session.scalar(select(table.code).where(table.id == record))
        yield (subject, record), code or f"#{record}", Fault.SUPERFLUOUS, ""


Stored = tuple[str, str, str, bytes]
"""Field, language, text, vector of a passage in the index."""


def _stored_passages(session: Session, ids: list[int]) -> dict[int, list[Stored]]:
    columns = (IndexedPassage.field, IndexedPassage.language, IndexedPassage.text, IndexedPassage.vector)
    rows = session.execute(
        select(IndexedPassage.expert_id, *columns)
        .where(IndexedPassage.expert_id.in_(ids))
        .order_by(IndexedPassage.expert_id, IndexedPassage.position)
    )
    return {record: [row[1:] for row in group] for record, group in groupby(rows, key=lambda row: row[0])}


def _fault_of_expert(
    row: Expert, index: IndexedExpert, stored: list[Stored], encoder: str, dim: int
) -> tuple[Fault, str] | None:
    value = expert_value(row)
    if index.encoder != encoder:
        return Fault.OTHER_ENCODER, index.encoder
    if index.content_digest != digest_of_expert(value):
        return Fault.STALE, ""
    passages = [(passage.field, passage.language, passage.text) for passage in passages_of(value)]
    if passages != [one[:3] for one in stored]:
        return Fault.DAMAGED, f"{len(stored)} passages are not the profile's {len(passages)}"
    reasons = (f"{one[0]}: {reason}" for one in stored if (reason := _damage(one[3], dim)))
    first = next(reasons, None)
    return (Fault.DAMAGED, first) if first else None


def _damage(vector: bytes, dim: int) -> str:
    """What is wrong with a vector; empty when nothing is."""
    if len(vector) != dim * HALF:
        return f"{len(vector)} bytes, not {dim * HALF}"
    numbers = np.frombuffer(vector, "<f2").astype(np.float32)
    if not np.isfinite(numbers).all():
        return "a number that is none"
    return "" if numbers.any() else "nothing but zeros"
