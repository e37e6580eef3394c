"""The outbox is drained: every change reaches the index with its vectors, once, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from factories import Maker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.engine import Engine
from matcher.errors import MatcherError
from matcher.text import passages_of
from models import Expert, IndexChange, IndexedExpert, IndexedNeed, IndexedPassage, Need, OutboxEntry
from models.choices import ExpertState, NeedState, Subject
from models.database import writing
from web.services.index_turn import index_turn
from web.services.indexing import ask_for_missing, drain, rebuild, waiting
from web.services.values import expert_value


def passages(session: Session, expert: Expert) -> list[tuple[str, str]]:
    rows = select(IndexedPassage.field, IndexedPassage.text).where(IndexedPassage.expert_id == expert.id)
    return [(row.field, row.text) for row in session.execute(rows.order_by(IndexedPassage.position))]


def count(session: Session, table: Any) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


class Encoder:
    """The engine's encoder, with something happening while it encodes passages."""

    def __init__(self, engine: Engine, happens: Callable[[Sequence[str]], None]) -> None:
        self._encoder, self._happens = engine.encoder, happens
        self.fingerprint = engine.encoder.fingerprint

    def passages(self, texts: Sequence[str], *args: Any, **kwargs: Any) -> Any:
        self._happens(texts)
        return self._encoder.passages(texts, *args, **kwargs)

    def queries(self, texts: Sequence[str], *args: Any, **kwargs: Any) -> Any:
        return self._encoder.queries(texts, *args, **kwargs)


def with_encoder(engine: Engine, happens: Callable[[Sequence[str]], None]) -> Engine:
    return Engine(
        encoder=Encoder(engine, happens),  # type: ignore[arg-type]
        background=engine.background,
        bank=engine.bank,
        profile=engine.profile,
        explainer=engine.explainer,
    )


