"""Works are their owner's; a title stands once; order and undo keep every other work where it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, OutboxEntry, User, Work
from models.choices import WorkKind
from web.services.access import Actor
from web.services.errors import InvalidError, NotAllowedError, NotFoundError
from web.services.profiles import EditedElsewhereError
from web.services.works import (
    MOST_WORKS,
    Added,
    Removed,
    WorkValue,
    add_work,
    add_works,
    change_work,
    delete_work,
    move_work,
    title_key,
)

By = Callable[[User | Expert], Actor]
Titles = Callable[[], list[str]]


@pytest.fixture
def titles(session: Session, expert: Expert) -> Titles:
    """The titles in the order of the database, whose positions have no gaps."""

    def read() -> list[str]:
        session.flush()
        rows = session.scalars(select(Work).where(Work.expert_id == expert.id).order_by(Work.position)).all()
        assert [row.position for row in rows] == list(range(len(rows)))
        return [row.title for row in rows]

    return read


@pytest.fixture
def abc(make: Maker, expert: Expert, session: Session) -> list[int]:
    """Three works, A, B and C; gives their ids."""
    expert.works = [Work(position=n, title=title) for n, title in enumerate("ABC")]
    session.flush()
    return [work.id for work in expert.works]


def test_work_goes_to_the_end_or_to_its_place(
    session: Session, expert: Expert, by: By, abc: list[int], titles: Titles
) -> None:
    add_work(session, by=by(expert), work=WorkValue("last"))
    add_work(session, by=by(expert), work=WorkValue("second"), position=1)
    add_work(session, by=by(expert), work=WorkValue("beyond"), position=99)
    assert titles() == ["A", "second", "B", "C", "last", "beyond"]


@pytest.mark.parametrize(
    ("number", "up", "order"),
    [(0, True, "ABC"), (0, False, "BAC"), (1, True, "BAC"), (1, False, "ACB"), (2, False, "ABC"), (2, True, "ACB")],
)
def test_work_moves_one_place_and_stops_at_the_ends(
    session: Session, expert: Expert, by: By, abc: list[int], titles: Titles, number: int, up: bool, order: str
) -> None:
    move_work(session, by=by(expert), work_id=abc[number], up=up)
    assert titles() == list(order)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_deleted_work_comes_back_whole_and_in_its_place(
    session: Session, expert: Expert, by: By, abc: list[int], titles: Titles, number: int
) -> None:
    whole = WorkValue("whole", WorkKind.PATENT, 2020, "CN1", ("a", "b"), "abstract")
    change_work(session, by=by(expert), work_id=abc[number], work=whole)
    before = titles()
    removed = delete_work(session, by=by(expert), work_id=abc[number])
    assert removed == Removed(whole, number) and len(titles()) == 2
    assert delete_work(session, by=by(expert), work_id=abc[number]) is None, "a second request does nothing"
    row = add_work(session, by=by(expert), work=removed.work, position=removed.position)
    assert titles() == before and WorkValue.of(row) == whole


def test_last_evidence_of_a_public_profile_is_not_deleted(
    session: Session, expert: Expert, by: By, titles: Titles
) -> None:
    expert.bio, expert.keywords, expert.works = "", (), [Work(position=0, title="the only one")]
    session.commit()
    with pytest.raises(InvalidError) as error:
        delete_work(session, by=by(expert), work_id=expert.works[0].id)
    session.rollback()
    assert error.value.problems[0].field == "works" and titles() == ["the only one"]


@pytest.mark.parametrize("title", ["枸杞炭疽病研究", "Ｇｏｊｉ: a Review", "枸杞 炭疽病-研究。"])
def test_same_title_is_found_whatever_its_width_case_and_punctuation(
    session: Session, expert: Expert, by: By, title: str
) -> None:
    expert.works = [Work(position=0, title="枸杞炭疽病研究"), Work(position=1, title="goji - A review")]
    session.flush()
    with pytest.raises(InvalidError) as error:
        add_work(session, by=by(expert), work=WorkValue(title))
    assert error.value.problems[0].field == "title" and "已有同名成果" in error.value.sentence.zh
    assert add_works(session, by=by(expert), works=[WorkValue(title), WorkValue("new"), WorkValue("NEW!")]) == Added(
        1, 2
    )


def test_titles_of_signs_alone_are_not_all_the_same() -> None:
    assert title_key("？！") == "" and title_key("枸杞？") == "枸杞"


def test_saving_an_import_twice_adds_it_once(session: Session, expert: Expert, by: By, titles: Titles) -> None:
    works = [WorkValue("one"), WorkValue("two")]
    assert add_works(session, by=by(expert), works=works) == Added(2, 0)
    assert add_works(session, by=by(expert), works=works) == Added(0, 2)
    assert titles()[2:] == ["one", "two"]


def test_no_more_works_than_fit_and_none_of_too_many(session: Session, expert: Expert, by: By, titles: Titles) -> None:
    add_works(session, by=by(expert), works=[WorkValue(f"work {n}") for n in range(MOST_WORKS - 3)])
    with pytest.raises(InvalidError) as error:
        add_works(session, by=by(expert), works=[WorkValue("x"), WorkValue("y")])
    assert f"最多保存 {MOST_WORKS} 项成果，现有 {MOST_WORKS - 1} 项，还能加 1 项" == error.value.sentence.zh
    add_work(session, by=by(expert), work=WorkValue("the last"))
    assert len(titles()) == MOST_WORKS


@pytest.mark.parametrize(
    ("work", "field"),
    [
        (WorkValue(""), "title"),
        (WorkValue("x" * 401), "title"),
        (WorkValue("x", abstract="x" * 4001), "abstract"),
        (WorkValue("x", venue="x" * 201), "venue"),
        (WorkValue("x", year=1899), "year"),
        (WorkValue("x", year=2100), "year"),
        (WorkValue("x", keywords=tuple(map(str, range(21)))), "keywords"),
    ],
)
def test_wrong_value_is_named_with_its_field(
    session: Session, expert: Expert, by: By, work: WorkValue, field: str
) -> None:
    with pytest.raises(InvalidError) as one:
        add_work(session, by=by(expert), work=work)
    with pytest.raises(InvalidError) as several:
        add_works(session, by=by(expert), works=[WorkValue("sound"), work])
    assert [p.field for p in one.value.problems] == [field]
    assert [p.field for p in several.value.problems] == [f"works-1-{field}"]


def test_nobody_touches_the_works_of_another(
    session: Session, make: Maker, expert: Expert, by: By, abc: list[int]
) -> None:
    other = make.expert(make.user())
    for act in (
        lambda: change_work(session, by=by(other), work_id=abc[0], work=WorkValue("stolen")),
        lambda: move_work(session, by=by(other), work_id=abc[0], up=False),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert delete_work(session, by=by(other), work_id=abc[0]) is None
    with pytest.raises(NotAllowedError):
        add_work(session, by=by(make.manager()), work=WorkValue("x"))
    assert [work.title for work in expert.works] == ["A", "B", "C"]


def test_two_tabs_on_one_work_the_second_is_told(session: Session, expert: Expert, by: By, abc: list[int]) -> None:
    opened = WorkValue.of(expert.works[0]).mark()
    change_work(session, by=by(expert), work_id=abc[0], work=WorkValue("first tab"), seen=opened)
    with pytest.raises(EditedElsewhereError) as error:
        change_work(session, by=by(expert), work_id=abc[0], work=WorkValue("second tab"), seen=opened)
    assert "题目" in error.value.sentence.zh
    seen = error.value.current.mark()
    change_work(session, by=by(expert), work_id=abc[0], work=WorkValue("second tab"), seen=seen)
    assert expert.works[0].title == "second tab"


def test_every_change_of_a_public_profile_is_indexed(session: Session, expert: Expert, by: By, abc: list[int]) -> None:
    add_work(session, by=by(expert), work=WorkValue("D"))
    change_work(session, by=by(expert), work_id=abc[0], work=WorkValue("A2"))
    move_work(session, by=by(expert), work_id=abc[1], up=True)
    delete_work(session, by=by(expert), work_id=abc[2])
    add_works(session, by=by(expert), works=[WorkValue("E")])
    assert len(session.scalars(select(OutboxEntry)).all()) == 5
