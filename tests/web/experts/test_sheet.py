"""The Excel template: what it gives can be read back; every bad cell is named by row, column, value and expectation."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, Literal

import pytest
from openpyxl import Workbook, load_workbook

from models.choices import WorkKind
from web.services.errors import InvalidError
from web.services.works_import import MOST_BYTES
from web.services.works_sheet import TEMPLATE_KINDS, read_sheet
from web.services.works_template import works_template


def filled(rows: list[list[Any]], lang: Literal["zh", "en"] = "zh") -> bytes:
    book = load_workbook(BytesIO(works_template(lang)))
    for row in rows:
        book.active.append(row)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def sheet(rows: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows:
        page.append(row)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def archive(name: str, data: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_the_template_is_read_back(lang: Literal["zh", "en"]) -> None:
    rows = [
        [kind, f"Work {number}", 2000 + number, "X", "a、b", "c"] for number, kind in enumerate(TEMPLATE_KINDS[lang])
    ]
    reading = read_sheet(filled(rows, lang))
    assert [one.work.kind for one in reading.works] == list(WorkKind) and not reading.unread
    assert reading.works[0].work.keywords == ("a", "b") and reading.works[0].work.year == 2000


def test_bad_cells_are_named_and_the_other_rows_kept() -> None:
    reading = read_sheet(
        filled(
            [
                ["专利", "一种装置", 2020, "CN1", "", ""],
                ["猫", "", 20240, "", "", ""],
                [None, "没有类型的一项", "２０１９年", None, None, "第一行\n第二行"],
                [None, "长" * 401, None, None, None, None],
            ]
        )
    )
    assert [(one.place, one.work.kind, one.work.year) for one in reading.works] == [
        (2, WorkKind.PATENT, 2020),
        (4, WorkKind.PAPER, 2019),
    ]
    assert [(one.place, one.column, one.written[:5]) for one in reading.unread] == [
        (3, "kind", "猫"),
        (3, "title", ""),
        (3, "year", "20240"),
        (5, "title", "长长长长长"),
    ]
    assert "论文、专利" in reading.unread[0].reason.zh and "Paper, Patent" in reading.unread[0].reason.en
    assert reading.unread[3].reason.zh == "“题目”最多 400 字，现在 401 字"


def test_own_sheet_with_usual_headings_is_read() -> None:
    reading = read_sheet(sheet([["成果登记表"], ["论文题目", "发表年份", "期刊"], ["枸杞病害研究", 2021, "植物保护"]]))
    (read,) = reading.works
    assert (read.place, read.work.title, read.work.year, read.work.venue) == (3, "枸杞病害研究", 2021, "植物保护")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "不是 Excel"),
        (b"PK\x03\x04 broken", "不是 Excel"),
        (archive("a.txt", b"b"), "打不开"),
        (archive("xl/worksheets/sheet1.xml", b"\0" * 100_000_000), "展开后有 95 MB"),
        (b"x" * (MOST_BYTES + 1), "最多 2 MB"),
        (works_template("zh"), "还没有成果"),
        (sheet([["a", "b"], ["c", "d"]]), "没有找到标题行"),
        (sheet([["题目"], *([f"题目 {n}"] for n in range(3000))]), "超过 2000 行"),
        (sheet([["题目"], *([f"题目 {n}"] for n in range(500))]), "一次最多导入 400 项"),
    ],
    ids=["text", "broken", "zip", "bomb", "large", "empty", "headings", "rows", "works"],
)
def test_file_that_cannot_be_used_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(InvalidError) as error:
        read_sheet(data)
    (problem,) = error.value.problems
    assert problem.field == "file" and words in problem.sentence.zh and problem.sentence.en


def test_formula_is_not_worked_out() -> None:
    (problem,) = read_sheet(filled([[None, "=HYPERLINK(1)", 2020]])).unread
    assert (problem.place, problem.column) == (2, "title")


def test_entities_do_not_explode() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = '<row r="5"><c t="inlineStr"><is><t>&a9;</t></is></c></row>'
    parts, packed = zipfile.ZipFile(BytesIO(works_template("zh"))), BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in parts.namelist():
            body = parts.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = body.replace("<sheetData>", f"<sheetData>{bomb}")
                body = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>{text}'
            file.writestr(name, body)
    with pytest.raises(InvalidError):
        read_sheet(packed.getvalue())
