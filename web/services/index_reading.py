"""Vectors out of the database, as the engine's pools take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.encoded import EncodedExpert
from matcher.engine import Engine
from matcher.prepared import PreparedNeed
from matcher.text import passages_of
from models import IndexChange, IndexedExpert, IndexedNeed, IndexedPassage
from models.choices import NeedState
from web.services.index_records import (
    Key,
    digest_of,
    digest_of_need,
    is_searchable,
    read_experts,
    read_needs,
)
from web.services.values import expert_value, need_value


def last_change(session: Session) -> int:
    """The id of the newest change of the index, 0 before the first."""
    return session.scalar(select(func.max(IndexChange.id))) or 0


def changes_after(session: Session, position: int) -> tuple[list[Key], int]:
    """The records whose vectors changed after a position, and the new position."""
    rows = session.execute(
        select(IndexChange.id, IndexChange.subject, IndexChange.subject_id)
        .where(IndexChange.id > position)
        .order_by(IndexChange.id)
    ).all()
    return [(subject, record) for _, subject, record in rows], max((row[0] for row in rows), default=position)


def encoded_experts(session: Session, ids: Sequence[int], encoder: str, dim: int) -> dict[int, EncodedExpert | None]:
    """The searchable ones of these experts with their vectors.

    None: the index lags behind the record, or another encoder's vectors or damaged ones are all there is; the
    indexer or an administrator will set that right.
    """
    marks = dict(
        session.execute(
            select(IndexedExpert.expert_id, IndexedExpert.content_digest).where(
                IndexedExpert.expert_id.in_(ids), IndexedExpert.encoder == encoder
            )
        ).all()
    )
    vectors = _vectors(session, ids)
    found: dict[int, EncodedExpert | None] = {}
    for row in read_experts(session, ids):
        if not is_searchable(row):
            continue
        value = expert_value(row)
        passages = passages_of(value)
        mine = _stacked(vectors.get(row.id, ()), dim)
        fits = mine is not None and len(mine) == len(passages) and marks.get(row.id) == digest_of(passages)
        found[row.id] = EncodedExpert(value, passages, mine) if fits and mine is not None else None
    return found


def _vectors(session: Session, ids: Sequence[int]) -> Mapping[int, list[bytes]]:
    rows = session.execute(
        select(IndexedPassage.expert_id, IndexedPassage.vector)
        .where(IndexedPassage.expert_id.in_(ids))
        .order_by(IndexedPassage.expert_id, IndexedPassage.position)
    )
    return {record: [vector for _, vector in group] for record, group in groupby(rows, key=lambda row: row[0])}


def _stacked(vectors: Iterable[bytes], dim: int) -> npt.NDArray[np.float16] | None:
    """The vectors as rows `(n, dim)`; None where one is damaged."""
    rows = [np.frombuffer(vector, "<f2") for vector in vectors if len(vector) % 2 == 0]
    if any(len(row) != dim or not np.isfinite(row).all() for row in rows):
        return None
    return np.array(rows, np.float16).reshape(-1, dim)


def prepared_needs(session: Session, ids: Sequence[int], engine: Engine) -> dict[int, PreparedNeed | None]:
    """The published ones of these needs, ready for experts; None as in `encoded_experts`. Nothing is encoded."""
    rows = [row for row in read_needs(session, ids) if row.state == NeedState.PUBLISHED]
    held = {row.need_id: row for row in session.scalars(select(IndexedNeed).where(IndexedNeed.need_id.in_(ids)))}
    found: dict[int, PreparedNeed | None] = {}
    for row in rows:
        index, value = held.get(row.id), need_value(row)
        query = None if index is None else query_of(index, engine, digest_of_need(value))
        found[row.id] = None if query is None else engine.prepare_need(value, query=query)
    return found


def query_of(index: IndexedNeed, engine: Engine, digest: str) -> npt.NDArray[np.float32] | None:
    """The need's query vector `(dim,)` where this encoder made it, of this text, and it is whole; else None."""
    if (index.encoder, index.content_digest) != (engine.encoder.fingerprint, digest):
        return None
    stacked = _stacked([index.vector], dim_of(engine))
    return None if stacked is None or len(stacked) != 1 else stacked[0].astype(np.float32)


def dim_of(engine: Engine) -> int:
    """How many numbers the engine's vectors have, without loading its model."""
    return int(next(iter(engine.background.vectors.values())).shape[1])
