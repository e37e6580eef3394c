"""A need as it stands in an e-mail or a Word form, read by its headings into the fields of the form.

Nothing is invented: what stands under no known heading goes to the problem, and what cannot be read is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.records.columns import NEED_HEADINGS
from matcher.text import normalise
from web.services.need_paste_values import Filled, filled_by

MOST_CHARS = 20_000
"""Characters of a pasted text that are read."""
TITLE_LIKE = 60
"""A first line up to this length, when there are no headings, is the title."""

_MORE_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "title": ("需求名称", "需求题目", "title"),
    "problem": (
        "主要问题",
        "存在问题",
        "存在的问题",
        "主要技术需求",
        "需求背景",
        "技术需求",
        "工作内容",
        "problem",
        "the problem",
    ),
    "indicators": ("关键指标", "考核指标", "技术要求", "技术关键", "关键技术", "indicators"),
    "goal": ("预期目标", "拟达到目标", "拟达到的目标", "goal", "expected results"),
    "keywords": ("关键词", "关键字", "keywords"),
    "funding": (
        "资金",
        "资金预算",
        "拟投入资金",
        "经费",
        "经费预算",
        "投入经费",
        "资金投入",
        "预算",
        "funding",
        "budget",
    ),
    "modes": ("合作方式", "合作形式", "合作模式", "modes"),
    "period": ("起止年月", "起止时间", "起止日期", "合作期限", "服务期限", "实施期限", "period"),
    "deadline": ("截止日期", "截止时间", "报名截止", "报名截止日期", "有效期", "有效期至", "deadline"),
    "min_title": ("职称", "专家职称"),
    "min_degree": ("学历", "学位", "学历学位"),
    "headcount": ("人数", "引进人数"),
    "place": ("工作方式", "现场或远程", "服务地点方式"),
    "contact_name": ("联系人", "联系人姓名", "contact", "contact person"),
    "contact_phone": ("联系电话", "电话", "手机", "联系方式", "phone"),
    "contact_email": ("邮箱", "电子邮箱", "电子邮件", "e-mail", "email"),
    "discipline_code": ("学科", "所属学科", "学科领域"),
    "industry_code": ("行业", "所属行业", "行业领域"),
    "region_code": ("工作地点", "服务地点", "实施地点"),
    "": ("单位", "单位名称", "需求单位", "单位地址", "地址", "备注", "填表日期", "填报日期"),
}
"""Headings of forms beside those that files have; the last ones are known, but nothing is filled from them."""
_ANYWHERE = 3
"""A heading of fewer characters (问题, 目标) counts inside a line only after a wide gap or a mark."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read: field → what its form field shows (several values for choices)."""

    fields: Mapping[str, Filled]
    has_headings: bool
    unread: tuple[str, ...] = ()
    """Headings whose text fills no field."""


def read_pasted(text: str) -> Pasted:
    """The fields that the text fills; empty for an empty text. Text past MOST_CHARS is not read."""
    text = text[:MOST_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    text = _WIDE_GAP.sub(lambda found: "\t" if "\t" in found[0] else "  ", text)
    parts = list(_parts(text))
    if not any(part.heading for part in parts):
        return Pasted(_without_headings(text), has_headings=False)
    bodies: dict[str, list[str]] = {}
    for part in parts:
        if part.field and part.body:
            bodies.setdefault(part.field, []).append(part.body)
    if "starts" in bodies and "ends" not in bodies and "deadline" in bodies:
        bodies["ends"] = bodies.pop("deadline")  # 开始日期 … 截止日期: of the work, not of the call
    filled: dict[str, Filled] = {}
    for field, written in bodies.items():
        filled.update(filled_by(field, "\n".join(written)))
    unread = [part.heading for part in parts if part.heading and part.body and not _is_used(part.field, filled)]
    return Pasted(filled, has_headings=True, unread=tuple(dict.fromkeys(unread)))


def _is_used(field: str, filled: Mapping[str, Filled]) -> bool:
    names = ("starts", "ends") if field in {"period", "deadline"} else ()
    return any(name in filled for name in (field, *names))


def _without_headings(text: str) -> dict[str, Filled]:
    first, _, rest = text.strip().partition("\n")
    if not first:
        return {}
    if rest.strip() and len(first.strip()) <= TITLE_LIKE:
        return {"title": first.strip(), "problem": rest.strip()}
    return {"problem": text.strip()}


def _plain(heading: str) -> str:
    return normalise(heading).replace(" ", "").casefold()


def _names() -> dict[str, str]:
    """Heading → field; forms win over files where both know a heading."""
    fields = {name: names for name, names in NEED_HEADINGS.items() if name not in {"id", "province", "city"}}
    found = {_plain(name): field for field, names in fields.items() for name in names}
    return {**found, **{_plain(name): field for field, names in _MORE_HEADINGS.items() for name in names}}


_FIELD_OF = _names()
_NAME = "|".join(sorted((r"\s*".join(map(re.escape, name)) for name in _FIELD_OF), key=len, reverse=True))
_HEADING = re.compile(
    r"(?P<lead>^[ \t]*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）.、．]?[ \t]*)?[【\[]?|[ \t;；|]{1,4})"
    rf"(?P<name>{_NAME})(?:[ \t]*[（(][^()（）\n]{{0,30}}[)）])?"
    r"(?:[】\]][ \t]*[:：]?[ \t]*|[ \t]*[:：][ \t]*|[ \t]*\t[ \t]*|(?P<alone>[ \t]*$))",
    re.IGNORECASE | re.MULTILINE,
)
_WIDE_GAP = re.compile(r"[ \t\u3000]{2,}")


@dataclass(frozen=True, slots=True)
class _Part:
    """Text under a heading; `field` is empty for a heading that fills nothing, both for text before any."""

    heading: str
    field: str
    body: str


def _parts(text: str) -> Iterator[_Part]:
    """The text cut at its headings, in order; what stands before the first one is part of the problem."""
    heading, field, start = "", "problem", 0
    for found in _HEADING.finditer(text):
        if _is_heading(found, text):
            yield _Part(heading, field, text[start : found.start()].strip())
            heading, field, start = found["name"], _FIELD_OF[_plain(found["name"])], found.end()
    yield _Part(heading, field, text[start:].strip())


def _is_heading(found: re.Match[str], text: str) -> bool:
    """Inside a line a heading needs a colon, and a short one (资金) a wide gap or a mark before it."""
    if found.start() == 0 or text[found.start() - 1] == "\n":
        return True
    return found["alone"] is None and (len(found["name"]) >= _ANYWHERE or found["lead"] != " ")
