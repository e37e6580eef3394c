"""The database itself refuses what no form should have let through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from models import (
    AvailabilityWindow,
    CodeCounter,
    Dismissal,
    Expert,
    Grant,
    IndexedExpert,
    IndexedPassage,
    Need,
    Organisation,
    Region,
    ShortlistEntry,
    User,
    Work,
)
from models.choices import Role

CODE = "91640521DC0000001"


def organisation(**values: Any) -> Organisation:
    usual = {"credit_code": f"{CODE}8", "name": "中宁枸杞站", "kind": "enterprise", "region_code": "640521"}
    return Organisation(**{**usual, **values})


def need(host: Organisation, **values: Any) -> Need:
    usual = {"code": "XQ1", "organisation": host, "region_code": "640521", "title": "黑果病", "problem": "果子发黑"}
    return Need(**{**usual, **values})


def expert(**values: Any) -> Expert:
    return Expert(**{"code": "ZJ1", "name": "菌未霜", **values})


def refuses(rows: Session, *records: Any, because: type[Exception] = IntegrityError) -> None:
    rows.add_all(records)
    with pytest.raises(because):
        rows.flush()


def test_complete_records_are_accepted(rows: Session) -> None:
    host = organisation()
    rows.add_all(
        [host, need(host), expert(windows=[AvailabilityWindow(starts=date(2027, 1, 1), ends=date(2027, 1, 1))])]
    )
    rows.flush()


@pytest.mark.parametrize(
    "values",
    [
        {"credit_code": CODE},
        {"credit_code": f"{CODE}88"},
        {"name": ""},
        {"intro": "长" * 501},
        {"region_code": "999999"},
        {"region_code": None},
    ],
)
def test_organisation_is_refused(rows: Session, values: dict[str, Any]) -> None:
    refuses(rows, organisation(**values), because=DBAPIError)  # PostgreSQL calls a text that is too long a DataError


def test_two_organisations_with_one_credit_code_are_refused(rows: Session) -> None:
    refuses(rows, organisation(), organisation(name="另一家"))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("organisation", "kind", "ministry"),
        ("organisation", "verification", "maybe"),
        ("need", "state", "lost"),
        ("need", "place", "moon"),
        ("need", "min_title", "院士"),
        ("expert", "state", "famous"),
        ("expert", "kind", "robot"),
        ("expert", "degree", "博士后"),
    ],
)
def test_choice_that_is_none_is_refused(rows: Session, table: str, column: str, value: str) -> None:
    host = organisation()
    rows.add_all([host, need(host), expert()])
    rows.flush()
    with pytest.raises(IntegrityError):
        rows.execute(text(f'UPDATE "{table}" SET {column} = :value'), {"value": value})  # noqa: S608


@pytest.mark.parametrize(
    "values",
    [
        {"starts": date(2027, 5, 1), "ends": date(2027, 4, 30)},
        {"headcount": 0},
        {"headcount": 1000},
        {"days_per_year": 0.0},
        {"days_per_year": 367.0},
        {"funding": -1.0},
        {"altitude_m": 9001.0},
        {"problem": "长" * 501},
        {"goal": "长" * 501},
        {"indicators": "长" * 501},
        {"industry_code": "Z99"},
        {"discipline_code": "999"},
        {"task_code": "moon-1"},
        {"state": "submitted", "title": ""},
        {"state": "published", "problem": ""},
    ],
)
def test_need_is_refused(rows: Session, values: dict[str, Any]) -> None:
    refuses(rows, need(organisation(), **values))


def test_draft_may_be_incomplete(rows: Session) -> None:
    rows.add(need(organisation(), title="", problem="", state="draft"))
    rows.flush()


def test_two_needs_with_one_code_are_refused(rows: Session) -> None:
    host = organisation()
    refuses(rows, need(host), need(host))


@pytest.mark.parametrize(
    "values",
    [
        {"birth_year": 1919},
        {"birth_year": 2016},
        {"days_per_year": -1.0},
        {"days_per_year": 367.0},
        {"bio": "长" * 2001},
        {"state": "public", "name": ""},
        {"region_code": "999999"},
    ],
)
def test_expert_is_refused(rows: Session, values: dict[str, Any]) -> None:
    refuses(rows, expert(**values))


@pytest.mark.parametrize(
    "part",
    [
        lambda: {"works": [Work(position=0, title="")]},
        lambda: {"works": [Work(position=0, title="题目", year=1899)]},
        lambda: {"works": [Work(position=0, title="题目", abstract="长" * 4001)]},
        lambda: {"windows": [AvailabilityWindow(starts=date(2027, 2, 1), ends=date(2027, 1, 31))]},
    ],
)
def test_part_of_a_profile_is_refused(rows: Session, part: Callable[[], dict[str, Any]]) -> None:
    refuses(rows, expert(**part()))


def test_person_has_one_profile(rows: Session) -> None:
    user = User(name="菌未霜")
    refuses(rows, expert(user=user), expert(code="ZJ2", user=user))


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.INSTITUTION])
def test_role_that_acts_for_an_organisation_names_it(rows: Session, role: Role) -> None:
    refuses(rows, Grant(user=User(name="无名"), role=role))


def test_manager_has_a_jurisdiction(rows: Session) -> None:
    refuses(rows, Grant(user=User(name="无名"), role=Role.MANAGER))


def test_national_manager_has_the_empty_prefix(rows: Session) -> None:
    rows.add(Grant(user=User(name="无名"), role=Role.MANAGER, adcode_prefix=""))
    rows.flush()


@pytest.mark.parametrize("kind", [ShortlistEntry, Dismissal])
def test_need_and_expert_are_joined_once(rows: Session, kind: type[Any]) -> None:
    who, host = expert(), organisation()
    what = need(host)
    rows.add_all([who, what])
    rows.flush()
    extra = {"reason": "field"} if kind is Dismissal else {}
    refuses(rows, *(kind(need_id=what.id, expert_id=who.id, **extra) for _ in range(2)))


@pytest.mark.parametrize("values", [{"adcode": "6405"}, {"level": 0}, {"level": 4}, {"parent_code": "999999"}])
def test_region_is_refused(rows: Session, values: dict[str, Any]) -> None:
    refuses(rows, Region(**{"adcode": "640522", "name": "海原县", "level": 3, "parent_code": "640500", **values}))


def test_code_counter_counts_from_one(rows: Session) -> None:
    refuses(rows, CodeCounter(series="XQ", last=0))


def test_deleting_an_expert_takes_everything_of_the_expert(rows: Session) -> None:
    who = expert(works=[Work(position=0, title="题目")])
    rows.add(who)
    rows.flush()
    rows.add(IndexedExpert(expert_id=who.id, encoder="e", content_digest="d"))
    rows.flush()
    rows.add(IndexedPassage(expert_id=who.id, position=0, field="bio", language="zh", text="字", vector=b"12"))
    rows.flush()
    rows.execute(text("DELETE FROM expert"))
    for table in (Work, IndexedExpert, IndexedPassage):
        assert rows.scalars(select(table.expert_id)).all() == []


def test_organisation_with_needs_cannot_be_deleted(rows: Session) -> None:
    rows.add(need(organisation()))
    rows.flush()
    with pytest.raises(IntegrityError):
        rows.execute(text("DELETE FROM organisation"))


def test_deleting_an_account_keeps_the_profile_without_it(rows: Session) -> None:
    rows.add(expert(user=User(name="菌未霜")))
    rows.flush()
    rows.execute(text('DELETE FROM "user"'))
    assert rows.scalar(select(Expert.user_id)) is None
    assert rows.scalar(select(Expert.code)) == "ZJ1"


def test_time_without_a_zone_is_refused(rows: Session) -> None:
    rows.add(need(organisation(), submitted_at=datetime(2026, 11, 1)))
    with pytest.raises(Exception, match="without a zone"):
        rows.flush()


def test_times_come_back_in_utc(rows: Session) -> None:
    moment = datetime.fromisoformat("2026-11-01T08:00:00+08:00")
    rows.add(need(organisation(), submitted_at=moment))
    rows.flush()
    rows.expire_all()
    kept = rows.scalar(select(Need.submitted_at))
    assert kept == moment
    assert kept is not None
    assert kept.tzinfo == UTC
