"""Codes are given once, in order, whoever asks at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from models.choices import Subject
from models.database import writing
from web.services.codes import next_code

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_codes_count_up_in_their_series(session: Session) -> None:
    assert [next_code(session, Subject.NEED, now=NOON) for _ in range(3)] == [
        "XQ2026-0001",
        "XQ2026-0002",
        "XQ2026-0003",
    ]
    assert next_code(session, Subject.NEED, now=NOON.replace(year=2027)) == "XQ2027-0001"
    assert next_code(session, Subject.EXPERT) == "ZJ000001"


def test_number_past_the_digits_still_counts(session: Session) -> None:
    from models import CodeCounter

    session.add(CodeCounter(series="XQ2026-", last=9999))
    session.flush()
    assert next_code(session, Subject.NEED, now=NOON) == "XQ2026-10000"


def test_other_subjects_have_no_codes(session: Session) -> None:
    with pytest.raises(ValueError, match="has no codes"):
        next_code(session, Subject.ORGANISATION)


def test_twenty_at_once_get_twenty_codes(other_session: Callable[[], Session]) -> None:
    def take(one: Session) -> str:
        with writing():
            code = next_code(one, Subject.NEED, now=NOON)
            one.commit()
        return code

    sessions = [other_session() for _ in range(20)]
    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(take, sessions))
    assert sorted(codes) == [f"XQ2026-{number:04d}" for number in range(1, 21)]


def test_code_of_a_transaction_that_failed_is_given_again(other_session: Callable[[], Session]) -> None:
    first, second = other_session(), other_session()
    with writing():
        lost = next_code(first, Subject.EXPERT)
        first.rollback()
        assert next_code(second, Subject.EXPERT) == lost
        second.rollback()