def test_public_expert_is_indexed_with_a_vector_per_passage(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    expert = make.expert()
    changed(expert)
    assert drain(session, engine) == 1
    value = expert_value(expert)
    assert passages(session, expert) == [(passage.field, passage.text) for passage in passages_of(value)]
    stored = session.scalars(
        select(IndexedPassage.vector).where(IndexedPassage.expert_id == expert.id).order_by(IndexedPassage.position)
    )
    wanted = engine.encoder.passages([passage.text for passage in passages_of(value)]).astype(np.float16)
    assert np.array_equal(np.stack([np.frombuffer(vector, "<f2") for vector in stored]), wanted)
    assert waiting(session) == 0


def test_changed_profile_replaces_its_passages(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    expert = make.expert()
    changed(expert)
    drain(session, engine)
    expert.bio, expert.works = "改做盐碱地改良。", []
    changed(expert)
    drain(session, engine)
    assert [text for _, text in passages(session, expert)] == ["改做盐碱地改良。", "枸杞炭疽病、绿色防控"]


def test_change_without_new_text_keeps_the_vectors_and_is_told(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    expert = make.expert()
    changed(expert)
    drain(session, engine)
    before = session.scalar(select(IndexedExpert.indexed_at))
    position = session.scalar(select(func.max(IndexChange.id))) or 0
    expert.days_per_year = 5.0
    changed(expert)
    encoded: list[str] = []
    drain(session, with_encoder(engine, encoded.extend))
    assert not encoded
    assert session.scalar(select(IndexedExpert.indexed_at)) == before
    assert (session.scalar(select(func.max(IndexChange.id))) or 0) > position


@pytest.mark.parametrize("state", [ExpertState.HIDDEN, ExpertState.DRAFT])
def test_expert_who_is_no_longer_public_leaves_the_index(
    session: Session, make: Maker, engine: Engine, changed: Any, state: ExpertState
) -> None:
    expert = make.expert()
    changed(expert)
    drain(session, engine)
    expert.state = state
    changed(expert)
    drain(session, engine)
    assert count(session, IndexedExpert) == count(session, IndexedPassage) == 0


def test_deleted_expert_leaves_the_index_and_is_told(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    expert = make.expert()
    changed(expert)
    drain(session, engine)
    number = expert.id
    session.delete(expert)
    session.add(OutboxEntry(subject=Subject.EXPERT, subject_id=number))
    session.commit()
    drain(session, engine)
    assert count(session, IndexedExpert) == count(session, IndexedPassage) == waiting(session) == 0
    assert session.scalar(select(IndexChange.subject_id)) == number


@pytest.mark.parametrize(
    ("state", "is_held"),
    [
        (NeedState.DRAFT, True),
        (NeedState.SUBMITTED, True),
        (NeedState.RETURNED, True),
        (NeedState.PUBLISHED, True),
        (NeedState.FILLED, False),
        (NeedState.CLOSED, False),
        (NeedState.WITHDRAWN, False),
        (NeedState.EXPIRED, False),
    ],
)
def test_need_is_indexed_as_long_as_somebody_asks_experts_for_it(
    session: Session, make: Maker, engine: Engine, changed: Any, state: NeedState, is_held: bool
) -> None:
    need = make.need()
    changed(need)
    drain(session, engine)
    need.state = state
    changed(need)
    drain(session, engine)
    assert count(session, IndexedNeed) == is_held


def test_draft_without_a_word_is_not_indexed(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    changed(make.need(state=NeedState.DRAFT, title="", problem="", goal="", keywords=()))
    assert drain(session, engine) == 1
    assert count(session, IndexedNeed) == waiting(session) == 0


def test_many_entries_of_one_record_are_one_piece_of_work(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    expert = make.expert()
    changed(expert, expert, expert)
    encoded: list[str] = []
    assert drain(session, with_encoder(engine, encoded.extend)) == 1
    assert len(encoded) == len(set(encoded))
    assert count(session, IndexChange) == 1


def test_more_records_than_a_batch_are_all_indexed(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    changed(*(make.expert(bio=f"第{number}位专家研究枸杞。") for number in range(60)))
    seen: list[tuple[int, int]] = []
    assert drain(session, engine, progress=lambda done, total: seen.append((done, total))) == 60
    assert count(session, IndexedExpert) == 60
    assert seen[-1] == (60, 60)
    assert len(seen) == 3


def test_record_that_changes_while_it_is_encoded_is_encoded_again(
    session: Session, make: Maker, engine: Engine, changed: Any, other_session: Callable[[], Session]
) -> None:
    expert = make.expert()
    changed(expert)
    number, edits = expert.id, iter(["中途改成研究盐碱地。"])

    def edit(_texts: Sequence[str]) -> None:
        for bio in edits:
            with writing():
                other = other_session()
                row = other.get_one(Expert, number)
                row.bio = bio
                other.add(OutboxEntry(subject=Subject.EXPERT, subject_id=number))
                other.commit()

    drain(session, with_encoder(engine, edit))
    session.expire_all()
    assert passages(session, expert)[0] == ("bio", "中途改成研究盐碱地。")
    assert waiting(session) == 0


def test_record_that_cannot_be_encoded_keeps_its_entry_and_holds_up_nobody(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    bad, good = make.expert(bio="读不了的文字"), make.expert(bio="研究枸杞。")
    changed(bad, good)

    def fail(texts: Sequence[str]) -> None:
        if "读不了的文字" in texts:
            raise ZeroDivisionError

    assert drain(session, with_encoder(engine, fail)) == 1
    assert session.scalars(select(IndexedExpert.expert_id)).all() == [good.id]
    assert session.scalars(select(OutboxEntry.subject_id)).all() == [bad.id]


def test_encoder_that_fails_altogether_is_an_error_and_loses_nothing(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    changed(make.expert(), make.expert())

    def fail(_texts: Sequence[str]) -> None:
        raise MatcherError("no model")

    with pytest.raises(MatcherError, match="no model"):
        drain(session, with_encoder(engine, fail))
    session.rollback()
    assert waiting(session) == 2


def test_while_one_drains_another_leaves_at_once(
    session: Session, make: Maker, engine: Engine, changed: Any, other_session: Callable[[], Session]
) -> None:
    changed(make.expert())
    with index_turn(other_session()) as mine:
        assert mine
        assert drain(session, engine) == 0
        assert waiting(session) == 1
    session.rollback()
    assert drain(session, engine) == 1


def test_drain_stops_between_batches_when_told(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    changed(*(make.expert(bio=f"第{number}位专家。") for number in range(30)))
    answers = iter([True, True, False, False])
    assert drain(session, engine, go_on=lambda: next(answers)) == 24
    assert waiting(session) == 6


def test_what_the_index_lacks_or_has_too_much_is_asked_for_once(session: Session, make: Maker, engine: Engine) -> None:
    make.expert(), make.need()
    hidden = make.expert()
    session.commit()
    encoder = engine.encoder.fingerprint
    assert ask_for_missing(session, encoder) == 3
    session.commit()
    assert ask_for_missing(session, encoder) == 0
    drain(session, engine)
    assert ask_for_missing(session, encoder) == 0
    hidden.state = ExpertState.HIDDEN
    session.commit()
    assert ask_for_missing(session, encoder) == 1
    assert ask_for_missing(session, "another encoder") == 2


def test_rebuild_replaces_every_vector(session: Session, make: Maker, engine: Engine, changed: Any) -> None:
    records: list[Expert | Need] = [make.expert(), make.need()]
    changed(*records)
    drain(session, engine)
    for row in (*session.scalars(select(IndexedPassage)), *session.scalars(select(IndexedNeed))):
        row.vector = b"\0" * len(row.vector)
    session.commit()
    assert rebuild(session, engine) == 2
    session.expire_all()
    rows = (*session.scalars(select(IndexedPassage.vector)), *session.scalars(select(IndexedNeed.vector)))
    assert all(np.frombuffer(vector, "<f2").any() for vector in rows)


def test_vectors_of_another_encoder_are_replaced_though_the_text_is_the_same(
    session: Session, make: Maker, engine: Engine, changed: Any
) -> None:
    expert = make.expert()
    changed(expert)
    drain(session, engine)
    row = session.get_one(IndexedExpert, expert.id)
    row.encoder = "an older one"
    session.commit()
    changed(expert)
    drain(session, engine)
    session.expire_all()
    assert session.get_one(IndexedExpert, expert.id).encoder == engine.encoder.fingerprint
