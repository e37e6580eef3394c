"""Home, one need and its moves, for the employer's own people and for nobody else."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from factories import Maker
from flask.testing import FlaskClient
from need_forms import Browser
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models import Need, Organisation, ShortlistEntry, User
from models.choices import NeedState, Role, Verification
from web.extensions import db
from web.services.access import actor_for
from web.services.needs import return_

Employer = tuple[User, Organisation]


def read(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    text = str(answer.get_data(as_text=True))
    assert answer.status_code == status, (answer.status_code, text[:400])
    return text


def state_of(session: Session, need: Need) -> NeedState:
    session.expire_all()
    return session.scalars(select(Need).where(Need.id == need.id)).one().state


OWN_PAGES = ("", "/edit", "/progress", "/delete")


def test_colleagues_share_every_page_of_a_draft(draft: Need, employer: Employer, make: Maker, browser: Browser) -> None:
    for user in (employer[0], make.employer(employer[1])[0]):
        client = browser(user)
        for page in OWN_PAGES:
            read(client, f"/employer/needs/{draft.code}{page}")


def test_another_organisations_need_is_not_found(draft: Need, make: Maker, browser: Browser) -> None:
    client = browser(make.employer()[0])
    for page in (*OWN_PAGES, "/withdraw"):
        read(client, f"/employer/needs/{draft.code}{page}", 404)
    for act in ("edit", "autosave", "take-back", "withdraw", "fill", "copy", "delete", "task"):
        assert client.post(f"/employer/needs/{draft.code}/{act}", data={"reason": "x"}).status_code == 404
    for act in ("live", "conflict"):
        assert client.post(f"/employer/needs/{act}", data={"code": draft.code}).status_code == 404


def test_other_roles_are_refused_and_visitors_sent_to_sign_in(
    draft: Need, make: Maker, browser: Browser, client: FlaskClient
) -> None:
    expert = make.user()
    make.expert(expert)
    officer = make.user()
    make.grant(officer, Role.INSTITUTION, organisation_id=make.organisation().id)
    paths = ("/employer", "/employer/needs/new", f"/employer/needs/{draft.code}", "/employer/terms/region?q=a")
    for user in (expert, officer, make.manager(), make.administrator()):
        window = browser(user)
        for path in paths:
            read(window, path, 403)
    for path in paths:
        assert "/login" in client.get(path).location


def test_home_shows_what_waits_and_how_much_is_missing(
    draft: Need, employer: Employer, make: Maker, browser: Browser
) -> None:
    make.need(employer[1], state=NeedState.RETURNED, title="被退回的", state_note="请写清面积")
    text = read(browser(employer[0]), "/employer")
    waits = text[text.index('id="waiting"') : text.index('id="results"')]
    assert "被退回的" in waits
    assert "请写清面积" in waits
    assert re.search(r"枸杞</a>：\s*还差 1\d 处", waits)


@pytest.mark.parametrize(
    ("verification", "says"), [(Verification.PENDING, "正在等待核验"), (Verification.RETURNED, "执照看不清")]
)
def test_home_says_that_the_organisation_is_not_verified(
    make: Maker, browser: Browser, verification: Verification, says: str
) -> None:
    user, _ = make.employer(make.organisation(verification=verification, verification_note="执照看不清"))
    assert says in read(browser(user), "/employer")


def test_an_empty_home_offers_the_first_step(employer: Employer, browser: Browser) -> None:
    text = read(browser(employer[0]), "/employer")
    assert "还没有需求" in text
    assert 'href="/employer/needs/new"' in text


def test_home_lists_own_needs_only_and_filters_them_by_the_url(
    draft: Need, employer: Employer, make: Maker, browser: Browser
) -> None:
    make.need(employer[1], title="自己的风机除冰")
    make.need(title="别人的需求")
    client = browser(employer[0])
    assert "别人的需求" not in read(client, "/employer")
    found = read(client, "/employer?state=published&state=nonsense")
    listed = found[found.index('id="results"') :]
    assert "自己的风机除冰" in listed
    assert "枸杞</a>" not in listed
    assert "自己的风机除冰" in read(client, "/employer?q=fengji")
    nothing = read(client, "/employer?q=%00%27%3B--&page=99999999")
    assert "没有符合条件的需求" in nothing


def test_home_pages_through_many_needs(employer: Employer, make: Maker, browser: Browser) -> None:
    for number in range(23):
        make.need(employer[1], title=f"第{number}条")
    client = browser(employer[0])
    assert "第 1–20 条，共 23 条" in read(client, "/employer")
    assert "第 21–23 条，共 23 条" in read(client, "/employer?page=2")
    part = client.get("/employer?page=2", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert "第 21–23 条" in part


def test_home_counts_shortlisted_experts_with_as_many_queries_for_many_needs_as_for_few(
    session: Session, employer: Employer, make: Maker, browser: Browser
) -> None:
    expert, needs = make.expert(), [make.need(employer[1]) for _ in range(2)]
    session.add(ShortlistEntry(need=needs[0], expert=expert))
    client = browser(employer[0])
    counts = []
    for more in (0, 15):
        for _ in range(more):
            make.need(employer[1])
        session.commit()
        queries: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any, seen: list[str] = queries) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        text = read(client, "/employer")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(queries))
        assert re.search(r'data-label="短名单"[^>]*><a href="[^"]*/shortlist">1</a>', text)
    assert counts[0] == counts[1]


def test_a_need_shows_its_fields_and_contact_to_its_own_people(
    make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1], indicators="", funding=30, discipline_code="2104010", task_code="ningxia-1")
    text = read(browser(employer[0]), f"/employer/needs/{need.code}")
    for shown in (
        need.problem,
        "30 万元",
        "园艺学 › 果树学 2104010",
        "2027-03 – 2028-12",
        "马站长",
        "19900000001",
        "15 天",
    ):
        assert shown in text
    assert "未填写" in text


def test_a_suggested_task_is_confirmed_on_the_needs_page(
    session: Session, make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1], state=NeedState.SUBMITTED, task_code="ningxia-2", task_confirmed=False)
    client = browser(employer[0])
    text = read(client, f"/employer/needs/{need.code}")
    assert re.search(r'value="ningxia-2" checked', text)
    assert "系统建议，尚未确认" in text
    client.post(f"/employer/needs/{need.code}/task", data={"task_code": "ningxia-3"})
    session.expire_all()
    assert (need.task_code, need.task_confirmed) == ("ningxia-3", True)
    assert "确认专项任务" not in read(client, f"/employer/needs/{need.code}")
    assert client.post(f"/employer/needs/{need.code}/task", data={"task_code": "tibet-1"}).status_code == 422
    assert client.post(f"/employer/needs/{need.code}/task", data={"task_code": "none"}).status_code == 302
    session.expire_all()
    assert (need.task_code, need.task_confirmed) == (None, True)


def test_progress_tells_what_happened_and_what_comes(
    session: Session, make: Maker, employer: Employer, browser: Browser
) -> None:
    need, manager = make.need(employer[1], state=NeedState.SUBMITTED), make.manager()
    return_(session, need, reason="请写清面积", by=actor_for(session, manager))
    text = read(browser(employer[0]), f"/employer/needs/{need.code}/progress")
    for shown in ("退回修改", "请写清面积", manager.name, "修改后再次提交"):
        assert shown in text


def test_a_submitted_need_is_taken_back_and_opens_for_editing(
    session: Session, make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1], state=NeedState.SUBMITTED)
    client = browser(employer[0])
    assert client.get(f"/employer/needs/{need.code}/edit").status_code == 409
    assert client.post(f"/employer/needs/{need.code}/take-back").location == f"/employer/needs/{need.code}/edit"
    assert state_of(session, need) == NeedState.DRAFT
    assert client.post(f"/employer/needs/{need.code}/take-back").status_code == 409  # pressed twice


def test_a_withdrawal_asks_for_the_reason_beside_its_field(
    session: Session, make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1])
    client, url = browser(employer[0]), f"/employer/needs/{need.code}/withdraw"
    assert "撤回需求" in read(client, url)
    for reason in ("", "长" * 501):
        answer = client.post(url, data={"reason": reason})
        assert answer.status_code == 422
        assert 'id="reason-error"' in answer.get_data(as_text=True)
    assert state_of(session, need) == NeedState.PUBLISHED
    assert client.post(url, data={"reason": "问题已自行解决"}).status_code == 302
    assert state_of(session, need) == NeedState.WITHDRAWN
    assert "问题已自行解决" in read(client, f"/employer/needs/{need.code}")
    assert client.post(url, data={"reason": "再撤一次"}).status_code == 409


def test_a_published_need_is_marked_as_filled(
    session: Session, make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1])
    client = browser(employer[0])
    assert client.post(f"/employer/needs/{need.code}/fill").status_code == 302
    assert state_of(session, need) == NeedState.FILLED
    assert client.post(f"/employer/needs/{need.code}/fill").status_code == 409


def test_an_old_need_is_copied_as_a_draft_that_opens(
    session: Session, make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1], state=NeedState.EXPIRED)
    answer = browser(employer[0]).post(f"/employer/needs/{need.code}/copy")
    copy = session.scalars(select(Need).where(Need.state == NeedState.DRAFT)).one()
    assert answer.location == f"/employer/needs/{copy.code}/edit"
    assert copy.title == need.title


def test_a_draft_is_deleted_after_a_question_and_other_needs_are_not(
    session: Session, draft: Need, make: Maker, employer: Employer, browser: Browser
) -> None:
    published = make.need(employer[1])
    colleague = make.employer(employer[1])[0]
    client, page = browser(colleague), f"/employer/needs/{draft.code}"
    assert f"这份草稿是{employer[0].name}写的" in read(client, f"{page}/delete")
    assert client.post(f"{page}/delete").location == "/employer"
    read(client, page, 404)
    for method in (client.get, client.post):
        assert method(f"/employer/needs/{published.code}/delete").status_code == 409
    assert state_of(session, published) == NeedState.PUBLISHED


MENU = {
    NeedState.DRAFT: {"继续填写", "复制为新草稿", "删除草稿"},
    NeedState.RETURNED: {"修改并再次提交", "复制为新草稿", "撤回需求"},
    NeedState.SUBMITTED: {"撤回修改", "复制为新草稿", "撤回需求"},
    NeedState.PUBLISHED: {"标记为已解决", "复制为新草稿", "撤回需求"},
    NeedState.FILLED: {"复制为新草稿"},
    NeedState.CLOSED: {"复制为新草稿"},
    NeedState.WITHDRAWN: {"复制为新草稿"},
    NeedState.EXPIRED: {"复制为新草稿"},
}


@pytest.mark.parametrize("state", list(NeedState))
def test_a_need_offers_exactly_what_its_state_allows(
    make: Maker, employer: Employer, browser: Browser, state: NeedState
) -> None:
    need = make.need(employer[1], state=state)
    text = read(browser(employer[0]), f"/employer/needs/{need.code}")
    head = text[text.index('class="page-header"') : text.index('class="tabs"')]
    offered = {name for names in MENU.values() for name in names if re.search(rf">\s*{name}\s*<", head)}
    assert offered == MENU[state]


def test_every_page_reads_in_english_without_chinese_of_ours(make: Maker, employer: Employer, browser: Browser) -> None:
    plain: dict[str, Any] = {"title": "Frost on blades", "problem": "Ice.", "goal": "Less ice.", "keywords": ("ice",),
                             "contact_name": "Ma", "deadline": date(2098, 1, 1), "ends": date(2099, 1, 1)}  # fmt: skip
    organisation = make.organisation(name="Wind Farm", region_code="640000")
    user = make.user("Poster")
    make.grant(user, Role.EMPLOYER, organisation_id=organisation.id)
    client = browser(user)
    client.get("/language/en?next=/")
    paths = ["/employer", "/employer/needs/new"]
    for state in NeedState:
        need = make.need(organisation, posted_by=user, state=state, **plain)
        paths += [f"/employer/needs/{need.code}", f"/employer/needs/{need.code}/progress"]
    paths.append(f"/employer/needs/{make.need(organisation, posted_by=user, **plain).code}/withdraw")
    paths.append(f"/employer/needs/{make.need(organisation, posted_by=user, state='draft', **plain).code}/delete")
    for path in paths:
        text = read(client, path)
        body = re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")])
        assert not re.findall(r"[一-鿿]+", body), path
