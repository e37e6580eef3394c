"""The short list: kept by its employer with notes, whatever becomes of the expert."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Expert, Need, ShortlistEntry, User
from models.choices import ExpertState
from web.matching import Matching
from web.services.access import Actor
from web.services.errors import InvalidError, NotAllowedError, NotFoundError
from web.services.shortlists import (
    add_to_shortlist,
    note_on_shortlist,
    remove_from_shortlist,
    shortlist,
    shortlisted_codes,
)

Browser = Callable[[User], FlaskClient]
By = Callable[[User], Actor]
Indexed = Callable[[], Matching]


def test_adding_twice_keeps_one_entry_and_its_note(
    session: Session, make: Maker, employer: tuple[User, Need], by: By
) -> None:
    user, need = employer
    expert = make.expert()
    add_to_shortlist(session, need=need, code=expert.code, by=by(user))
    note_on_shortlist(session, need=need, code=expert.code, note="先打电话", by=by(user))
    add_to_shortlist(session, need=need, code=expert.code, by=by(user))
    (kept,) = shortlist(session, need=need, by=by(user))
    assert (kept.entry.note, kept.is_available, kept.entry.added_by_id) == ("先打电话", True, user.id)
    assert shortlisted_codes(session, need) == {expert.code}


def test_removing_takes_the_entry_off_and_removing_again_does_nothing(
    session: Session, make: Maker, employer: tuple[User, Need], by: By
) -> None:
    user, need = employer
    first, second = make.expert(), make.expert()
    for expert in (first, second):
        add_to_shortlist(session, need=need, code=expert.code, by=by(user))
    for _ in range(2):
        remove_from_shortlist(session, need=need, code=first.code, by=by(user))
    assert shortlisted_codes(session, need) == {second.code}


@pytest.mark.parametrize("state", [ExpertState.DRAFT, ExpertState.HIDDEN])
def test_only_public_experts_can_be_added(
    session: Session, make: Maker, employer: tuple[User, Need], by: By, state: ExpertState
) -> None:
    user, need = employer
    with pytest.raises(NotFoundError):
        add_to_shortlist(session, need=need, code=make.expert(state=state).code, by=by(user))


def test_an_entry_survives_edits_and_hiding_of_the_expert(
    session: Session, make: Maker, employer: tuple[User, Need], by: By
) -> None:
    user, need = employer
    expert = make.expert()
    add_to_shortlist(session, need=need, code=expert.code, by=by(user))
    note_on_shortlist(session, need=need, code=expert.code, note="可来三周", by=by(user))
    expert.institution, expert.title = "新单位", "教授"
    session.flush()
    assert [kept.entry.note for kept in shortlist(session, need=need, by=by(user))] == ["可来三周"]
    expert.state = ExpertState.HIDDEN
    session.flush()
    (kept,) = shortlist(session, need=need, by=by(user))
    assert (kept.is_available, kept.entry.note) == (False, "可来三周")


def test_a_note_has_at_most_500_characters(session: Session, make: Maker, employer: tuple[User, Need], by: By) -> None:
    user, need = employer
    expert = make.expert()
    add_to_shortlist(session, need=need, code=expert.code, by=by(user))
    assert note_on_shortlist(session, need=need, code=expert.code, note="字" * 500, by=by(user)).note == "字" * 500
    with pytest.raises(InvalidError) as caught:
        note_on_shortlist(session, need=need, code=expert.code, note="字" * 612, by=by(user))
    assert caught.value.sentence.zh == "“备注”最多 500 字，现在 612 字"
    with pytest.raises(NotFoundError):
        note_on_shortlist(session, need=need, code=make.expert().code, note="x", by=by(user))


def test_nobody_but_the_employer_reads_or_changes_it(
    session: Session, make: Maker, employer: tuple[User, Need], by: By
) -> None:
    need, expert = employer[1], make.expert()
    for stranger in (make.employer()[0], make.manager("64")):
        for act in (
            lambda who: shortlist(session, need=need, by=who),
            lambda who: add_to_shortlist(session, need=need, code=expert.code, by=who),
            lambda who: remove_from_shortlist(session, need=need, code=expert.code, by=who),
            lambda who: note_on_shortlist(session, need=need, code=expert.code, note="x", by=who),
        ):
            with pytest.raises(NotAllowedError):
                act(by(stranger))
    assert session.query(ShortlistEntry).count() == 0


def test_the_page_shows_the_present_band_and_who_is_gone(
    session: Session, make: Maker, employer: tuple[User, Need], browser: Browser, indexed: Indexed
) -> None:
    user, need = employer
    here, gone = make.expert(name="在场人"), make.expert(name="已隐去")
    indexed()
    client = browser(user)
    for expert in (here, gone):
        answer = client.post(f"/employer/needs/{need.code}/shortlist/{expert.code}", data={"on": "1"})
        assert answer.status_code == 303
    gone.state = ExpertState.HIDDEN
    session.commit()
    page = client.get(f"/employer/needs/{need.code}/shortlist").text
    assert "在场人" in page and "匹配度" in page and "候选人中排第" in page
    assert "已隐去" not in page and gone.code in page and "已不可用" in page


def test_with_htmx_the_button_comes_back_pressed_and_the_note_answers_with_the_time(
    make: Maker, employer: tuple[User, Need], browser: Browser, indexed: Indexed
) -> None:
    user, need = employer
    expert = make.expert()
    indexed()
    client, url = browser(user), f"/employer/needs/{need.code}/shortlist/{expert.code}"
    answer = client.post(url, data={"on": "1"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.text and "已收藏" in answer.text and "<html" not in answer.text
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "已收藏到短名单"
    saved = client.post(f"{url}/note", data={"note": "好"}, headers={"Accept": "application/json"})
    assert len(saved.json["saved_at"]) == 5
    off = client.post(url, data={"on": "0"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in off.text


def test_a_note_that_is_too_long_is_kept_in_the_form_with_the_reason_beside_it(
    session: Session, make: Maker, employer: tuple[User, Need], browser: Browser, indexed: Indexed, by: By
) -> None:
    user, need = employer
    expert = make.expert()
    indexed()
    add_to_shortlist(session, need=need, code=expert.code, by=by(user))
    answer = browser(user).post(
        f"/employer/needs/{need.code}/shortlist/{expert.code}/note", data={"note": "<b>" + "字" * 600}
    )
    assert answer.status_code == 422
    saved = browser(user).post(
        f"/employer/needs/{need.code}/shortlist/{expert.code}/note",
        data={"note": "字" * 600},
        headers={"Accept": "application/json"},
    )
    assert saved.status_code == 422 and "最多 500 字，现在 600 字" in saved.json["conflict"]
    assert "“备注”最多 500 字，现在 603 字" in answer.text and "&lt;b&gt;" + "字" * 600 in answer.text


def test_experts_of_other_needs_are_not_on_the_list(
    session: Session, make: Maker, employer: tuple[User, Need], by: By
) -> None:
    user, need = employer
    other = make.need(need.organisation)
    expert: Expert = make.expert()
    add_to_shortlist(session, need=other, code=expert.code, by=by(user))
    assert shortlist(session, need=need, by=by(user)) == []
