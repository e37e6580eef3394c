"""What is searched, kept in step with the index in the database: loaded once, then change by change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.encoded import EncodedExpert
from matcher.engine import Engine
from matcher.live import LivePool
from matcher.needs import NeedPool
from matcher.prepared import PreparedNeed
from models import Expert, Need
from models.choices import NeedState, Subject
from web.services.index_reading import changes_after, dim_of, encoded_experts, last_change, prepared_needs
from web.services.index_records import searchable_experts

CHUNK = 100
"""Records that are read together."""

Progress = Callable[[int, int], None]


class Searched:
    """Experts and published needs as the index had them at `position`, the id of its last change seen.

    Readers take snapshots of `experts` and `needs` at any time; `follow` is for one thread.
    """

    def __init__(self, session: Session, engine: Engine, progress: Progress | None = None) -> None:
        self.engine, self._dim = engine, dim_of(engine)
        self._codes: dict[tuple[Subject, int], str] = {}
        self.position = last_change(session)
        experts = list(session.scalars(select(Expert.id).where(searchable_experts()).order_by(Expert.id)))
        needs = list(session.scalars(select(Need.id).where(Need.state == NeedState.PUBLISHED).order_by(Need.id)))
        encoded: list[EncodedExpert] = []
        for start in range(0, len(experts), CHUNK):
            if progress:
                progress(start, len(experts) + len(needs))
            encoded += self._read_experts(session, experts[start : start + CHUNK])[0]
        if progress:
            progress(len(experts), len(experts) + len(needs))
        self.experts = LivePool(encoded, bank=engine.bank)
        self.needs = NeedPool(self._read_needs(session, needs)[0])

    def follow(self, session: Session) -> int:
        """Takes over what changed in the index since last time; gives the number of records."""
        keys, position = changes_after(session, self.position)
        experts = [record for subject, record in keys if subject == Subject.EXPERT]
        needs = [record for subject, record in keys if subject == Subject.NEED]
        if experts:
            encoded, gone = self._read_experts(session, experts)
            self.experts.upsert(encoded)
            self.experts.remove(gone)
        if needs:
            prepared, gone = self._read_needs(session, needs)
            self.needs.upsert(prepared)
            self.needs.remove(gone)
        self.position = position
        return len(keys)

    def close(self) -> None:
        """Waits for the pool's own thread."""
        self.experts.close()

    def _read_experts(self, session: Session, ids: Sequence[int]) -> tuple[list[EncodedExpert], list[str]]:
        """Experts to take over, and the codes of those that are no longer searchable.

        One whose vectors lag behind its text is neither: what is searched stays until the indexer has caught up.
        """
        found = encoded_experts(session, ids, self.engine.encoder.fingerprint, self._dim)
        usable = {record: one for record, one in found.items() if one is not None}
        self._codes.update({(Subject.EXPERT, record): one.expert.id for record, one in usable.items()})
        return list(usable.values()), self._forget(Subject.EXPERT, [record for record in ids if record not in found])

    def _read_needs(self, session: Session, ids: Sequence[int]) -> tuple[list[PreparedNeed], list[str]]:
        """As `_read_experts`, for needs."""
        found = prepared_needs(session, ids, self.engine)
        usable = {record: one for record, one in found.items() if one is not None}
        self._codes.update({(Subject.NEED, record): one.need.id for record, one in usable.items()})
        return list(usable.values()), self._forget(Subject.NEED, [record for record in ids if record not in found])

    def _forget(self, subject: Subject, ids: Sequence[int]) -> list[str]:
        """The codes of records that are gone: their rows may be too."""
        return [code for record in ids if (code := self._codes.pop((subject, record), None)) is not None]
