"""The pages of assignments as browsers see them: who sees what, forms that work, nothing that leaks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from assignment_cast import Cast
from factories import Maker, sign_in
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Document, EnclaveSite, Milestone, ServiceLog, TrainingSession
from models.choices import AssignmentState, LogState
from web.services.need_submission import today_in_china

PNG = b"\x89PNG\r\n\x1a\n...."
MODES = (
    "dual_appointment",
    "talent_enclave",
    "technology_deputy",
    "service_mission",
    "extension_exchange",
    "training",
    "apprenticeship",
    "joint_research",
    "remote_consulting",
)


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's form with that action."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form is not None, f"no form for {action}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def add_log(cast: Cast, day: date, state: LogState = LogState.SUBMITTED) -> ServiceLog:
    row = ServiceLog(
        assignment=cast.assignment, expert=cast.assignment.expert, day=day, days=1.0, done="查看黑果病", state=state
    )
    cast.session.add(row)
    cast.session.flush()
    return row


@pytest.fixture
def running(stage: Callable[..., Cast]) -> Cast:
    """A mission around today, on whatever day the tests run."""
    today = today_in_china()
    return stage(starts=today - timedelta(days=30), ends=today + timedelta(days=30), days_per_year=40.0)


@pytest.fixture
def as_(client: FlaskClient, session: Session) -> Callable[[Cast, str], FlaskClient]:
    def signed_in(cast: Cast, who: str) -> FlaskClient:
        sign_in(client, getattr(cast, who), session)
        return client

    return signed_in


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_a_page_for_every_side(
    stage: Callable[..., Cast], as_: Any, client: FlaskClient, mode: str, language: str
) -> None:
    cast = stage(mode)
    session, row = cast.session, cast.assignment
    add_log(cast, date(2026, 11, 18))
    add_log(cast, date(2026, 11, 17), LogState.DISPUTED)
    add_log(cast, date(2026, 11, 16), LogState.CONFIRMED)
    session.add(Milestone(assignment=row, title="节点甲", due=date(2026, 12, 1), budget=3.0))
    session.add(
        TrainingSession(
            assignment_id=row.id, title="培训乙", direction="east", held_on=date(2026, 11, 2), hours=4, headcount=3
        )
    )
    session.flush()
    shown = {"milestones": "节点甲", "trainees": "培训乙"}
    parts = row.pairing.mode.parts
    client.get(f"/language/{language}")
    for who in ("employer", "expert", "officer", "manager"):
        page = as_(cast, who).get(f"/assignments/{row.code}")
        assert page.status_code == 200
        assert {text for part, text in shown.items() if text in page.text} == {
            text for part, text in shown.items() if part in parts
        }


@pytest.mark.parametrize("who", ["stranger", "other_employer", "other_manager"])
def test_others_find_no_page_and_no_form(cast: Cast, as_: Any, who: str) -> None:
    browser = as_(cast, who)
    assert browser.get(f"/assignments/{cast.assignment.code}").status_code == 404
    for path in ("suspend", "terminate", "messages", "documents", "log", "logs/confirm", "certificate", "renew"):
        answer = browser.post(f"/assignments/{cast.assignment.code}/{path}", data={"version": "1", "reason": "x"})
        assert answer.status_code in (403, 404), path
    assert cast.assignment.state == AssignmentState.ACTIVE


def test_a_day_is_logged_on_a_phone_with_its_photo_and_confirmed(running: Cast, as_: Any, session: Session) -> None:
    code, day = running.assignment.code, today_in_china()
    url = f"/assignments/{code}/log"
    phone = as_(running, "expert")
    data = hidden(phone.get(url).text, url)
    data |= {"day": day.isoformat(), "part": "am", "place": "舟塔乡", "done": "查看黑果病"}
    for _ in range(2):  # the form is sent twice
        answer = phone.post(url, data={**data, "file": (io.BytesIO(PNG), "../照片.html")})
        assert answer.location == f"/assignments/{code}#logs"
    row = session.scalars(select(ServiceLog)).one()
    assert (row.day, row.days, row.place) == (day, 0.5, "舟塔乡")
    photo = session.scalars(select(Document)).one()
    assert photo.name == "照片.html.png"
    for who, status in (("employer", 200), ("manager", 200), ("member", 200), ("stranger", 404)):
        file = as_(running, who).get(f"/documents/{photo.id}")
        assert file.status_code == status
        if status == 200:
            assert file.data == PNG
            assert file.headers["X-Content-Type-Options"] == "nosniff"
            assert file.headers["Content-Disposition"].startswith("attachment;")
    host = as_(running, "employer")
    page = host.get(f"/assignments/{code}").text
    ticked = re.findall(r'name="selected" value="([^"]+)"', page)
    host.post(f"/assignments/{code}/logs/confirm", data={"selected": [*ticked, "x", "1:", "99999999999:1"]})
    session.expire_all()
    assert session.scalars(select(ServiceLog.state)).all() == [LogState.CONFIRMED]


def test_what_is_wrong_stands_beside_its_field_and_stays_as_typed(running: Cast, as_: Any, session: Session) -> None:
    url = f"/assignments/{running.assignment.code}/log"
    phone = as_(running, "expert")
    data = hidden(phone.get(url).text, url) | {"day": "昨天下午", "part": "am", "done": ""}
    answer = phone.post(url, data=data)
    assert answer.status_code == 422
    assert "昨天下午" in answer.text
    assert 'id="day-error"' in answer.text
    data["day"] = today_in_china().isoformat()
    answer = phone.post(url, data={**data, "done": "x", "file": (io.BytesIO(b"<html>"), "证明.pdf")})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert session.scalar(select(func.count()).select_from(ServiceLog)) == 0


def test_a_disputed_day_comes_back_with_the_reason(running: Cast, as_: Any, session: Session) -> None:
    row = add_log(running, today_in_china())
    code = running.assignment.code
    url = f"/assignments/{code}/logs/{row.id}/dispute"
    host = as_(running, "employer")
    data = hidden(host.get(url).text, url)
    assert host.post(url, data={**data, "reason": " "}).status_code == 422
    assert host.post(url, data={**data, "reason": "只到了半天"}).status_code == 303
    amend = f"/assignments/{code}/logs/{row.id}/amend"
    phone = as_(running, "expert")
    page = phone.get(amend).text
    assert "只到了半天" in page
    data = hidden(page, amend) | {"day": today_in_china().isoformat(), "part": "pm", "done": "下午查园"}
    assert phone.post(amend, data=data).status_code == 303
    session.expire_all()
    kept = session.scalars(select(ServiceLog)).one()
    assert (kept.state, kept.days, kept.done) == (LogState.SUBMITTED, 0.5, "下午查园")


def test_a_move_asks_for_its_reason_and_says_who_was_first(running: Cast, as_: Any, session: Session) -> None:
    url = f"/assignments/{running.assignment.code}/suspend"
    browser = as_(running, "employer")
    data = hidden(browser.get(url).text, url)
    assert browser.post(url, data=data).status_code == 422
    assert browser.post(url, data={**data, "reason": "封山"}).status_code == 303
    late = browser.post(url.replace("suspend", "terminate"), data={"version": data["version"], "reason": "晚了"})
    assert late.status_code == 409
    assert "任务暂停" in late.text
    session.expire_all()
    assert running.assignment.state == AssignmentState.SUSPENDED


def test_documents_of_up_to_20_mb_are_taken_and_other_forms_stay_small(
    running: Cast, as_: Any, session: Session
) -> None:
    url = f"/assignments/{running.assignment.code}/documents"
    browser = as_(running, "employer")
    large = b"%PDF-1.7" + b" " * (9 * 2**20)
    assert browser.post(url, data={"file": (io.BytesIO(large), "大.pdf")}).status_code == 303
    assert browser.post(url, data={"file": (io.BytesIO(b"%PDF" + b" " * 22 * 2**20), "大.pdf")}).status_code == 413
    message = url.replace("documents", "messages")
    assert browser.post(message, data={"text": "x", "file": (io.BytesIO(large), "大.pdf")}).status_code == 413
    assert browser.post(url, data={}).status_code == 422
    assert session.scalars(select(Document.name)).all() == ["大.pdf"]


def test_lists_show_ones_own_and_filter_by_the_url(stage: Callable[..., Cast], make: Maker, as_: Any) -> None:
    one, other = stage(), stage("training", state=AssignmentState.COMPLETED)
    add_log(one, date(2026, 11, 18))
    lists = {
        "employer": "/employer/assignments",
        "expert": "/me/assignments",
        "member": "/me/assignments",
        "officer": "/institution/assignments",
    }
    for who, url in lists.items():
        page = as_(one, who).get(url).text
        assert one.assignment.code in page
        assert other.assignment.code not in page
    desk, both = "/desk/assignments", (one.assignment.code, other.assignment.code)
    found = {
        "": both,
        "?state=completed": both[1:],
        "?mode=training": both[1:],
        "?waiting=logs": both[:1],
        f"?q={both[0]}": both[:1],
        "?q=gouqi": both,
        "?q=nothing-at-all": (),
        "?state=nonsense&sort=nonsense&page=99": both,
    }
    for query, codes in found.items():
        page = as_(one, "manager").get(desk + query).text
        assert tuple(code for code in both if code in page) == codes, query
    assert both[0] not in as_(one, "other_manager").get(desk).text


def test_members_who_move_on_see_no_messages(cast: Cast, as_: Any) -> None:
    code = cast.assignment.code
    browser = as_(cast, "expert")
    browser.post(f"/assignments/{code}/messages", data={"text": "只给对方看的话"})
    seen = {
        who
        for who in ("employer", "expert", "member", "officer", "manager")
        if "只给对方看的话" in as_(cast, who).get(f"/assignments/{code}").text
    }
    assert seen == {"employer", "expert"}


def test_a_site_is_made_changed_and_closed(make: Maker, session: Session, client: FlaskClient) -> None:
    sign_in(client, make.employer()[0], session)
    data = {"name": "南京研发中心", "province": "320000", "city": "320100", "county": "320102", "places": "３"}
    answer = client.post("/employer/sites/new", data={**data, "name": "", "places": "多"})
    assert answer.status_code == 422
    assert 'id="places-error"' in answer.text
    assert client.post("/employer/sites/new", data=data).status_code == 303
    site = session.scalars(select(EnclaveSite)).one()
    assert (site.region_code, site.places, site.is_open) == ("320102", 3, True)
    assert client.post(f"/employer/sites/{site.id}", data={**data, "places": "5"}).status_code == 303
    client.post(f"/employer/sites/{site.id}/close")
    session.expire_all()
    assert (site.places, site.is_open) == (5, False)
    assert "已关闭" in client.get("/employer/sites").text
    sign_in(client, make.employer()[0], session)
    assert client.post(f"/employer/sites/{site.id}/open").status_code == 404
    assert client.get(f"/employer/sites/{site.id}").status_code == 404
