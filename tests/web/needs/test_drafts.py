"""Drafts: begun, saved piece by piece, never lost to a colleague's save, copied, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from factories import Maker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import AuditEvent, Need, Organisation, OutboxEntry, User
from models.choices import NeedState, Subject, TitleRank
from web.services.access import NOBODY, Actor
from web.services.errors import ConflictError, InvalidError, NotAllowedError
from web.services.need_drafts import (
    StaleDraftError,
    choose_task,
    copy_as_draft,
    delete_draft,
    save_draft,
    start_draft,
)

By = Callable[[User], Actor]
Employer = tuple[User, Organisation]


def changes_to_index(session: Session, need: Need) -> int:
    asked = select(func.count()).where(OutboxEntry.subject == Subject.NEED, OutboxEntry.subject_id == need.id)
    return session.scalar(asked) or 0


def test_a_draft_begins_at_the_organisations_place_with_a_code_of_its_own(
    session: Session, employer: Employer, by: By
) -> None:
    user, organisation = employer
    first, second = (start_draft(session, by=by(user)) for _ in range(2))
    assert first.state == NeedState.DRAFT
    assert first.organisation_id == organisation.id
    assert first.region_code == organisation.region_code
    assert first.posted_by_id == user.id
    assert first.code != second.code


def test_only_an_employer_begins_drafts_and_only_of_an_own_organisation(
    session: Session, employer: Employer, make: Maker, by: By
) -> None:
    with pytest.raises(NotAllowedError):
        start_draft(session, by=NOBODY)
    with pytest.raises(NotAllowedError):
        start_draft(session, by=by(make.manager()))
    with pytest.raises(NotAllowedError):
        start_draft(session, by=by(employer[0]), organisation_id=make.organisation().id)


def test_sound_values_are_saved_although_others_are_wrong(
    session: Session, draft: Need, employer: Employer, by: By
) -> None:
    values = {"title": "枸杞黑果病", "days_per_year": 400.0, "goal": "长" * 501, "min_title": TitleRank.SENIOR}
    problems = save_draft(session, draft, values=values, by=by(employer[0]), version=draft.version)
    assert [problem.field for problem in problems] == ["goal", "days_per_year"]
    session.refresh(draft)
    assert (draft.title, draft.min_title) == ("枸杞黑果病", TitleRank.SENIOR)
    assert (draft.days_per_year, draft.goal) == (None, "")


def test_a_start_that_contradicts_the_saved_end_is_not_saved(
    session: Session, draft: Need, employer: Employer, by: By
) -> None:
    save_draft(session, draft, values={"ends": date(2027, 3, 31)}, by=by(employer[0]), version=None)
    problems = save_draft(
        session, draft, values={"starts": date(2027, 5, 1), "ends": date(2027, 3, 31)}, by=by(employer[0]), version=None
    )
    assert [problem.field for problem in problems] == ["ends"]
    session.refresh(draft)  # the database's own check holds too


def test_codes_that_no_table_has_are_refused(session: Session, draft: Need, employer: Employer, by: By) -> None:
    values = {"discipline_code": "999", "industry_code": "ZZ", "region_code": "000000", "task_code": "tibet-1"}
    problems = save_draft(session, draft, values=values, by=by(employer[0]), version=None)
    assert [problem.field for problem in problems] == ["discipline_code", "industry_code", "region_code", "task_code"]


def test_a_unit_of_the_corps_chooses_among_the_tasks_of_xinjiang(session: Session, make: Maker, by: By) -> None:
    user, _ = make.employer(make.organisation(region_code="659001", is_xpcc=True))
    need = start_draft(session, by=by(user))
    assert save_draft(session, need, values={"task_code": "xinjiang-2"}, by=by(user), version=None) == ()


def test_a_colleagues_newer_version_is_never_overwritten_unknowingly(
    session: Session, draft: Need, employer: Employer, make: Maker, by: By
) -> None:
    user, organisation = employer
    colleague, _ = make.employer(organisation)
    seen = draft.version
    save_draft(session, draft, values={"title": "同事改的"}, by=by(colleague), version=seen)
    with pytest.raises(StaleDraftError) as raised:
        save_draft(session, draft, values={"title": "我改的", "problem": ""}, by=by(user), version=seen)
    assert raised.value.differing == ("title",)
    assert draft.title == "同事改的"
    assert save_draft(session, draft, values={"title": "我改的"}, by=by(user), version=draft.version) == ()


def test_a_repeated_save_of_the_same_content_is_no_conflict(
    session: Session, draft: Need, employer: Employer, by: By
) -> None:
    seen = draft.version
    for _ in range(2):  # the answer to the first one was lost on the way
        assert save_draft(session, draft, values={"title": "新名称"}, by=by(employer[0]), version=seen) == ()


def test_a_save_without_a_change_makes_no_new_version_and_no_index_work(
    session: Session, draft: Need, employer: Employer, by: By
) -> None:
    seen = draft.version
    save_draft(session, draft, values={"title": draft.title}, by=by(employer[0]), version=seen)
    session.flush()
    assert draft.version == seen
    assert changes_to_index(session, draft) == 0


@pytest.mark.parametrize(("values", "times"), [({"goal": "新目标"}, 1), ({"contact_name": "马站长"}, 0)])
def test_the_index_is_told_of_what_matching_sees_and_of_nothing_else(
    session: Session, draft: Need, employer: Employer, by: By, values: dict[str, str], times: int
) -> None:
    save_draft(session, draft, values=values, by=by(employer[0]), version=None)
    assert changes_to_index(session, draft) == times


@pytest.mark.parametrize("state", [state for state in NeedState if state not in {"draft", "returned"}])
def test_only_drafts_and_returned_needs_can_be_edited(
    session: Session, employer: Employer, make: Maker, by: By, state: NeedState
) -> None:
    need = make.need(employer[1], state=state)
    with pytest.raises(ConflictError):
        save_draft(session, need, values={"title": "改"}, by=by(employer[0]), version=None)


def test_people_of_another_organisation_change_nothing(session: Session, draft: Need, make: Maker, by: By) -> None:
    stranger = by(make.employer()[0])
    with pytest.raises(NotAllowedError):
        save_draft(session, draft, values={"title": "改"}, by=stranger, version=None)
    with pytest.raises(NotAllowedError):
        delete_draft(session, draft, by=stranger)
    with pytest.raises(NotAllowedError):
        copy_as_draft(session, draft, by=stranger)
    with pytest.raises(NotAllowedError):
        choose_task(session, draft, task_code=None, by=stranger)


def test_a_copy_is_a_draft_with_the_same_content_and_no_dates(
    session: Session, employer: Employer, make: Maker, by: By
) -> None:
    old = make.need(employer[1], state=NeedState.EXPIRED, contact_name="马站长")
    copy = copy_as_draft(session, old, by=by(employer[0]))
    assert copy.state == NeedState.DRAFT
    assert copy.code != old.code
    assert (copy.title, copy.keywords, copy.contact_name) == (old.title, old.keywords, old.contact_name)
    assert (copy.starts, copy.ends, copy.deadline, copy.submitted_at) == (None, None, None, None)
    assert old.state == NeedState.EXPIRED


def test_a_deleted_draft_is_gone_and_the_deletion_is_on_record(
    session: Session, draft: Need, employer: Employer, by: By
) -> None:
    need_id = draft.id
    delete_draft(session, draft, by=by(employer[0]))
    assert session.get(Need, need_id) is None
    session.commit()
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "delete_draft")).one()
    assert (event.subject_id, event.actor_id) == (need_id, employer[0].id)


@pytest.mark.parametrize("state", [state for state in NeedState if state != NeedState.DRAFT])
def test_nothing_but_a_draft_can_be_deleted(
    session: Session, employer: Employer, make: Maker, by: By, state: NeedState
) -> None:
    need = make.need(employer[1], state=state)
    with pytest.raises(ConflictError):
        delete_draft(session, need, by=by(employer[0]))


def test_the_poster_confirms_changes_or_declines_the_task(
    session: Session, employer: Employer, make: Maker, by: By
) -> None:
    need = make.need(employer[1], state=NeedState.SUBMITTED, task_code="ningxia-1", task_confirmed=False)
    choose_task(session, need, task_code="ningxia-2", by=by(employer[0]))
    assert (need.task_code, need.task_confirmed) == ("ningxia-2", True)
    choose_task(session, need, task_code=None, by=by(employer[0]))
    assert (need.task_code, need.task_confirmed) == (None, True)
    with pytest.raises(InvalidError):
        choose_task(session, need, task_code="tibet-1", by=by(employer[0]))


def test_the_task_of_a_published_need_stays(session: Session, employer: Employer, make: Maker, by: By) -> None:
    need = make.need(employer[1], task_code="ningxia-1")
    with pytest.raises(ConflictError):
        choose_task(session, need, task_code=None, by=by(employer[0]))
