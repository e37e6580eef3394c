"""The demo data: complete, the same each time, inside the rules of the database; a bad line is named."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import Maker
from flask_security import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Expert, Grant, Need, Organisation, StateChange, Task, User
from models.choices import ExpertState, NeedState, Role, Subject
from models.need import NEED_STATES
from models.place import is_western
from web.accounts.credential import Credential
from web.services.access import actor_for
from web.services.demo import load_demo
from web.services.demo_dates import shifted, years_to_shift
from web.services.demo_lines import SeedError
from web.services.demo_people import PASSWORD, PEOPLE, is_loaded
from web.services.errors import ConflictError
from web.services.grants import waiting_for

SEED = Path(__file__).parents[3] / "seed_data"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
Load = Callable[..., Any]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files but for its pairings, which test_demo_pairings loads."""
    folder = tmp_path_factory.mktemp("seed")
    shutil.copytree(SEED / "demo", folder / "demo", ignore=shutil.ignore_patterns("pairings.yaml", "vectors.npz"))
    return folder


@pytest.fixture
def load(session: Session, records: Path, tmp_path: Path) -> Load:
    """Loads the demo; passwords are hashed cheaply unless a test signs in."""

    def do(folder: Path | None = None, *, now: datetime = NOW, hashed: Callable[[str], str] = lambda _: "hash") -> Any:
        loaded = load_demo(session, folder or records, hashed=hashed, var_dir=tmp_path, now=now)
        session.commit()
        return loaded

    return do


def test_every_record_of_the_files_is_loaded(load: Load, session: Session) -> None:
    loaded = load()
    lines = {
        name: len((SEED / "demo" / f"{name}.jsonl").read_text("utf-8").splitlines())
        for name in ("organisations", "needs", "experts_a", "experts_b")
    }
    assert loaded.organisations == lines["organisations"]
    assert loaded.needs == session.scalar(select(func.count()).select_from(Need)) == lines["needs"]
    assert loaded.experts == lines["experts_a"] + lines["experts_b"]
    assert is_loaded(session)
    for table in (Organisation, Need, Expert, User):
        assert session.scalar(select(func.count()).where(table.is_demo.is_(False))) == 0


@pytest.mark.once
def test_demo_covers_the_west_and_every_task(load: Load, session: Session) -> None:
    load()
    places = set(session.scalars(select(func.substr(Need.region_code, 1, 2))))
    assert len({place for place in places if is_western(f"{place}0000")}) >= 12
    assert session.scalar(select(func.count()).where(Organisation.is_xpcc)) > 0
    tasks = set(session.scalars(select(Task.code)))
    assert set(session.scalars(select(Need.task_code).where(Need.task_code.is_not(None)))) == tasks
    assert session.scalar(select(func.count()).select_from(Need)) >= 150
    assert session.scalar(select(func.count()).select_from(Expert)) >= 600


@pytest.mark.once
def test_every_public_record_lacks_nothing(load: Load, session: Session) -> None:
    load()
    published = select(Need).where(Need.state == NeedState.PUBLISHED)
    assert {need.code: need.missing() for need in session.scalars(published) if need.missing()} == {}
    public = select(Expert).where(Expert.state == ExpertState.PUBLIC)
    assert {expert.code: expert.missing() for expert in session.scalars(public) if expert.missing()} == {}


@pytest.mark.once
def test_a_colleague_waits_to_join_the_employer_whom_the_ningxia_manager_answers_for(
    load: Load, session: Session
) -> None:
    load()
    manager = session.scalars(select(Grant).where(Grant.adcode_prefix == "64")).one()
    (request,) = session.scalars(waiting_for(session, by=actor_for(session, manager.user)))
    assert request.organisation is not None
    assert request.organisation.region_code.startswith("640521")
    assert NOW - timedelta(days=3) < request.created_at < NOW


@pytest.mark.once
def test_codes_are_of_the_services_own_series(load: Load, session: Session) -> None:
    load()
    assert set(session.scalars(select(func.substr(Need.code, 1, 7)))) == {"XQ2026-"}
    assert sorted(session.scalars(select(Expert.code)))[0] == "ZJ000001"


def test_loading_again_gives_the_same_records(load: Load, session: Session, records: Path, tmp_path: Path) -> None:
    def seen() -> list[tuple[Any, ...]]:
        needs = session.execute(select(Need.code, Need.title, Need.created_at, Need.deadline).order_by(Need.code)).all()
        experts = session.execute(select(Expert.code, Expert.name, Expert.created_at).order_by(Expert.code)).all()
        return [tuple(row) for row in (*needs, *experts)]

    load_demo(session, records, hashed=lambda _: "hash", var_dir=tmp_path, now=NOW)
    first = seen()
    session.rollback()
    load()
    assert seen() == first


@pytest.mark.once
def test_things_happened_in_the_last_sixty_days_one_after_another(load: Load, session: Session) -> None:
    load()
    for need in session.scalars(select(Need)):
        assert NOW - timedelta(days=60) <= need.created_at <= NOW
        times = [time for time in (need.created_at, need.submitted_at, need.published_at) if time is not None]
        assert times == sorted(times)
        assert all(time <= NOW for time in times)


