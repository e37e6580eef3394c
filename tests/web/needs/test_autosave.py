"""The form saves itself: one draft, sound values at once, never over a colleague's newer version."""

from __future__ import annotations

from typing import Any

import pytest
from factories import Maker
from need_forms import COMPLETE, Browser, form
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Need, Organisation, User
from models.choices import NeedState

Employer = tuple[User, Organisation]


def said(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return dict(answer.get_json())


def test_the_first_save_begins_one_draft_and_the_next_ones_go_on_with_it(
    session: Session, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    first = said(client.post("/employer/needs/autosave", data=form(title="枸", goal="")))
    need = session.scalars(select(Need)).one()
    assert first["autosave_url"] == f"/employer/needs/{need.code}/autosave?version={need.version}"
    assert len(first["saved_at"]) == len("10:32")
    second = said(client.post(first["autosave_url"], data=form(title="枸杞")))
    session.expire_all()
    assert session.scalars(select(Need)).one().title == "枸杞"
    assert second["autosave_url"] != first["autosave_url"]


def test_what_is_wrong_is_counted_and_everything_else_is_saved(
    session: Session, draft: Need, employer: Employer, browser: Browser
) -> None:
    url = f"/employer/needs/{draft.code}/autosave?version={draft.version}"
    answer = said(browser(employer[0]).post(url, data=form(days_per_year="400", starts="明年")))
    assert "有 2 处填得不对，未保存" in answer["saved_at"]
    session.expire_all()
    need = session.scalars(select(Need)).one()
    assert (need.goal, need.days_per_year, need.starts) == (COMPLETE["goal"], None, None)


def test_an_older_page_is_refused_and_shown_what_differs(
    session: Session, draft: Need, employer: Employer, make: Maker, browser: Browser
) -> None:
    colleague, _ = make.employer(employer[1])
    url = f"/employer/needs/{draft.code}/autosave?version={draft.version}"
    opened = form(draft)
    said(browser(colleague).post(url, data={**opened, "goal": "同事写的目标"}))
    client = browser(employer[0])
    assert client.post(url, data={**opened, "goal": "我写的目标"}).status_code == 409
    told = client.post("/employer/needs/conflict", data={**opened, "goal": "我写的目标"})
    assert "同事写的目标" in told.get_data(as_text=True)
    session.expire_all()
    newest = session.scalars(select(Need)).one()
    assert newest.goal == "同事写的目标"
    meant = f"/employer/needs/{draft.code}/autosave?version={newest.version}"
    said(client.post(meant, data={**opened, "goal": "我写的目标"}))
    session.expire_all()
    assert session.scalars(select(Need)).one().goal == "我写的目标"


def test_no_conflict_is_told_where_there_is_none(draft: Need, employer: Employer, browser: Browser) -> None:
    answer = browser(employer[0]).post("/employer/needs/conflict", data=form(draft))
    assert answer.get_data(as_text=True).strip() == ""


@pytest.mark.parametrize("state", [NeedState.SUBMITTED, NeedState.PUBLISHED, NeedState.WITHDRAWN])
def test_a_page_left_open_does_not_change_a_need_that_moved_on(
    session: Session, employer: Employer, make: Maker, browser: Browser, state: NeedState
) -> None:
    need = make.need(employer[1], state=state)
    answer = browser(employer[0]).post(f"/employer/needs/{need.code}/autosave", data=form(need, title="改"))
    assert answer.status_code == 409
    assert "已提交，不能直接修改" in answer.get_json()["conflict"]
    session.expire_all()
    assert session.scalars(select(Need)).one().title != "改"


@pytest.mark.parametrize("text", ["x" * 1_000_000, "\x00", "🌱" * 400])
def test_hostile_text_does_not_stop_the_form_from_saving_itself(
    session: Session, draft: Need, employer: Employer, browser: Browser, text: str
) -> None:
    url = f"/employer/needs/{draft.code}/autosave?version={draft.version}"
    said(browser(employer[0]).post(url, data=form(problem=text), content_type="multipart/form-data"))
    session.expire_all()
    assert session.scalars(select(Need)).one().goal == COMPLETE["goal"]


PAGE = "0f0e0d0c-0000-4000-8000-00000000beef"


def test_a_page_that_never_heard_of_its_first_save_begins_no_second_draft(
    session: Session, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    for turn, title in enumerate(("枸", "枸杞", "枸杞软果")):
        said(client.post("/employer/needs/autosave", data=form(title=title, sheet=PAGE, turn=str(turn))))
    session.expire_all()
    assert session.scalars(select(Need)).one().title == "枸杞软果"


def test_a_page_that_never_heard_of_its_first_save_submits_the_draft_that_it_began(
    session: Session, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    said(client.post("/employer/needs/autosave", data=form(goal="", sheet=PAGE, turn="1")))
    sent = client.post("/employer/needs/new", data=form(sheet=PAGE, turn="2", action="submit"))
    session.expire_all()
    need = session.scalars(select(Need)).one()
    assert sent.status_code == 302
    assert (need.state, need.goal) == (NeedState.SUBMITTED, COMPLETE["goal"])


def test_a_lost_answer_is_no_colleague(session: Session, draft: Need, employer: Employer, browser: Browser) -> None:
    client, opened = browser(employer[0]), {**form(draft), "sheet": PAGE}
    url = f"/employer/needs/{draft.code}/autosave?version={draft.version}"
    said(client.post(url, data={**opened, "goal": "先写的", "turn": "1"}))
    told = client.post("/employer/needs/conflict", data={**opened, "goal": "后写的", "turn": "2"})
    assert told.get_data(as_text=True).strip() == ""
    said(client.post(url, data={**opened, "goal": "后写的", "turn": "2"}))
    session.expire_all()
    assert session.scalars(select(Need)).one().goal == "后写的"


def test_a_save_that_was_overtaken_on_the_way_changes_nothing(
    session: Session, draft: Need, employer: Employer, browser: Browser
) -> None:
    client, opened = browser(employer[0]), {**form(draft), "sheet": PAGE}
    url = f"/employer/needs/{draft.code}/autosave?version={draft.version}"
    said(client.post(url, data={**opened, "goal": "后写的", "turn": "2"}))
    assert client.post(url, data={**opened, "goal": "先写的", "turn": "1"}).status_code == 409
    session.expire_all()
    assert session.scalars(select(Need)).one().goal == "后写的"


def test_a_colleagues_save_between_two_of_a_page_is_a_conflict(
    session: Session, draft: Need, employer: Employer, make: Maker, browser: Browser
) -> None:
    colleague, _ = make.employer(employer[1])
    mine, opened = browser(employer[0]), {**form(draft), "sheet": PAGE}
    url = f"/employer/needs/{draft.code}/autosave?version={draft.version}"
    next_url = said(mine.post(url, data={**opened, "goal": "我写的", "turn": "1"}))["autosave_url"]
    other = {**opened, "goal": "同事写的", "sheet": PAGE.replace("beef", "cafe"), "turn": "1"}
    said(browser(colleague).post(next_url, data=other))
    refused = browser(employer[0]).post(next_url, data={**opened, "goal": "我又写的", "turn": "2"})
    assert refused.status_code == 409
    assert "同事刚保存过" in refused.get_json()["conflict"]
    session.expire_all()
    assert session.scalars(select(Need)).one().goal == "同事写的"


def test_a_page_begins_no_draft_with_another_persons_name_for_a_page(
    session: Session, employer: Employer, make: Maker, browser: Browser
) -> None:
    colleague, _ = make.employer(employer[1])
    said(browser(employer[0]).post("/employer/needs/autosave", data=form(title="我的", sheet=PAGE, turn="1")))
    said(browser(colleague).post("/employer/needs/autosave", data=form(title="同事的", sheet=PAGE, turn="2")))
    session.expire_all()
    assert {need.title for need in session.scalars(select(Need))} == {"我的", "同事的"}
