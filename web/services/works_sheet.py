"""Works in an Excel sheet: the template to fill in, and what a filled one says, every bad cell named."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar

from matcher.records import cells
from matcher.records.columns import Columns
from matcher.records.from_xlsx import read as read_rows
from matcher.records.raw import BrokenRow, RawRow, SourceError
from matcher.records.row import shown
from models.choices import WorkKind
from web.services.errors import Sentence
from web.services.profile_texts import listed, one_line, paragraphs
from web.services.works import NAMES, WorkValue, problems_of
from web.services.works_import import Reading, ReadWork, Unread, check_count, check_size, refusal

T = TypeVar("T")

MOST_ROWS = 2000
MOST_UNPACKED = 10 * 2**20
"""Bytes of the workbook's parts together: a small file can hold endless zeros."""

COLUMNS = Columns.of(
    {
        "kind": ("类型", "类别", "成果类型", "type"),
        "title": ("题目", "题名", "标题", "名称", "成果名称", "论文题目"),
        "year": ("年份", "年度", "发表年份", "时间"),
        "venue": (
            NAMES["venue"].zh,
            NAMES["venue"].en,
            "刊物",
            "期刊",
            "出版社",
            "编号",
            "来源",
            "journal",
            "publisher",
        ),
        "keywords": ("关键词", "关键字", "keyword"),
        "abstract": ("摘要", "简介", "内容简介"),
    }
)
_KIND_WORDS: dict[WorkKind, tuple[str, ...]] = {
    WorkKind.PAPER: ("论文", "期刊论文", "会议论文", "学位论文", "Paper", "article", "thesis"),
    WorkKind.PATENT: ("专利", "发明专利", "实用新型", "实用新型专利", "外观设计", "Patent"),
    WorkKind.PROJECT: ("项目", "课题", "科研项目", "Project"),
    WorkKind.AWARD: ("奖励", "获奖", "科技奖励", "Award", "prize"),
    WorkKind.STANDARD: ("标准", "国家标准", "行业标准", "地方标准", "团体标准", "Standard"),
    WorkKind.VARIETY: ("品种", "新品种", "审定品种", "Variety"),
    WorkKind.SOFTWARE: ("软件", "软件著作权", "软著", "Software"),
    WorkKind.BOOK: ("著作", "专著", "教材", "编著", "Book", "monograph"),
}
"""How a kind may be written; the first Chinese and the first capitalised word stand in the template."""
_KIND_BY_WORD = {
    word.casefold(): kind for kind, words in _KIND_WORDS.items() for word in (*words, kind.value, f"{kind.value}s")
}
TEMPLATE_KINDS = {
    "zh": tuple(words[0] for words in _KIND_WORDS.values()),
    "en": tuple(next(word for word in words if word[0].isupper()) for words in _KIND_WORDS.values()),
}
_EXPECTED: dict[str, Sentence] = {
    "kind": Sentence(f"应为 {'、'.join(TEMPLATE_KINDS['zh'])} 之一", f"one of {', '.join(TEMPLATE_KINDS['en'])}"),
    "year": Sentence("应为四位年份，如 2024", "a year of four digits, such as 2024"),
}


def read_sheet(data: bytes, *, field: str = "file") -> Reading:
    """The works of the first sheet. Raises InvalidError for a file of which no row can be used."""
    check_size(len(data), field)
    _refuse_bomb(data, field)
    works: list[ReadWork] = []
    unread: list[Unread] = []
    for row in _rows(data, field):
        if isinstance(row, BrokenRow):
            unread.append(Unread(row.number, shown(row.found), Sentence("这一行读不出来", "this row cannot be read")))
            continue
        work, problems = _work(row)
        unread += problems
        if not problems:
            works.append(ReadWork(row.number, work.title, work))
    if not works and not unread:
        raise refusal(
            field, "表格里还没有成果：标题行下面没有内容", "There are no works yet: nothing stands below the headings"
        )
    check_count(works, field)
    return Reading(tuple(works), tuple(unread))


def _refuse_bomb(data: bytes, field: str) -> None:
    if not zipfile.is_zipfile(BytesIO(data)):
        raise refusal(
            field,
            "这不是 Excel 工作簿：请用 .xlsx 格式另存后再上传",
            "This is no Excel workbook; save it as .xlsx and upload it again",
        )
    with zipfile.ZipFile(BytesIO(data)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise refusal(
            field,
            f"工作簿展开后有 {unpacked / 2**20:,.0f} MB，最多 {MOST_UNPACKED // 2**20} MB；请只保留成果，用模板另存",
            f"Unpacked, the workbook has {unpacked / 2**20:,.0f} MB, at most {MOST_UNPACKED // 2**20} MB; keep the "
            "works alone, in the template",
        )


def _rows(data: bytes, field: str) -> Iterator[RawRow | BrokenRow]:
    with NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        try:
            rows = list(islice(read_rows(Path(file.name), COLUMNS), MOST_ROWS + 1))
        except SourceError as error:
            if error.expected.startswith("a heading row"):
                raise refusal(
                    field,
                    "没有找到标题行：请用模板，第一行应有“题目”“类型”“年份”等",
                    "No headings were found; use the template: its first row has Title, Type, Year and so on",
                ) from error
            raise refusal(
                field,
                "工作簿打不开，可能已损坏；请用 .xlsx 格式另存后再上传",
                "The workbook cannot be opened and may be damaged; save it as .xlsx and upload it again",
            ) from error
    if len(rows) > MOST_ROWS:
        raise refusal(
            field,
            f"表格超过 {MOST_ROWS} 行；请只保留成果，分几次导入",
            f"The sheet has more than {MOST_ROWS} rows; keep the works alone and import them in several parts",
        )
    yield from rows


def _work(row: RawRow) -> tuple[WorkValue, list[Unread]]:
    """The work of a row and every problem of it, in the order of the columns."""
    texts: dict[str, str] = {}
    for heading, value in row.cells:
        name = _field_of(heading)
        if name is not None and value is not None and str(value).strip():
            texts.setdefault(name, str(value))
    problems: list[Unread] = []

    def parsed(name: str, parse: Callable[[str], T], missing: T) -> T:
        if name not in texts:
            return missing
        try:
            return parse(texts[name])
        except (cells.CellError, KeyError):
            problems.append(Unread(row.number, shown(texts[name]), _EXPECTED[name], name))
            return missing

    work = WorkValue(
        kind=parsed("kind", _kind, WorkKind.PAPER),
        title=one_line(texts.get("title", "")),
        year=parsed("year", cells.year, None),
        venue=one_line(texts.get("venue", "")),
        keywords=listed(texts.get("keywords", "")),
        abstract=paragraphs(texts.get("abstract", "")),
    )
    problems += [
        Unread(row.number, shown(texts.get(problem.field, "")), problem.sentence, problem.field)
        for problem in problems_of(work)
    ]
    order = list(NAMES)
    return work, sorted(problems, key=lambda problem: order.index(problem.column))


@lru_cache(maxsize=4096)
def _field_of(heading: str) -> str | None:
    return COLUMNS.field_of(heading)


def _kind(text: str) -> WorkKind:
    return _KIND_BY_WORD[cells.text(text).casefold()]
