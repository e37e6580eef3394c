"""A profile is its owner's alone; a draft may be incomplete, a public one may not; nothing is lost between two tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from factories import Maker
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Expert, OutboxEntry, StateChange, User
from models.choices import Degree, ExpertKind, ExpertState, Role, Subject, TieKind
from models.state_machine import MoveError
from web.services.access import Actor
from web.services.availability import Window
from web.services.errors import InvalidError, NotAllowedError
from web.services.need_submission import today_in_china
from web.services.profile_sections import Basics, Contact, Cooperation, Expertise, Section, Ties, TieValue, Times
from web.services.profiles import EditedElsewhereError, hide, own_profile, publish, save_section

By = Callable[[User | Expert], Actor]
TODAY = today_in_china()
WHOLE: tuple[Section, ...] = (
    Basics(name="菌未霜", institution="江淮农业大学", region_code="320100"),
    Expertise(bio="研究枸杞病害。"),
    Cooperation(days_per_year=20.5, modes=("service_mission",)),
    Ties(ties_declared=True),
)


def changes(session: Session, expert: Expert) -> int:
    """How often the indexer was asked for the expert."""
    asked = select(OutboxEntry).where(OutboxEntry.subject == Subject.EXPERT, OutboxEntry.subject_id == expert.id)
    return len(session.scalars(asked).all())


def named(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [problem.field for problem in error.value.problems]


def test_first_save_makes_the_profile_and_later_ones_change_it(session: Session, person: User, by: By) -> None:
    assert own_profile(session, by=by(person)).id is None
    first = save_section(session, by=by(person), section=Expertise(bio="研究枸杞病害。"))
    again = save_section(session, by=by(person), section=Basics(name="菌未霜", title="教授"))
    assert first.id == again.id and first.code.startswith("ZJ")
    assert (again.name, again.title, again.bio, again.state) == ("菌未霜", "教授", "研究枸杞病害。", ExpertState.DRAFT)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.EMPLOYER])
def test_who_is_no_expert_has_no_profile_to_read_or_save(session: Session, make: Maker, by: By, role: Role) -> None:
    user = make.employer()[0] if role == Role.EMPLOYER else make.manager() if role == Role.MANAGER else None
    actor = by(user or make.administrator())
    for act in (
        lambda: own_profile(session, by=actor),
        lambda: save_section(session, by=actor, section=Expertise(bio="x")),
        lambda: publish(session, by=actor),
        lambda: hide(session, by=actor),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_no_fewer_days_are_offered_than_are_promised(session: Session, make: Maker, expert: Expert, by: By) -> None:
    year = TODAY.year + 1
    make.pairing(expert=expert, starts=date(year, 1, 1), ends=date(year, 12, 31), days_per_year=12.0)
    section = replace(Cooperation.of(expert), days_per_year=11.5)
    with pytest.raises(InvalidError) as raised:
        save_section(session, by=by(expert), section=section)
    assert named(raised) == ["days_per_year"]
    assert save_section(session, by=by(expert), section=replace(section, days_per_year=12.0)).days_per_year == 12.0


def test_nobody_reaches_the_profile_of_another(session: Session, make: Maker, expert: Expert, by: By) -> None:
    other = make.expert(make.user("别人"))
    save_section(session, by=by(other), section=Expertise(bio="另一位的专长"))
    assert expert.bio == "研究枸杞真菌病害发生与防控。" and other.bio == "另一位的专长"


def test_draft_may_be_incomplete_but_is_not_published(session: Session, person: User, by: By) -> None:
    save_section(session, by=by(person), section=Basics(name="菌未霜"))
    with pytest.raises(InvalidError) as error:
        publish(session, by=by(person))
    assert named(error) == ["institution", "region_code", "modes", "days_per_year", "works", "ties"]
    assert "还没有填写“单位”" in error.value.sentence.zh and "“Institution”" in error.value.sentence.en


def test_publishing_and_hiding_are_noted_and_indexed(session: Session, person: User, by: By) -> None:
    for section in WHOLE:
        save_section(session, by=by(person), section=section)
    expert = own_profile(session, by=by(person))
    assert changes(session, expert) == 0, "nobody finds a draft"
    publish(session, by=by(person))
    hide(session, by=by(person))
    publish(session, by=by(person))
    moves = session.scalars(select(StateChange).order_by(StateChange.id)).all()
    assert [(m.move, m.source, m.target, m.role) for m in moves] == [
        ("publish", "draft", "public", Role.EXPERT),
        ("hide", "public", "hidden", Role.EXPERT),
        ("publish", "hidden", "public", Role.EXPERT),
    ]
    assert changes(session, expert) == 3
    with pytest.raises(MoveError):
        publish(session, by=by(person))


@pytest.mark.parametrize(
    "section",
    [Basics(name="", institution="x", region_code="320100"), Cooperation(days_per_year=5), Ties()],
    ids=["name", "modes", "ties"],
)
def test_public_profile_keeps_what_a_public_one_needs(
    session: Session, expert: Expert, by: By, section: Section
) -> None:
    session.commit()
    with pytest.raises(InvalidError):
        save_section(session, by=by(expert), section=section)
    session.rollback()
    assert not expert.missing()


def test_change_that_matching_sees_is_indexed_and_others_are_not(session: Session, expert: Expert, by: By) -> None:
    save_section(session, by=by(expert), section=Contact(phone="13900000000", email="a@example.org"))
    save_section(session, by=by(expert), section=Ties(True, (TieValue(TieKind.EQUITY, "宁夏某公司"),)))
    assert changes(session, expert) == 0
    save_section(session, by=by(expert), section=Expertise(bio="改了"))
    assert changes(session, expert) == 1
    save_section(session, by=by(expert), section=Expertise(bio="改了"))
    assert changes(session, expert) == 1, "saving the same again changes nothing"


def test_two_tabs_the_second_is_told_and_may_insist(session: Session, expert: Expert, by: By) -> None:
    opened = Expertise.of(expert).mark()
    save_section(session, by=by(expert), section=Expertise(bio="甲"), seen=opened)
    with pytest.raises(EditedElsewhereError) as error:
        save_section(session, by=by(expert), section=Expertise(bio="乙"), seen=opened)
    assert "专业特长" in error.value.sentence.zh and "Expertise" in error.value.sentence.en
    save_section(session, by=by(expert), section=Expertise(bio="乙"), seen=error.value.current.mark())
    assert expert.bio == "乙"


def test_two_tabs_with_different_sections_do_not_disturb_each_other(session: Session, expert: Expert, by: By) -> None:
    expertise, contact = Expertise.of(expert).mark(), Contact.of(expert).mark()
    save_section(session, by=by(expert), section=Expertise(bio="甲"), seen=expertise)
    save_section(session, by=by(expert), section=Contact(phone="13900000000"), seen=contact)
    assert (expert.bio, expert.phone) == ("甲", "13900000000")


@pytest.mark.parametrize(
    ("section", "field"),
    [
        (Basics(name="枸" * 81), "name"),
        (Basics(title="教" * 61), "title"),
        (Basics(birth_year=1919), "birth_year"),
        (Basics(birth_year=TODAY.year), "birth_year"),
        (Expertise(bio="字" * 2001), "bio"),
        (Expertise(keywords=tuple(map(str, range(21)))), "keywords"),
        (Expertise(keywords=("长" * 41,)), "keywords"),
        (Times(days_per_year=0), "days_per_year"),
        (Times(days_per_year=10.25), "days_per_year"),
        (Times(days_per_year=400), "days_per_year"),
        (Cooperation(modes=("holiday",)), "modes"),
        (Cooperation(regions_served=("31",)), "regions_served"),
        (Ties(), "ties_declared"),
        (Ties(True, (TieValue(TieKind.EQUITY, ""),)), "ties-0-counterpart"),
        (Contact(phone="12345"), "phone"),
        (Contact(email="nobody"), "email"),
        (Contact(id_number="110105194912310021"), "id_number"),
        (Contact(id_number="123"), "id_number"),
        (Times(windows=(Window(TODAY, TODAY - timedelta(1)),)), "windows-0-ends"),
        (Times(windows=(Window(date(2020, 1, 1), date(2020, 2, 1)),)), "windows-0-ends"),
        (Times(windows=(Window(TODAY, TODAY + timedelta(days=366 * 4)),)), "windows-0-ends"),
    ],
)
def test_wrong_value_is_named_with_its_field(
    session: Session, person: User, by: By, section: Section, field: str
) -> None:
    with pytest.raises(InvalidError) as error:
        save_section(session, by=by(person), section=section)
    assert named(error) == [field]
    (problem,) = error.value.problems
    assert problem.sentence.zh and problem.sentence.en and problem.sentence.zh != problem.sentence.en


def test_sentence_says_how_long_and_how_much_too_long(session: Session, person: User, by: By) -> None:
    with pytest.raises(InvalidError) as error:
        save_section(session, by=by(person), section=Expertise(bio="字" * 2112))
    assert error.value.sentence.zh == "“专业特长”最多 2000 字，现在 2112 字"


def test_windows_that_overlap_or_touch_become_one(session: Session, expert: Expert, by: By) -> None:
    year = TODAY.year + 1
    windows = (
        Window(date(year, 6, 1), date(year, 8, 31)),
        Window(date(year, 3, 1), date(year, 5, 31)),
        Window(date(year, 8, 1), date(year, 8, 15)),
        Window(date(year, 11, 1), date(year, 11, 30)),
    )
    section = Times(30, windows)
    save_section(session, by=by(expert), section=section)
    session.flush()
    session.expire(expert)
    assert [(w.starts, w.ends) for w in expert.windows] == [
        (date(year, 3, 1), date(year, 8, 31)),
        (date(year, 11, 1), date(year, 11, 30)),
    ]
    (note,) = section.notes()
    assert f"{year}-03-01 至 {year}-08-31" in note.zh


def test_contact_stands_encrypted_in_the_database(session: Session, expert: Expert, by: By) -> None:
    contact = Contact("13912345678", "wang@example.org", "11010519491231002X")
    save_section(session, by=by(expert), section=contact)
    session.commit()
    row = session.execute(text("SELECT phone, email, id_number FROM expert")).one()
    assert all(value not in "".join(row) for value in ("13912345678", "wang@example.org", "11010519491231002X"))
    session.expire(expert)
    assert Contact.of(expert) == contact


def test_section_keeps_every_value(session: Session, person: User, by: By) -> None:
    sections: tuple[Section, ...] = (
        Basics(ExpertKind.GRADUATE, "菌未霜", None, 1990, Degree.DOCTOR, "教授", "某大学", "某系", "主任", "320100"),
        Expertise("会治病👩‍🔬", ("枸杞", "goji")),
        Cooperation(15.5, (), ("training",), ("zh", "bo"), ("54", "66"), True),
        Ties(True, (TieValue(TieKind.KINSHIP, "张某", "妹妹"),)),
    )
    for section in sections:
        save_section(session, by=by(person), section=section)
    session.commit()
    session.expire_all()
    expert = own_profile(session, by=by(person))
    assert tuple(type(section).of(expert) for section in sections) == sections
