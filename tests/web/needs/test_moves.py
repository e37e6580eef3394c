"""From draft to published and ended: who may, when, who is told, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from factories import Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Need, Notification, Organisation, OutboxEntry, StateChange, User
from models.choices import NeedState, Role, Subject, Verification
from models.state_machine import MoveError
from web.services.access import NOBODY, Actor
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.needs import close, fill, find_need, publish, return_, submit, take_back, withdraw

By = Callable[[User], Actor]
Employer = tuple[User, Organisation]
TODAY = date(2026, 11, 25)


def told(session: Session, user: User) -> list[str]:
    session.flush()
    return list(session.scalars(select(Notification.text_zh).where(Notification.user_id == user.id)))


def moves(session: Session, need: Need) -> list[tuple[str, str, str, str]]:
    rows = session.scalars(select(StateChange).where(StateChange.subject_id == need.id).order_by(StateChange.id))
    return [(row.move, row.source, row.target, row.reason) for row in rows]


def indexed_anew(session: Session, need: Need) -> bool:
    asked = select(OutboxEntry).where(OutboxEntry.subject == Subject.NEED, OutboxEntry.subject_id == need.id)
    return session.scalars(asked).first() is not None


@pytest.fixture
def ready(make: Maker, employer: Employer) -> Need:
    """A complete draft."""
    return make.need(employer[1], posted_by=employer[0], state=NeedState.DRAFT, published_at=None, submitted_at=None)


@pytest.fixture
def submitted(make: Maker, employer: Employer) -> Need:
    return make.need(employer[1], posted_by=employer[0], state=NeedState.SUBMITTED, published_at=None)


def test_a_complete_draft_is_submitted_and_its_managers_are_told(
    session: Session, ready: Need, employer: Employer, make: Maker, by: By
) -> None:
    county, national = make.manager("640521"), make.manager("")
    elsewhere, other_programme = make.manager("62"), make.manager("64", programmes=("tibet",))
    submit(session, ready, by=by(employer[0]), suggested_task="ningxia-1", today=TODAY)
    assert ready.state == NeedState.SUBMITTED
    assert ready.submitted_at is not None
    assert (ready.task_code, ready.task_confirmed) == ("ningxia-1", False)
    assert all(ready.title in told(session, manager)[0] for manager in (county, national))
    assert told(session, elsewhere) == told(session, other_programme) == []
    assert moves(session, ready) == [("submit", "draft", "submitted", "")]
    assert indexed_anew(session, ready)


def test_the_posters_own_choice_of_task_outweighs_the_suggestion(
    session: Session, ready: Need, employer: Employer, by: By
) -> None:
    ready.task_code, ready.task_confirmed = None, True
    submit(session, ready, by=by(employer[0]), suggested_task="ningxia-1", today=TODAY)
    assert ready.task_code is None


def test_managers_of_the_corps_are_told_of_its_needs_and_xinjiangs_are_not(
    session: Session, make: Maker, by: By
) -> None:
    corps, xinjiang = make.manager("66"), make.manager("65")
    user, organisation = make.employer(make.organisation(region_code="659001", is_xpcc=True))
    submit(session, make.need(organisation, state=NeedState.DRAFT), by=by(user), today=TODAY)
    assert told(session, corps)
    assert not told(session, xinjiang)


@pytest.mark.parametrize("field", ["title", "problem", "goal", "keywords", "modes", "starts", "ends", "deadline"])
def test_a_draft_that_lacks_something_is_not_submitted_and_says_what(
    session: Session, ready: Need, employer: Employer, by: By, field: str
) -> None:
    setattr(ready, field, type(getattr(ready, field))() if field not in {"starts", "ends", "deadline"} else None)
    with pytest.raises(InvalidError) as raised:
        submit(session, ready, by=by(employer[0]), today=TODAY)
    assert field in [problem.field for problem in raised.value.problems]
    assert ready.state == NeedState.DRAFT


def test_a_deadline_that_has_passed_keeps_a_draft_from_being_submitted(
    session: Session, ready: Need, employer: Employer, by: By
) -> None:
    with pytest.raises(InvalidError) as raised:
        submit(session, ready, by=by(employer[0]), today=date(2027, 7, 1))
    assert [problem.field for problem in raised.value.problems] == ["deadline"]


def test_a_need_of_an_unverified_organisation_is_submitted_but_not_published(
    session: Session, make: Maker, by: By
) -> None:
    user, organisation = make.employer(make.organisation(verification=Verification.PENDING))
    need, manager = make.need(organisation, posted_by=user, state=NeedState.DRAFT), by(make.manager())
    submit(session, need, by=by(user), today=TODAY)
    with pytest.raises(ConflictError):
        publish(session, need, by=manager, today=TODAY)
    organisation.verification = Verification.VERIFIED
    publish(session, need, by=manager, today=TODAY)
    assert need.state == NeedState.PUBLISHED


def test_publishing_is_told_to_the_poster_and_to_the_index(
    session: Session, submitted: Need, employer: Employer, make: Maker, by: By
) -> None:
    publish(session, submitted, by=by(make.manager()), today=TODAY)
    assert submitted.published_at is not None
    assert told(session, employer[0]) == [f"需求“{submitted.title}”已发布"]
    assert moves(session, submitted) == [("publish", "submitted", "published", "")]
    assert indexed_anew(session, submitted)


def test_a_need_whose_deadline_has_passed_is_not_published(
    session: Session, submitted: Need, make: Maker, by: By
) -> None:
    with pytest.raises(ConflictError):
        publish(session, submitted, by=by(make.manager()), today=date(2027, 7, 1))


def test_a_returned_need_carries_the_reason_and_can_be_submitted_again(
    session: Session, submitted: Need, employer: Employer, make: Maker, by: By
) -> None:
    return_(session, submitted, reason="  请写清面积 ", by=by(make.manager()))
    assert (submitted.state, submitted.state_note) == (NeedState.RETURNED, "请写清面积")
    assert "请写清面积" in told(session, employer[0])[0]
    submit(session, submitted, by=by(employer[0]), today=TODAY)
    assert [move[0] for move in moves(session, submitted)] == ["return", "submit"]


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 501])
def test_a_return_a_closing_and_a_withdrawal_need_a_reason_of_sensible_length(
    session: Session, submitted: Need, employer: Employer, make: Maker, by: By, reason: str
) -> None:
    published = make.need(employer[1])
    acts = (
        lambda: return_(session, submitted, reason=reason, by=by(make.manager())),
        lambda: close(session, published, reason=reason, by=by(make.manager())),
        lambda: withdraw(session, published, reason=reason, by=by(employer[0])),
    )
    for act in acts:
        with pytest.raises(InvalidError) as raised:
            act()
        assert [problem.field for problem in raised.value.problems] == ["reason"]
    assert moves(session, submitted) == moves(session, published) == []


def test_nobody_outside_the_jurisdiction_decides(session: Session, submitted: Need, make: Maker, by: By) -> None:
    strangers = (NOBODY, by(make.manager("62")), by(make.administrator()), by(make.employer()[0]))
    for stranger in strangers:
        for act in (publish, lambda s, n, by: return_(s, n, reason="x", by=by)):
            with pytest.raises(NotAllowedError):
                act(session, submitted, by=stranger)
    assert submitted.state == NeedState.SUBMITTED


def test_a_manager_never_decides_on_a_need_of_their_own_organisation(
    session: Session, submitted: Need, employer: Employer, make: Maker, by: By
) -> None:
    make.grant(employer[0], Role.MANAGER, adcode_prefix="64")
    for act in (publish, lambda s, n, by: return_(s, n, reason="x", by=by)):
        with pytest.raises(NotAllowedError):
            act(session, submitted, by=by(employer[0]))


def test_people_of_another_organisation_move_nothing(session: Session, make: Maker, by: By) -> None:
    stranger = by(make.employer()[0])
    draft, submitted, published = (make.need(state=s) for s in ("draft", "submitted", "published"))
    for need, act in ((draft, submit), (submitted, take_back), (published, fill)):
        with pytest.raises(NotAllowedError):
            act(session, need, by=stranger)
    with pytest.raises(NotAllowedError):
        withdraw(session, published, reason="不需要了", by=stranger)


ALLOWED = {
    "take_back": {NeedState.SUBMITTED},
    "fill": {NeedState.PUBLISHED},
    "withdraw": {NeedState.SUBMITTED, NeedState.RETURNED, NeedState.PUBLISHED},
    "publish": {NeedState.SUBMITTED},
    "return": {NeedState.SUBMITTED},
    "close": {NeedState.PUBLISHED},
}


@pytest.mark.parametrize("state", list(NeedState))
@pytest.mark.parametrize("move", list(ALLOWED))
def test_a_move_from_any_other_state_is_refused(
    session: Session, employer: Employer, make: Maker, by: By, move: str, state: NeedState
) -> None:
    need, poster, manager = make.need(employer[1], state=state), by(employer[0]), by(make.manager())
    acts = {
        "take_back": lambda: take_back(session, need, by=poster),
        "fill": lambda: fill(session, need, by=poster),
        "withdraw": lambda: withdraw(session, need, reason="不需要了", by=poster),
        "publish": lambda: publish(session, need, by=manager, today=TODAY),
        "return": lambda: return_(session, need, reason="请补充", by=manager),
        "close": lambda: close(session, need, reason="重复", by=manager),
    }
    if state in ALLOWED[move]:
        acts[move]()
        assert need.state != state
        assert moves(session, need)[0][0] == move
        assert indexed_anew(session, need)
    else:
        with pytest.raises(MoveError):
            acts[move]()
        assert need.state == state
        assert moves(session, need) == []


def test_a_need_is_found_by_its_own_people_and_by_nobody_else(
    session: Session, ready: Need, employer: Employer, make: Maker, by: By
) -> None:
    colleague, _ = make.employer(employer[1])
    assert find_need(session, ready.code, by=by(employer[0])) is ready
    assert find_need(session, ready.code, by=by(colleague)) is ready
    for stranger in (NOBODY, by(make.employer()[0]), by(make.manager()), by(make.administrator())):
        with pytest.raises(NotFoundError):
            find_need(session, ready.code, by=stranger)
    with pytest.raises(NotFoundError):
        find_need(session, "XQ0000-0000", by=by(employer[0]))
