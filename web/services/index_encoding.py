"""Records in, what the index will hold of them out. Nothing is written, and no transaction is open while encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.encoded import encode_experts
from matcher.engine import Engine
from matcher.text import need_text
from matcher.types import Expert, Need, Passage
from models import IndexedExpert, IndexedNeed
from models.choices import Subject
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

Stamp = tuple[str, str]
"""Which encoder encoded which text: fingerprint and digest."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the index will hold of a record.

    `vectors` is `(len(passages), dim)` for an expert and `(1, dim)` for a need, half precision; None: the index
    already has these vectors.
    """

    key: Key
    encoder: str
    digest: str
    passages: tuple[Passage, ...] = ()
    vectors: npt.NDArray[np.float16] | None = None
    texts: tuple[str, ...] = ()
    """What was encoded: passages, or the need as one text."""

    @property
    def stamp(self) -> Stamp:
        """Encoder and text."""
        return self.encoder, self.digest


def encode_records(
    session: Session, engine: Engine, keys: Sequence[Key], *, anew: bool = False
) -> dict[Key, Encoded | None]:
    """Every record as the index will hold it; None for one that has no place there.

    `anew` encodes texts that have not changed too. Ends the session's transaction.
    """
    experts = [row for row in read_experts(session, ids_of(keys, Subject.EXPERT)) if is_searchable(row)]
    needs = [row for row in read_needs(session, ids_of(keys, Subject.NEED)) if is_indexed(row)]
    expert_values = {row.id: expert_value(row) for row in experts}
    need_values = {row.id: need_value(row) for row in needs}
    known = {} if anew else stamps(session, keys)
    session.rollback()
    encoded: dict[Key, Encoded | None] = dict.fromkeys(keys)
    encoded.update({one.key: one for one in _experts(engine, expert_values, known)})
    encoded.update({one.key: one for one in _needs(engine, need_values, known)})
    return encoded


def ids_of(keys: Sequence[Key], subject: Subject) -> list[int]:
    """The ids of the keys of one kind."""
    return [record for kind, record in keys if kind == subject]


def stamps(session: Session, keys: Sequence[Key]) -> dict[Key, Stamp]:
    """By what and from which text the index has each record that it has."""
    experts = select(IndexedExpert.expert_id, IndexedExpert.encoder, IndexedExpert.content_digest)
    needs = select(IndexedNeed.need_id, IndexedNeed.encoder, IndexedNeed.content_digest)
    found: dict[Key, Stamp] = {}
    for record, *stamp in session.execute(experts.where(IndexedExpert.expert_id.in_(ids_of(keys, Subject.EXPERT)))):
        found[Subject.EXPERT, record] = (stamp[0], stamp[1])
    for record, *stamp in session.execute(needs.where(IndexedNeed.need_id.in_(ids_of(keys, Subject.NEED)))):
        found[Subject.NEED, record] = (stamp[0], stamp[1])
    return found


def _experts(engine: Engine, values: Mapping[int, Expert], known: Mapping[Key, Stamp]) -> list[Encoded]:
    encoder = engine.encoder.fingerprint
    marks = {record: Encoded((Subject.EXPERT, record), encoder, digest_of_expert(v)) for record, v in values.items()}
    changed = [record for record, mark in marks.items() if known.get(mark.key) != mark.stamp]
    fresh = encode_experts([values[record] for record in changed], engine.encoder)
    for record, one in zip(changed, fresh, strict=True):
        mark = marks[record]
        texts = tuple(passage.text for passage in one.passages)
        marks[record] = Encoded(mark.key, mark.encoder, mark.digest, one.passages, one.vectors, texts)
    return list(marks.values())


def _needs(engine: Engine, values: Mapping[int, Need], known: Mapping[Key, Stamp]) -> list[Encoded]:
    encoder = engine.encoder.fingerprint
    marks = {record: Encoded((Subject.NEED, record), encoder, digest_of_need(v)) for record, v in values.items()}
    changed = [record for record, mark in marks.items() if known.get(mark.key) != mark.stamp]
    texts = [need_text(values[record]) for record in changed]
    vectors = engine.encoder.queries(texts).astype(np.float16)
    for number, record in enumerate(changed):
        mark = marks[record]
        mine = vectors[number : number + 1]
        marks[record] = Encoded(mark.key, mark.encoder, mark.digest, vectors=mine, texts=(texts[number],))
    return list(marks.values())
