"""The form's page: it works without scripts, keeps what was typed, and names each fault beside its field."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from factories import Maker
from flask.testing import FlaskClient
from need_forms import COMPLETE, Browser, form
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Need, Organisation, User
from models.choices import Degree, NeedState, Place, TitleRank, Verification

Employer = tuple[User, Organisation]


def text_of(answer: Any, status: int = 200) -> str:
    text = str(answer.get_data(as_text=True))
    assert answer.status_code == status, (answer.status_code, text[:400])
    return text


def fault_beside(text: str, field: str) -> str:
    """The message that stands beside a field, empty for none."""
    found = re.search(rf'<div id="{field}-error">.*?</span>(.*?)</p>', text, re.DOTALL)
    return found[1] if found else ""


def only_need(session: Session) -> Need:
    session.expire_all()
    return session.scalars(select(Need)).one()


def send(client: FlaskClient, need: Need, action: str = "save", **changed: Any) -> Any:
    return client.post(f"/employer/needs/{need.code}/edit", data=form(need, action=action, **changed))


def test_the_first_save_by_hand_begins_a_draft_with_every_field(
    session: Session, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    assert "发布需求" in text_of(client.get("/employer/needs/new"))
    assert session.scalars(select(Need)).all() == []  # looking begins nothing
    more = {"indicators": "农残达标", "altitude_m": "１，２００米", "languages": ["zh", "en"], "hides_names": "y",
            "exclude_institutions": "甲大学；乙所", "min_degree": "硕士", "place": "remote", "headcount": "2人",
            "days_per_year": "１５.５天", "task_code": "ningxia-1", "industry_code": "shuiguozhongzhi"}  # fmt: skip
    answer = client.post("/employer/needs/new", data=form(action="save", **more))
    need = only_need(session)
    assert answer.status_code == 302
    assert answer.location == f"/employer/needs/{need.code}/edit"
    assert (need.title, need.goal, need.indicators) == (COMPLETE["title"], COMPLETE["goal"], "农残达标")
    assert (need.keywords, need.exclude_institutions) == (("枸杞", "黑果"), ("甲大学", "乙所"))
    assert (need.discipline_code, need.industry_code, need.region_code) == ("2104010", "015", "640521")
    assert (need.min_title, need.min_degree, need.place) == (TitleRank.VICE_SENIOR, Degree.MASTER, Place.REMOTE)
    assert (need.modes, need.languages) == (("service_mission", "remote_consulting"), ("zh", "en"))
    assert (need.days_per_year, need.altitude_m, need.headcount, need.funding) == (15.5, 1200, 2, 30)
    assert (need.starts, need.ends, need.deadline) == (date(2098, 3, 1), date(2098, 12, 31), date(2098, 6, 30))
    assert (need.contact_name, need.contact_phone, need.hides_names) == ("马站长", "0955-5021234", True)
    assert (need.task_code, need.task_confirmed) == ("ningxia-1", True)


def test_a_saved_draft_shows_what_was_saved_and_saving_it_again_changes_nothing(
    session: Session, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    client.post("/employer/needs/new", data=form(action="save"))
    need = only_need(session)
    text = text_of(client.get(f"/employer/needs/{need.code}/edit"))
    for shown in ("枸杞、黑果", "果树学 2104010", "宁夏·中卫市·中宁县 640521", "2098-03", "2098-12", "2098-06-30"):
        assert f'value="{shown}"' in text
    version = need.version
    assert send(client, need).status_code == 302
    assert only_need(session).version == version


def test_a_complete_form_is_submitted_by_one_button(session: Session, employer: Employer, browser: Browser) -> None:
    client = browser(employer[0])
    answer = client.post("/employer/needs/new", data=form(action="submit"))
    need = only_need(session)
    assert need.state == NeedState.SUBMITTED
    assert answer.location == f"/employer/needs/{need.code}"
    assert "等待管理人员审核" in text_of(client.get(answer.location))


def test_an_incomplete_form_is_saved_and_says_beside_each_field_what_is_missing(
    session: Session, employer: Employer, browser: Browser
) -> None:
    changed: dict[str, Any] = {"goal": "", "modes": [], "discipline_code": "", "contact_phone": ""}
    answer = browser(employer[0]).post("/employer/needs/new", data=form(action="submit", **changed))
    text = text_of(answer, 422)
    assert fault_beside(text, "goal") == "请填写“预期目标”"
    assert fault_beside(text, "modes") == "请选择至少一种合作方式"
    assert fault_beside(text, "discipline_code") == "请填写“学科”或“行业”，至少一项"
    assert fault_beside(text, "contact_phone") == "请填写“联系电话”或“联系邮箱”，至少一项"
    assert text.count('<li><a href="#') >= 4  # the summary on top leads to each
    need = only_need(session)
    assert (need.state, need.title) == (NeedState.DRAFT, COMPLETE["title"])


FAULTS: list[tuple[str, str, str]] = [
    ("days_per_year", "400", "“每年天数”填了 400，请填 0.5 至 366 天，以半天为单位"),
    ("days_per_year", "十五", "“每年天数”填了“十五”，应是数字，例如 15"),
    ("days_per_year", "9" * 400, "应是数字"),
    ("headcount", "1.5", "请填 1 至 999 的整数"),
    ("funding", "-1", "请填 0 至 1,000,000 万元"),
    ("altitude_m", "nan", "应是数字"),
    ("starts", "明年", "“开始年月”填了“明年”，应是日期，例如 2027-03"),
    ("deadline", "2098-02-30", "应是日期，例如 2027-06-30"),
    ("ends", "2097-01", "早于“开始年月”"),
    ("keywords", "一;二;三;四;五;六", "最多 5 个，现在 6 个"),
    ("title", "枸" * 121, "“需求名称”最多 120 字，现在 121 字"),
    ("problem", "果" * 612, "“主要问题”最多 500 字，现在 612 字"),
    ("discipline_code", "没有这一门", "没有找到，请换个说法，或填代码"),
    ("region_code", "城关区", "不止一个，请选一个：西藏·拉萨市·城关区 540102、甘肃·兰州市·城关区 620102"),
    ("region_code", "", "请在“工作地点”的列表中选择一项"),
    ("min_title", "院士", "请在“最低职称”中选择一项"),
    ("place", "月球", "请在“现场或远程”中选择一项"),
    ("contact_phone", "打这个", "应是电话号码"),
    ("contact_email", "ma@@x", "格式不对"),
    ("task_code", "tibet-1", "请在“专项任务”的列表中选择一项"),
]


@pytest.mark.parametrize(("field", "typed", "says"), FAULTS)
def test_a_fault_is_named_beside_its_field_and_everything_else_is_kept_and_saved(
    session: Session, draft: Need, employer: Employer, browser: Browser, field: str, typed: str, says: str
) -> None:
    text = text_of(send(browser(employer[0]), draft, **{field: typed}), 422)
    assert says in fault_beside(text, field)
    kept = {"goal": COMPLETE["goal"], "indicators": "", "contact_name": "马站长"}
    assert kept["goal"] in text
    need = only_need(session)
    assert (need.goal, need.contact_name) == (kept["goal"], kept["contact_name"])


def test_a_megabyte_of_text_is_refused_beside_its_field_and_the_other_fields_are_kept(
    session: Session, draft: Need, employer: Employer, browser: Browser
) -> None:
    text = text_of(send(browser(employer[0]), draft, problem="x" * 1_000_000), 422)
    assert fault_beside(text, "problem") == "“主要问题”最多 500 字，现在 1000000 字"
    assert only_need(session).goal == COMPLETE["goal"]


HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE need; --",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "🌱🧑\u200d🌾 枸杞 \u202eabc",
    "a\x00b",
)


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_kept_as_text_and_never_becomes_markup(
    session: Session, draft: Need, employer: Employer, browser: Browser, typed: str
) -> None:
    client = browser(employer[0])
    changed = dict.fromkeys(("title", "problem", "goal", "indicators", "keywords", "contact_name"), typed)
    assert send(client, draft, **changed).status_code == 302
    need = only_need(session)
    assert need.problem == typed.replace("\x00", "")
    for path in ("edit", "", "progress", "delete"):
        text = text_of(client.get(f"/employer/needs/{need.code}/{path}".rstrip("/")))
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", text)
    assert "<script>alert" not in text_of(client.get("/employer"))


def test_two_windows_are_told_apart_and_nothing_is_lost(
    session: Session, draft: Need, employer: Employer, browser: Browser
) -> None:
    client = browser(employer[0])
    opened = form(draft, action="save")
    assert client.post(f"/employer/needs/{draft.code}/edit", data={**opened, "goal": "第一个窗口"}).status_code == 302
    text = text_of(client.post(f"/employer/needs/{draft.code}/edit", data={**opened, "goal": "第二个窗口"}), 409)
    assert "第一个窗口" in text  # what is saved
    assert ">\n第二个窗口</textarea>" in text.replace("\r\n", "\n")  # what was typed
    assert only_need(session).goal == "第一个窗口"
    newest = re.search(r'name="version"[^>]*value="(\d+)"', text)
    assert newest is not None
    again = {**opened, "goal": "第二个窗口", "version": newest[1]}
    assert client.post(f"/employer/needs/{draft.code}/edit", data=again).status_code == 302
    assert only_need(session).goal == "第二个窗口"


def test_a_pasted_text_fills_the_form_and_can_be_taken_back_without_scripts(
    session: Session, draft: Need, employer: Employer, browser: Browser
) -> None:
    client, pasted = browser(employer[0]), "需求名称：粘贴的名称\n主要问题：粘贴的问题\n合作方式：培训\n备注：无"
    text = text_of(send(client, draft, "paste", pasted=pasted))
    assert 'value="粘贴的名称"' in text
    assert re.search(r'value="training"[^>]* checked', text)
    assert "没有用到：备注" in text
    assert only_need(session).title == "枸杞"  # nothing is saved by it
    undo = re.search(r'name="undo"[^>]*value="([^"]*)"', text)
    assert undo is not None
    before = undo[1].replace("&#34;", '"').replace("&quot;", '"')
    text = text_of(send(client, draft, "undo", title="粘贴的名称", problem="粘贴的问题", modes="training", undo=before))
    assert f'value="{COMPLETE["title"]}"' in text
    assert not re.search(r'value="training"[^>]* checked', text)


@pytest.mark.parametrize("undo", ["", "no json", "[1]", '{"title": 5, "id": "7", "csrf_token": "x"}'])
def test_a_forged_undo_changes_nothing(draft: Need, employer: Employer, browser: Browser, undo: str) -> None:
    text = text_of(send(browser(employer[0]), draft, "undo", undo=undo))
    assert f'value="{COMPLETE["title"]}"' in text


def test_a_returned_need_shows_the_managers_reason_above_the_form(
    make: Maker, employer: Employer, browser: Browser
) -> None:
    need = make.need(employer[1], state=NeedState.RETURNED, state_note="请写清面积")
    assert "请写清面积" in text_of(browser(employer[0]).get(f"/employer/needs/{need.code}/edit"))


def test_a_poster_of_an_unverified_organisation_is_told_what_that_means(make: Maker, browser: Browser) -> None:
    user, _ = make.employer(make.organisation(verification=Verification.PENDING))
    assert "核验通过后需求才会公开" in text_of(browser(user).get("/employer/needs/new"))


def test_who_posts_for_several_organisations_chooses_one(session: Session, make: Maker, browser: Browser) -> None:
    user, _ = make.employer()
    second = make.organisation(region_code="620100")
    make.grant(user, "employer", organisation_id=second.id)
    client = browser(user)
    assert second.name in text_of(client.get("/employer/needs/new"))
    client.post("/employer/needs/new", data=form(action="save", organisation_id=str(second.id)))
    assert only_need(session).organisation_id == second.id
    stranger = make.organisation()
    answer = client.post("/employer/needs/new", data=form(action="save", organisation_id=str(stranger.id)))
    assert answer.status_code == 403


def test_a_place_on_the_plateau_asks_for_the_altitude(make: Maker, browser: Browser) -> None:
    user, _ = make.employer(make.organisation(region_code="540600"))
    assert "请填写工作地的实际海拔" in text_of(browser(user).get("/employer/needs/new"))


def test_a_province_without_a_programme_offers_no_task(make: Maker, browser: Browser) -> None:
    for region, has_programme in (("640521", True), ("610100", False)):
        user, _ = make.employer(make.organisation(region_code=region))
        text = text_of(browser(user).get("/employer/needs/new"))
        assert ('name="task_code"' in text) is has_programme


def test_the_form_is_complete_in_english(employer: Employer, browser: Browser, draft: Need) -> None:
    client = browser(employer[0])
    client.get("/language/en?next=/")
    text = text_of(client.get(f"/employer/needs/{draft.code}/edit"))
    main = re.sub(r"<(script|style).*?</\1>", "", text[text.index("<main") : text.index("</main>")], flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", main)
    own = (draft.organisation.name, draft.title)
    for name in own:
        words = words.replace(name, "")
    assert not re.findall(r"[一-鿿]+", words)
    text = text_of(send(client, draft, days_per_year="400"), 422)
    assert "Days a year is 400; give 0.5 to 366 days, in halves" in fault_beside(text, "days_per_year")
