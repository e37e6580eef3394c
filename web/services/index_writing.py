"""Vectors into the database: one transaction replaces them, notes the change and settles the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from models import IndexChange, IndexedExpert, IndexedNeed, IndexedPassage, OutboxEntry
from models.choices import Subject
from models.columns import utc_now
from models.database import writing
from web.services.index_encoding import Encoded, Stamp, ids_of, stamps
from web.services.index_records import (
    Key,
    digest_of_expert,
    digest_of_need,
    is_indexed,
    is_searchable,
    read_experts,
    read_needs,
)
from web.services.values import expert_value, need_value


def write_index(session: Session, encoded: Mapping[Key, Encoded | None], entries: Mapping[Key, Collection[int]]) -> int:
    """Writes what was encoded and deletes the outbox entries that it answers, in one transaction; gives how many
    records it settled.

    A record that changed while it was encoded is left as it is, with its entries: it will be encoded again.
    """
    with writing():
        settled = _still_true(session, encoded)
        _replace(session, [one for key in settled if (one := encoded[key]) is not None and one.vectors is not None])
        _remove(session, [key for key in settled if encoded[key] is None])
        _note(session, settled)
        answered = [entry for key in settled for entry in entries[key]]
        session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(answered)))
        session.commit()
    return len(settled)


def _still_true(session: Session, encoded: Mapping[Key, Encoded | None]) -> list[Key]:
    """The records that are as they were when they were encoded."""
    keys = list(encoded)
    present = _digests(session, keys)
    held: Mapping[Key, Stamp] = stamps(session, keys)
    settled = []
    for key, one in encoded.items():
        if one is None:
            fits = key not in present
        else:
            fits = present.get(key) == one.digest and (one.vectors is not None or held.get(key) == one.stamp)
        if fits:
            settled.append(key)
    return settled


def _digests(session: Session, keys: Sequence[Key]) -> dict[Key, str]:
    """The texts that the records have now, of those that have a place in the index."""
    experts = read_experts(session, ids_of(keys, Subject.EXPERT))
    needs = read_needs(session, ids_of(keys, Subject.NEED))
    found: dict[Key, str] = {
        (Subject.EXPERT, row.id): digest_of_expert(expert_value(row)) for row in experts if is_searchable(row)
    }
    found.update({(Subject.NEED, row.id): digest_of_need(need_value(row)) for row in needs if is_indexed(row)})
    return found


def _replace(session: Session, fresh: Sequence[Encoded]) -> None:
    _remove(session, [one.key for one in fresh])
    now = utc_now()
    experts = [one for one in fresh if one.key[0] == Subject.EXPERT]
    needs = [one for one in fresh if one.key[0] == Subject.NEED]
    marks = [_mark(one) | {"expert_id": one.key[1], "indexed_at": now} for one in experts]
    passages = [row for one in experts for row in _passages(one)]
    vectors = [_mark(one) | {"need_id": one.key[1], "indexed_at": now, "vector": _bytes(one)[0]} for one in needs]
    for table, rows in ((IndexedExpert, marks), (IndexedPassage, passages), (IndexedNeed, vectors)):
        if rows:
            session.execute(insert(table), rows)


def _mark(one: Encoded) -> dict[str, object]:
    return {"encoder": one.encoder, "content_digest": one.digest}


def _passages(one: Encoded) -> list[dict[str, object]]:
    return [
        {
            "expert_id": one.key[1],
            "position": position,
            "field": passage.field,
            "language": passage.language,
            "text": passage.text,
            "vector": vector,
        }
        for position, (passage, vector) in enumerate(zip(one.passages, _bytes(one), strict=True))
    ]


def _bytes(one: Encoded) -> list[bytes]:
    """A row of the vectors each, little-endian."""
    rows = () if one.vectors is None else one.vectors
    return [np.asarray(row, "<f2").tobytes() for row in rows]


def _remove(session: Session, keys: Sequence[Key]) -> None:
    """An expert's passages go with it."""
    experts, needs = ids_of(keys, Subject.EXPERT), ids_of(keys, Subject.NEED)
    session.execute(delete(IndexedExpert).where(IndexedExpert.expert_id.in_(experts)))
    session.execute(delete(IndexedNeed).where(IndexedNeed.need_id.in_(needs)))


def _note(session: Session, keys: Sequence[Key]) -> None:
    """One row a record, the last: who follows the changes misses none, however long it was away."""
    for subject in (Subject.EXPERT, Subject.NEED):
        ids = ids_of(keys, subject)
        older = delete(IndexChange).where(IndexChange.subject == subject, IndexChange.subject_id.in_(ids))
        session.execute(older)
    if keys:
        session.execute(insert(IndexChange), [{"subject": kind, "subject_id": record} for kind, record in keys])
