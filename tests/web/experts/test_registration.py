"""A new expert fills in the steps, leaves and comes back, and is public at the end, all without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from factories import Maker
from flask.testing import FlaskClient
from plain_pages import get, post
from sqlalchemy.orm import Session

from models import Expert, User
from models.choices import ExpertState
from web.services.need_submission import today_in_china

Browser = Callable[[User], FlaskClient]
YEAR = today_in_china().year + 1
STEPS = ("basics", "expertise", "cooperation", "ties", "contact")
PAGES = (
    *(f"/me/profile/{name}" for name in STEPS),
    *("/me", "/me/works", "/me/works/new", "/me/preview", "/me/availability"),
    *(f"/me/works/import/{source}" for source in ("list", "bibtex", "sheet")),
)


@pytest.fixture
def visitor(browser: Browser, person: User) -> FlaskClient:
    return browser(person)


def profile(session: Session) -> Expert:
    session.expire_all()
    return session.query(Expert).one()


def test_whole_registration_without_scripts(visitor: FlaskClient, session: Session) -> None:
    home = get(visitor, "/me")
    assert "公开前还要填" in home.text and "继续填写资料" in home.text
    page = get(visitor, "/me/profile/basics")
    assert ("name", "菌未霜") in page.fields
    page = post(visitor, "/me/profile/basics", page.sent(province="320000", refresh="1"), 200)
    data = page.sent(
        city="320100",
        institution="江淮农业大学",
        title="教授",
        degree="博士",
        birth_year="１９７８",
        gender="female",
        next="1",
    )
    page = post(visitor, "/me/profile/basics", data)
    assert "专长" in page.text and "已保存" in page.text
    page = post(visitor, "/me/profile/expertise", page.sent(bio="研究枸杞病害。", keywords="枸杞、绿色防控", next="1"))
    assert "还没有代表作" in page.text, "works are the next step"
    page = get(visitor, "/me/profile/cooperation")
    assert ("languages", "zh") in page.fields
    page = post(
        visitor,
        "/me/profile/cooperation",
        page.sent(
            modes=["training", "remote_consulting"],
            days_per_year="１５．５天",
            windows__0__starts=f"{YEAR}-03-01",
            windows__0__ends=f"{YEAR}-06",
            regions_served=["64", "66"],
            altitude="no",
            next="1",
        ),
    )
    page = post(visitor, "/me/profile/ties", page.sent(declared="none", next="1"))
    page = post(visitor, "/me/profile/contact", page.sent(phone="１３９ 1234 5678", email="wang@example.org", next="1"))
    assert "预览与公开" in page.text and "公开前还要填" not in page.text
    post(visitor, "/me/preview", page.sent(), 422)
    page = post(visitor, "/me/preview", page.sent(agreed="y"))
    assert "资料已公开" in page.text
    row = profile(session)
    assert (row.state, row.name, row.title, row.birth_year) == (ExpertState.PUBLIC, "菌未霜", "教授", 1978)
    assert (row.region_code, row.days_per_year, row.altitude_ok) == ("320100", 15.5, False)
    assert row.modes == ("training", "remote_consulting") and row.regions_served == ("64", "66")
    assert [str(w.starts) + str(w.ends) for w in row.windows] == [f"{YEAR}-03-01{YEAR}-06-30"]
    assert row.phone == "13912345678" and row.ties_declared and not row.ties
    page = post(visitor, "/me/hide", {})
    assert "资料已隐藏" in page.text and profile(session).state == ExpertState.HIDDEN


def test_every_step_may_be_left_empty_and_taken_up_again(visitor: FlaskClient, session: Session) -> None:
    for name in ("basics", "expertise", "cooperation", "contact"):
        page = get(visitor, f"/me/profile/{name}")
        post(visitor, f"/me/profile/{name}", page.sent(later="1"))
    page = get(visitor, "/me/profile/expertise")
    post(visitor, "/me/profile/expertise", page.sent(bio="先写这些", later="1"))
    assert ("bio", "先写这些") in get(visitor, "/me/profile/expertise").fields
    page = get(visitor, "/me/preview")
    assert "工作单位" not in page.text and "单位" in page.text and "/me/profile/basics#institution" in page.links
    assert profile(session).state == ExpertState.DRAFT


def test_rows_come_and_go_without_saving_or_losing_anything(visitor: FlaskClient, session: Session) -> None:
    page = get(visitor, "/me/profile/cooperation")
    typed = page.sent(days_per_year="abc", windows__0__starts=f"{YEAR}-03-01", windows__0__ends="x", modes=["training"])
    page = post(visitor, "/me/profile/cooperation", {**typed, "add": ["windows"]}, 200)
    names = [name for name, _ in page.fields]
    assert "windows-0-starts" in names and "windows-1-starts" in names
    assert ("days_per_year", "abc") in page.fields and ("modes", "training") in page.fields
    page = post(
        visitor,
        "/me/profile/cooperation",
        {**page.sent(windows__1__starts=f"{YEAR}-07-01"), "remove": ["windows-0"]},
        200,
    )
    assert [value for name, value in page.fields if name.endswith("starts")] == [f"{YEAR}-07-01"]
    assert session.query(Expert).count() == 0


def test_wrong_values_are_named_on_top_and_beside_the_field_and_kept(visitor: FlaskClient) -> None:
    page = get(visitor, "/me/profile/cooperation")
    page = post(
        visitor,
        "/me/profile/cooperation",
        page.sent(
            days_per_year="４００",
            windows__0__starts=f"{YEAR}-05-01",
            windows__0__ends=f"{YEAR}-04-01",
            windows__1__starts="soon",
            windows__1__ends=f"{YEAR}-04-01",
            windows__2__starts=f"{YEAR}-04-01",
            next="1",
        ),
        422,
    )
    assert page.text.count("“从”填了“soon”，请写成 2027-03-01") == 2 and page.text.count("请填结束日期") == 2
    assert ("days_per_year", "４００") in page.fields and ("windows-1-starts", "soon") in page.fields
    fixed = page.sent(windows__1__starts=f"{YEAR}-03-01", windows__2__ends=f"{YEAR}-04-02", next="1")
    page = post(visitor, "/me/profile/cooperation", fixed, 422)
    assert "“每年可服务天数”填了 400，应为 0.5 到 366 天" in page.text
    assert f"结束日期 {YEAR}-04-01 早于开始日期 {YEAR}-05-01" in page.text
    assert "#days_per_year" in page.links and "#windows-0-ends" in page.links


def test_joined_windows_are_told(visitor: FlaskClient, session: Session) -> None:
    page = get(visitor, "/me/availability")
    data = page.sent(
        days_per_year="10",
        windows__0__starts=f"{YEAR}-03-01",
        windows__0__ends=f"{YEAR}-05-31",
        windows__1__starts=f"{YEAR}-06-01",
        windows__1__ends=f"{YEAR}-06-30",
        save="1",
    )
    page = post(visitor, "/me/availability", data)
    assert f"已合并为 {YEAR}-03-01 至 {YEAR}-06-30" in page.text
    assert len(profile(session).windows) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "请说明利益关系"),
        ({"declared": "some"}, "选了“有”，请至少填一条"),
        ({"declared": "none", "ties-0-counterpart": "某公司", "ties-0-kind": "equity"}, "选了“没有”，下面却还有内容"),
        ({"declared": "some", "ties-0-counterpart": "某公司"}, "请选择关系"),
        ({"declared": "some", "ties-0-kind": "equity"}, "请填写“对方单位或个人”"),
        ({"declared": "some", "ties-0-kind": "equity", "ties-0-counterpart": "长" * 121}, "最多 120 字，现在 121 字"),
    ],
)
def test_interests_are_stated_clearly_or_not_at_all(visitor: FlaskClient, fields: dict[str, str], words: str) -> None:
    page = post(visitor, "/me/profile/ties", {**get(visitor, "/me/profile/ties").sent(), **fields}, 422)
    assert words in page.text


def test_two_tabs_nothing_typed_is_lost(visitor: FlaskClient, session: Session) -> None:
    first = get(visitor, "/me/profile/expertise")
    second = get(visitor, "/me/profile/expertise")
    post(visitor, "/me/profile/expertise", first.sent(bio="第一个标签页", next="1"))
    page = post(visitor, "/me/profile/expertise", second.sent(bio="第二个标签页", next="1"), 409)
    assert "还没有保存" in page.text and "专业特长" in page.text and ("bio", "第二个标签页") in page.fields
    assert profile(session).bio == "第一个标签页"
    post(visitor, "/me/profile/expertise", page.sent(next="1"))
    assert profile(session).bio == "第二个标签页"


def test_cities_of_a_province_come_alone_for_scripts(visitor: FlaskClient) -> None:
    answer = visitor.get("/me/places?province=640000", headers={"HX-Request": "true"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "中卫市" in page and "<html" not in page
    assert "中卫市" not in visitor.get("/me/places?province=x", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert visitor.get("/me/places?province=640000").status_code == 404


def test_city_of_another_province_is_dropped(visitor: FlaskClient, session: Session) -> None:
    page = get(visitor, "/me/profile/basics")
    post(visitor, "/me/profile/basics", page.sent(province="640000", city="320100", next="1"))
    assert profile(session).region_code == "640000"


@pytest.mark.parametrize(
    "path", ["/me", *(f"/me/profile/{name}" for name in STEPS), "/me/works", "/me/needs", "/me/preview"]
)
def test_pages_of_experts_are_closed_to_others(browser: Browser, make: Maker, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 302
    for user in (make.manager(), make.administrator(), make.employer()[0]):
        assert browser(user).get(path).status_code == 403


def test_pages_speak_english_throughout(visitor: FlaskClient, session: Session) -> None:
    visitor.get("/language/en")
    for path in (
        *(f"/me/profile/{name}" for name in STEPS),
        "/me",
        "/me/works",
        "/me/works/new",
        "/me/preview",
        "/me/availability",
    ):
        page = get(visitor, path)
        text = page.text.replace("中文", "").replace("东才西用", "").replace("菌未霜", "").replace("用户", "")
        assert not [c for c in text if "一" <= c <= "鿿"], path
    page = post(
        visitor, "/me/profile/basics", get(visitor, "/me/profile/basics").sent(birth_year="1066", next="1"), 422
    )
    assert "“Year of birth” is “1066”; give a year" in page.text
    page = post(visitor, "/me/preview", {"agreed": "y"}, 422)
    assert "“Institution” is still missing" in page.text
