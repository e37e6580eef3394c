"""`verify` names every way in which the index can differ from the records, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from factories import Maker
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.engine import Engine
from models import Expert, IndexedExpert, IndexedNeed, IndexedPassage, Need
from models.choices import ExpertState, NeedState
from web.services.index_health import Difference, Fault, differences, index_status
from web.services.index_reading import dim_of
from web.services.indexing import drain

Found = Callable[[], list[Difference]]


@pytest.fixture
def found(session: Session, engine: Engine) -> Found:
    """Commits, and compares."""

    def compare() -> list[Difference]:
        session.commit()
        return list(differences(session, encoder=engine.encoder.fingerprint, dim=dim_of(engine)))

    return compare


@pytest.fixture
def expert(session: Session, make: Maker, engine: Engine, changed: Any) -> Expert:
    """An indexed expert; another one beside."""
    mine = make.expert()
    changed(mine, make.expert())
    drain(session, engine)
    return mine


@pytest.fixture
def need(session: Session, make: Maker, engine: Engine, changed: Any) -> Need:
    """An indexed need; another one beside."""
    mine = make.need()
    changed(mine, make.need(), make.need(state=NeedState.DRAFT, title="", problem="", goal="", keywords=()))
    drain(session, engine)
    return mine


def test_index_in_step_has_no_difference(found: Found, expert: Expert, need: Need) -> None:
    assert found() == []


def one(found: list[Difference]) -> tuple[str, Fault]:
    assert len(found) == 1, found
    return found[0].code, found[0].fault


def test_missing_expert_is_named(found: Found, session: Session, expert: Expert) -> None:
    session.execute(delete(IndexedExpert).where(IndexedExpert.expert_id == expert.id))
    assert one(found()) == (expert.code, Fault.MISSING)


def test_superfluous_expert_is_named(found: Found, expert: Expert) -> None:
    expert.state = ExpertState.HIDDEN
    assert one(found()) == (expert.code, Fault.SUPERFLUOUS)


def test_expert_with_another_text_is_named(found: Found, expert: Expert) -> None:
    expert.bio = "改做盐碱地。"
    assert one(found()) == (expert.code, Fault.STALE)


def test_change_of_what_is_no_text_is_no_difference(found: Found, expert: Expert) -> None:
    expert.days_per_year = 1.0
    assert found() == []


def test_expert_of_another_encoder_is_named(found: Found, session: Session, expert: Expert) -> None:
    session.get_one(IndexedExpert, expert.id).encoder = "older-1"
    assert one(found()) == (expert.code, Fault.OTHER_ENCODER)
    assert found()[0].detail == "older-1"


@pytest.mark.parametrize(
    ("vector", "detail"),
    [
        (lambda whole: whole[:-2], "bytes, not"),
        (lambda whole: whole + b"\0\0", "bytes, not"),
        (lambda whole: b"", "0 bytes"),
        (lambda whole: b"\xff\x7f" + whole[2:], "a number that is none"),
        (lambda whole: b"\x00\x7c" + whole[2:], "a number that is none"),
        (lambda whole: b"\0" * len(whole), "nothing but zeros"),
    ],
    ids=["short", "long", "empty", "NaN", "infinite", "zeros"],
)
def test_damaged_vector_is_named(
    found: Found, session: Session, expert: Expert, vector: Callable[[bytes], bytes], detail: str
) -> None:
    passage = session.scalars(select(IndexedPassage).where(IndexedPassage.expert_id == expert.id)).all()[-1]
    passage.vector = vector(passage.vector)
    assert one(found()) == (expert.code, Fault.DAMAGED)
    assert detail in found()[0].detail
    assert passage.field in found()[0].detail


def test_lost_passage_is_named(found: Found, session: Session, expert: Expert) -> None:
    passage = session.scalars(select(IndexedPassage).where(IndexedPassage.expert_id == expert.id)).first()
    session.delete(passage)
    assert one(found()) == (expert.code, Fault.DAMAGED)


def test_altered_passage_is_named(found: Found, session: Session, expert: Expert) -> None:
    passage = session.scalars(select(IndexedPassage).where(IndexedPassage.expert_id == expert.id)).first()
    assert passage is not None
    passage.text += "!"
    assert one(found()) == (expert.code, Fault.DAMAGED)


def test_every_fault_of_a_need_is_named(found: Found, session: Session, need: Need) -> None:
    row = session.get_one(IndexedNeed, need.id)
    encoder, whole = row.encoder, row.vector
    row.vector = whole[:-2]
    assert one(found()) == (need.code, Fault.DAMAGED)
    row.vector, row.encoder = whole, "older-1"
    assert one(found()) == (need.code, Fault.OTHER_ENCODER)
    row.encoder, need.title = encoder, "换了题目"
    assert one(found()) == (need.code, Fault.STALE)
    need.state = NeedState.FILLED
    assert one(found()) == (need.code, Fault.SUPERFLUOUS)
    need.state = NeedState.PUBLISHED
    session.delete(row)
    assert one(found()) == (need.code, Fault.MISSING)


def test_difference_that_waits_in_the_outbox_says_so(found: Found, expert: Expert, changed: Any) -> None:
    expert.bio = "改做盐碱地。"
    changed(expert)
    assert [(one.code, one.is_waiting) for one in found()] == [(expert.code, True)]


def test_all_differences_are_named_at_once(found: Found, session: Session, expert: Expert, need: Need) -> None:
    session.execute(delete(IndexedPassage))
    session.execute(delete(IndexedNeed))
    assert len(found()) == 4


def test_status_counts(session: Session, expert: Expert, need: Need, engine: Engine, changed: Any) -> None:
    changed(expert)
    state = index_status(session)
    assert (state.experts, state.indexed_experts) == (2, 2)
    assert (state.needs, state.indexed_needs) == (3, 2)
    assert (state.waiting, state.by_encoder) == (1, {engine.encoder.fingerprint: 4})
    assert state.passages > 2
    assert state.last_indexed is not None
    assert state.oldest_waiting is not None
    assert state.oldest_waiting >= state.last_indexed