@pytest.mark.once
def test_history_of_each_need_leads_to_its_state(load: Load, session: Session) -> None:
    load()
    moves = session.scalars(select(StateChange).where(StateChange.subject == Subject.NEED).order_by(StateChange.at))
    by_need: dict[int, list[StateChange]] = {}
    for move in moves:
        by_need.setdefault(move.subject_id, []).append(move)
    for need in session.scalars(select(Need)):
        state = NeedState.DRAFT
        for move in by_need.get(need.id, []):
            assert move.source == state
            state = NeedState(NEED_STATES.target(state, move.move, role=move.role, reason=move.reason))
        assert state == need.state


@pytest.mark.once
def test_needs_were_checked_by_a_manager_of_their_place(load: Load, session: Session) -> None:
    load()
    rows = select(StateChange, Need).join(Need, Need.id == StateChange.subject_id)
    for move, need in session.execute(
        rows.where(StateChange.role == Role.MANAGER, StateChange.subject == Subject.NEED)
    ):
        manager = session.get_one(User, move.actor_id)
        assert actor_for(session, manager).manages(need.jurisdiction_code, need.programme_code)


@pytest.mark.once
def test_there_is_a_sign_in_for_every_role(load: Load, session: Session) -> None:
    load()
    assert {person.role for person in PEOPLE} == set(Role)
    for person in PEOPLE:
        credential = next(c for c in session.scalars(select(Credential)) if c.email == person.email)
        grant = session.scalars(select(Grant).where(Grant.user_id == credential.user_id)).one()
        assert grant.role == person.role
        if person.role == Role.EMPLOYER:
            assert grant.organisation is not None
            assert grant.organisation.region_code.startswith(person.place)
            assert session.scalars(select(Need).where(Need.posted_by_id == credential.user_id)).first() is not None
        if person.role == Role.EXPERT:
            assert session.scalars(select(Expert).where(Expert.user_id == credential.user_id)).one().works
    prefixes = Counter(grant.adcode_prefix for grant in session.scalars(select(Grant)) if grant.role == Role.MANAGER)
    assert set(prefixes) == {"", "64", "66", "54"}


def test_demo_person_signs_in_with_the_printed_password(load: Load, session: Session, client: Any) -> None:
    load(hashed=hash_password)
    answer = client.post("/login", data={"email": PEOPLE[0].email, "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)


def test_demo_goes_into_an_empty_database_only(load: Load, session: Session, make: Maker) -> None:
    make.organisation()
    with pytest.raises(ConflictError, match="already holds records"):
        load()


@pytest.mark.once
@pytest.mark.parametrize("year", [2026, 2027, 2028, 2031])
def test_no_deadline_has_passed_whenever_the_demo_is_loaded(load: Load, session: Session, year: int) -> None:
    now = NOW.replace(year=year, month=6)
    load(now=now)
    assert (session.scalar(select(func.min(Need.deadline))) or date.min) >= now.date() + timedelta(days=21)
    assert session.scalar(select(func.count()).where(Need.starts > Need.ends)) == 0


def test_dates_move_by_whole_years() -> None:
    assert years_to_shift([date(2027, 1, 24)], date(2027, 1, 3)) == 0
    assert years_to_shift([date(2027, 1, 24)], date(2027, 1, 4)) == 1
    assert years_to_shift([], date(2027, 1, 4)) == 0
    assert shifted(date(2028, 2, 29), 1) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("file", "change", "field"),
    [
        ("needs.jsonl", {"state": "lost"}, "state"),
        ("needs.jsonl", {"state": "filled"}, "state"),
        ("needs.jsonl", {"organisation": "O999"}, "organisation"),
        ("needs.jsonl", {"task": "moon-1"}, "task"),
        ("needs.jsonl", {"industry": "99999"}, "industry"),
        ("needs.jsonl", {"discipline": "1"}, "discipline"),
        ("needs.jsonl", {"starts": "2027-13"}, "starts"),
        ("needs.jsonl", {"problem": "长" * 501}, "problem"),
        ("needs.jsonl", {"modes": ["fly"]}, "modes.0"),
        ("needs.jsonl", {"tilte": "错字"}, "tilte"),
        ("needs.jsonl", {"title": None}, "title"),
        ("organisations.jsonl", {"uscc": "91640521DC0000001X"}, "uscc"),
        ("organisations.jsonl", {"adcode": "999999"}, "adcode"),
        ("organisations.jsonl", {"code": "O001"}, "code"),
        ("experts_b.jsonl", {"works": [{"title": "", "kind": "paper"}]}, "works.0.title"),
        ("experts_b.jsonl", {"birth_year": 1850}, "birth_year"),
        ("experts_b.jsonl", {"adcode": "1"}, "adcode"),
    ],
)
def test_bad_line_is_named_by_file_line_and_field(
    load: Load, session: Session, tmp_path: Path, file: str, change: dict[str, Any], field: str
) -> None:
    shutil.copytree(SEED / "demo", tmp_path / "demo")
    path = tmp_path / "demo" / file
    lines = path.read_text("utf-8").splitlines()
    lines[2] = json.dumps({**json.loads(lines[2]), **change}, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(SeedError) as caught:
        load(tmp_path)
    assert (caught.value.path, caught.value.line, caught.value.field) == (path, 3, field)
    assert f"{file}, line 3, {field}: " in str(caught.value)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Need)) == 0


def test_line_that_is_no_json_is_named(load: Load, tmp_path: Path) -> None:
    shutil.copytree(SEED / "demo", tmp_path / "demo")
    path = tmp_path / "demo" / "organisations.jsonl"
    path.write_text(path.read_text("utf-8") + "{not json\n", "utf-8")
    with pytest.raises(SeedError, match=r"organisations\.jsonl, line \d+, the whole line"):
        load(tmp_path)
