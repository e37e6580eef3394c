"""The index follows the records: what waits in the outbox is encoded, and written together with its vectors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matcher.engine import Engine
from matcher.errors import MatcherError
from matcher.text import need_text
from models import Expert, IndexedExpert, IndexedNeed, IndexedPassage, Need, OutboxEntry
from models.choices import Subject
from web.services.index_encoding import Encoded, encode_records
from web.services.index_records import Key, indexed_needs, read_needs, searchable_experts
from web.services.index_turn import index_turn
from web.services.index_writing import write_index
from web.services.values import need_value

BATCH = 24
"""Records that are encoded and written together."""

Progress = Callable[[int, int], None]
"""Called with (records done, records to do)."""

GoOn = Callable[[], bool]
"""Asked between batches whether to go on; a server that is being stopped says no."""

_log = logging.getLogger(__name__)


def _always() -> bool:
    return True


def waiting(session: Session, *, but: Collection[Key] = ()) -> int:
    """How many changes wait in the outbox, but for those of some records."""
    return session.scalar(select(func.count()).select_from(OutboxEntry).where(_not_of(but))) or 0


def drain(
    session: Session,
    engine: Engine,
    *,
    progress: Progress | None = None,
    with_phrases: bool = True,
    go_on: GoOn = _always,
) -> int:
    """Indexes what waits in the outbox; gives the number of records that it settled.

    The session must be free of changes: this function commits, batch by batch. Encoding happens outside of any
    transaction. An entry goes only together with the vectors that answer it, so a crash loses nothing, and doing
    a record twice is harmless. While somebody else drains, there is nothing to do, and 0 is given. A record that
    cannot be encoded is logged and keeps its entry; the others go on. `progress` is called as soon as a batch is
    written; after that its phrases are made ready, unless `with_phrases` is False. `go_on` is asked between batches.
    """
    done, total = 0, waiting(session)
    failed: set[Key] = set()
    while go_on() and waiting(session, but=failed):
        session.rollback()
        with index_turn(session) as mine:
            if not mine:
                return done
            for settled, texts in _batches(session, engine, failed, go_on):
                done += settled
                if progress:
                    progress(min(done, total), total)
                if with_phrases:
                    engine.explainer.prepare(texts, keep=True)
    session.rollback()
    return done


def _batches(session: Session, engine: Engine, failed: set[Key], go_on: GoOn) -> Iterator[tuple[int, Sequence[str]]]:
    """Settles batch after batch until nothing waits but what `failed`; gives how many records each settled, and the
    texts that it encoded."""
    while go_on() and (entries := _newest_entries(session, failed)):
        encoded = _encode(session, engine, list(entries), failed)
        if encoded:
            texts = [text for one in encoded.values() if one is not None for text in one.texts]
            yield write_index(session, encoded, entries), texts


def prepare_phrases(session: Session, engine: Engine, *, go_on: GoOn = _always) -> None:
    """Puts the vectors of every indexed text's phrases into the engine's cache, so that reasons need no encoding.

    Without them reasons are the same, only slower the first time. Ends the session's transaction.
    """
    texts = list(session.scalars(select(IndexedPassage.text).order_by(IndexedPassage.expert_id)))
    texts += [
        need_text(need_value(row)) for row in read_needs(session, list(session.scalars(select(IndexedNeed.need_id))))
    ]
    session.rollback()
    for start in range(0, len(texts), BATCH):
        if not go_on():
            return
        engine.explainer.prepare(texts[start : start + BATCH], keep=True)


def _newest_entries(session: Session, failed: Collection[Key]) -> dict[Key, list[int]]:
    """The entries of the records that were changed last: somebody's edit does not wait for a mass of others."""
    rows = session.execute(
        select(OutboxEntry.id, OutboxEntry.subject, OutboxEntry.subject_id)
        .where(_not_of(failed))
        .order_by(OutboxEntry.id.desc())
        .limit(BATCH)
    ).all()
    entries: dict[Key, list[int]] = {}
    for entry, subject, record in rows:
        entries.setdefault((subject, record), []).append(entry)
    return entries


def _not_of(keys: Collection[Key]) -> ColumnElement[bool]:
    return tuple_(OutboxEntry.subject, OutboxEntry.subject_id).not_in(list(keys))


def _encode(session: Session, engine: Engine, keys: Sequence[Key], failed: set[Key]) -> dict[Key, Encoded | None]:
    """The records encoded; when one of them cannot be, each is tried alone, so that one does not hold up the rest."""
    try:
        return encode_records(session, engine, keys)
    except (MatcherError, SQLAlchemyError):
        raise  # the encoder or the database fails, not a record
    except Exception:
        session.rollback()
        if len(keys) == 1:
            _log.exception("%s %s cannot be indexed", *keys[0])
            failed.update(keys)
            return {}
    encoded: dict[Key, Encoded | None] = {}
    for key in keys:
        encoded |= _encode(session, engine, [key], failed)
    return encoded


def ask_for_missing(session: Session, encoder: str) -> int:
    """Puts into the outbox what the index lacks, has from another encoder, or should no longer have; gives how many.

    The caller commits.
    """
    waiting_for = {tuple(row) for row in session.execute(select(OutboxEntry.subject, OutboxEntry.subject_id))}
    wanted = [key for key in _out_of_step(session, encoder) if key not in waiting_for]
    session.add_all(OutboxEntry(subject=subject, subject_id=subject_id) for subject, subject_id in wanted)
    return len(wanted)


def lag(session: Session, encoder: str) -> tuple[int, int]:
    """How many records the index has not as it should, and how many records there are."""
    total = sum(
        session.scalar(select(func.count()).select_from(table).where(wanted)) or 0
        for table, wanted in ((Expert, searchable_experts()), (Need, indexed_needs()))
    )
    return len(_out_of_step(session, encoder)), total


def _out_of_step(session: Session, encoder: str) -> list[Key]:
    experts = set(session.scalars(select(Expert.id).where(searchable_experts())))
    needs = set(session.scalars(select(Need.id).where(indexed_needs())))
    known_experts = dict(session.execute(select(IndexedExpert.expert_id, IndexedExpert.encoder)).all())
    known_needs = dict(session.execute(select(IndexedNeed.need_id, IndexedNeed.encoder)).all())
    pairs = ((Subject.EXPERT, experts, known_experts), (Subject.NEED, needs, known_needs))
    return [
        (subject, record)
        for subject, wanted, known in pairs
        for record in sorted(wanted | known.keys())
        if (record in wanted) != (known.get(record) == encoder)
    ]


def rebuild(session: Session, engine: Engine, *, progress: Progress | None = None) -> int:
    """Encodes every record anew and replaces its vectors, batch by batch; gives the number of records.

    Search goes on meanwhile with the vectors that there are. Records that change meanwhile are left to the outbox.
    The session must be free of changes: this function commits.
    """
    keys = _everything(session)
    session.rollback()
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        with index_turn(session, wait=True):
            encoded = encode_records(session, engine, batch, anew=True)
            write_index(session, encoded, dict.fromkeys(batch, ()))
        if progress:
            progress(start + len(batch), len(keys))
    return len(keys)


def _everything(session: Session) -> Sequence[Key]:
    experts = set(session.scalars(select(Expert.id).where(searchable_experts())))
    experts.update(session.scalars(select(IndexedExpert.expert_id)))
    needs = set(session.scalars(select(Need.id).where(indexed_needs())))
    needs.update(session.scalars(select(IndexedNeed.need_id)))
    return [*((Subject.EXPERT, key) for key in sorted(experts)), *((Subject.NEED, key) for key in sorted(needs))]
