"""An import is read, reviewed and only then saved; what could not be read stays in sight. All without scripts."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from plain_pages import Page, get, post
from sqlalchemy.orm import Session

from models import Expert, User, Work
from models.choices import WorkKind

Browser = Callable[[User], FlaskClient]
LIST = """[1] 张三, 李四. 枸杞炭疽病研究[J]. 植物保护, 2020, 46(1): 1-5.
[2] 2022
[3] Wang L, Zhang S. Biological control of goji. Plant Dis. 2023;107(2):1-9.
[4] 枸杞炭疽病菌种类鉴定与降雨流行关系[J]. 植物病理学报, 2022."""
BIB = "@article{a, title = {Goji caf{\\'e}}, year = 2021}\n@article{b, title = {open"


@pytest.fixture
def visitor(browser: Browser, expert: Expert) -> FlaskClient:
    assert expert.user is not None
    return browser(expert.user)


def titles(session: Session) -> list[str]:
    session.expire_all()
    return [work.title for work in session.query(Work).order_by(Work.position)]


def read(visitor: FlaskClient, source: str, **data: object) -> Page:
    path = f"/me/works/import/{source}"
    return post(visitor, path, {**get(visitor, path).sent(), **data}, 200)


def test_pasted_list_is_reviewed_corrected_and_saved(visitor: FlaskClient, session: Session) -> None:
    before = titles(session)
    page = read(visitor, "list", text=LIST)
    assert "识别出 3 项" in page.text and "第 2 行" in page.text and "看不出题目" in page.text
    assert "已有同名，不会重复添加" in page.text and ("text", "[2] 2022") in page.fields
    assert titles(session) == before, "nothing is saved yet"
    assert [name for name, _ in page.fields if name.endswith("keep")] == ["rows-0-keep", "rows-1-keep"]
    page = post(
        visitor,
        "/me/works/import/review",
        page.sent(rows__0__title="枸杞炭疽病研究（改）", rows__1__kind="book", save="1"),
    )
    assert "已添加 2 项成果" in page.text
    assert titles(session) == [*before, "枸杞炭疽病研究（改）", "Biological control of goji"]
    assert session.query(Work).filter_by(title="Biological control of goji").one().kind == WorkKind.BOOK


def test_lines_that_were_not_read_can_be_read_again(visitor: FlaskClient, session: Session) -> None:
    page = read(visitor, "list", text=LIST)
    page = post(visitor, "/me/works/import/review", page.sent(text="改好的一条. 植物保护, 2022\n2023", again="1"), 200)
    assert ("rows-3-title", "改好的一条") in page.fields and ("text", "2023") in page.fields
    assert ("rows-0-title", "枸杞炭疽病研究") in page.fields
    post(visitor, "/me/works/import/review", page.sent(save="1"))
    assert "改好的一条" in titles(session)


def test_saving_twice_adds_once(visitor: FlaskClient, session: Session) -> None:
    data = read(visitor, "list", text=LIST).sent(save="1")
    post(visitor, "/me/works/import/review", data)
    once = titles(session)
    page = post(visitor, "/me/works/import/review", data)
    assert "2 项与已有成果同名，没有重复添加" in page.text and titles(session) == once


def test_wrong_rows_are_named_and_nothing_is_saved(visitor: FlaskClient, session: Session) -> None:
    before = titles(session)
    page = read(visitor, "list", text=LIST)
    wrong = page.sent(rows__0__title="", rows__1__year="soon", save="1")
    page = post(visitor, "/me/works/import/review", wrong, 422)
    assert "“年份”填了“soon”" in page.text and titles(session) == before
    page = post(visitor, "/me/works/import/review", page.sent(rows__1__year="２０２３年", save="1"), 422)
    assert "请填写“题目”" in page.text, page.html[page.html.find("error-summary") :][:700]
    assert "#rows-0-title" in page.links and titles(session) == before
    without = {name: values for name, values in page.sent(save="1").items() if not name.endswith("keep")}
    assert "一项也没有勾选" in post(visitor, "/me/works/import/review", without, 422).text


def test_row_that_is_not_kept_may_be_wrong(visitor: FlaskClient, session: Session) -> None:
    page = read(visitor, "list", text=LIST)
    data = page.sent(rows__0__year="soon", save="1")
    del data["rows-0-keep"]
    assert "已添加 1 项成果" in post(visitor, "/me/works/import/review", data).text


@pytest.mark.parametrize("as_file", [True, False])
def test_bibtex_as_file_or_text_names_broken_entries(visitor: FlaskClient, session: Session, as_file: bool) -> None:
    data = {"file": (BytesIO(BIB.encode()), "works.bib")} if as_file else {"text": BIB}
    page = read(visitor, "bibtex", **data)
    assert "识别出 1 项" in page.text and "第 2 行" in page.text and "没有配对" in page.text
    post(visitor, "/me/works/import/review", page.sent(save="1"))
    assert titles(session)[-1] == "Goji café"


def test_sheet_names_bad_cells_and_saves_the_rest(visitor: FlaskClient, session: Session) -> None:
    answer = visitor.get("/me/works/template.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(answer.data))
    for row in (
        ["专利", "一种枸杞烘干装置", 2020, "CN1", "枸杞、烘干", "摘要第一行\n第二行"],
        ["猫", "坏的一行", "去年", "", "", ""],
    ):
        book.active.append(row)
    saved = BytesIO()
    book.save(saved)
    page = read(visitor, "sheet", file=(BytesIO(saved.getvalue()), "works.xlsx"))
    for words in ("第 3 行 · 类型", "猫", "应为 论文、专利", "第 3 行 · 年份", "去年", "应为四位年份", "保存其余"):
        assert words in page.text, words
    post(visitor, "/me/works/import/review", page.sent(save="1"))
    work = session.query(Work).filter_by(title="一种枸杞烘干装置").one()
    assert (work.kind, work.keywords, work.abstract) == (WorkKind.PATENT, ("枸杞", "烘干"), "摘要第一行\n第二行")


@pytest.mark.parametrize(
    ("source", "data", "words"),
    [
        ("list", {"text": ""}, "请粘贴成果"),
        ("list", {"text": "x" * 1_000_000}, "最多 200,000 字"),
        ("bibtex", {"text": ""}, "请选择 BibTeX 文件"),
        ("bibtex", {"text": "枸杞" * 1000}, "没有找到 BibTeX 条目"),
        ("bibtex", {"file": (BytesIO(b"\xff\xfe\x00\xff"), "x.bib")}, "文件不是文本"),
        ("sheet", {}, "请选择填好的 Excel 文件"),
        ("sheet", {"file": (BytesIO(b"hello"), "x.xlsx")}, "这不是 Excel 工作簿"),
        ("sheet", {"file": (BytesIO(b"x" * 3_000_000), "x.xlsx")}, "最多 2 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_field(
    visitor: FlaskClient, source: str, data: dict[str, object], words: str
) -> None:
    path = f"/me/works/import/{source}"
    page = post(visitor, path, {**get(visitor, path).sent(), **data}, 422)
    assert page.text.count(words) == 2, "on top and beside the field"


def test_deleted_work_is_offered_back(visitor: FlaskClient, session: Session, expert: Expert) -> None:
    before = titles(session)
    path = f"/me/works/{expert.works[0].id}/delete"
    page = post(visitor, path, {}, 200)
    assert "已删除" in page.text and titles(session) == before[1:]
    assert "已删除" not in post(visitor, path, {}, 200).text, "a second request finds nothing to delete"
    undo = Page(page.html.split('class="works"')[0])
    post(visitor, "/me/works/restore", undo.sent())
    assert titles(session) == before


def test_work_is_typed_changed_and_moved(visitor: FlaskClient, session: Session) -> None:
    page = post(
        visitor, "/me/works/new", get(visitor, "/me/works/new").sent(title="新的一项", year="２０２４", another="1")
    )
    assert "添加代表作" in page.text, "another one is asked for"
    work = session.query(Work).filter_by(title="新的一项").one()
    post(visitor, f"/me/works/{work.id}/up", {})
    assert titles(session)[1] == "新的一项"
    page = get(visitor, f"/me/works/{work.id}")
    post(visitor, f"/me/works/{work.id}", page.sent(title="改过的一项", abstract="第一段\r\n\r\n第二段", save="1"))
    session.expire_all()
    assert (work.title, work.year, work.abstract) == ("改过的一项", 2024, "第一段\n\n第二段")
    assert "已有同名成果" in post(visitor, "/me/works/new", page.sent(title="改过的 一项"), 422).text


def test_work_of_another_is_not_there(browser: Browser, expert: Expert, session: Session, person: User) -> None:
    stranger, work_id = browser(person), expert.works[0].id
    assert stranger.get(f"/me/works/{work_id}").status_code == 404
    assert stranger.post(f"/me/works/{work_id}", data={"title": "x", "kind": "paper"}).status_code == 404
    assert stranger.post(f"/me/works/{work_id}/up").status_code == 404
    stranger.post(f"/me/works/{work_id}/delete")
    assert session.get(Work, work_id) is not None


def test_two_tabs_on_one_work_lose_nothing(visitor: FlaskClient, expert: Expert, session: Session) -> None:
    path = f"/me/works/{expert.works[0].id}"
    first, second = get(visitor, path), get(visitor, path)
    post(visitor, path, first.sent(title="第一个标签页", save="1"))
    page = post(visitor, path, second.sent(title="第二个标签页", save="1"), 409)
    assert ("title", "第二个标签页") in page.fields and titles(session)[0] == "第一个标签页"
    post(visitor, path, page.sent(save="1"))
    assert titles(session)[0] == "第二个标签页"
