"""A pasted list of references cut into single ones: numbers are taken off, lines that belong together are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from web.services.errors import Sentence
from web.services.profile_texts import one_line
from web.services.works_import import Reading, ReadWork, Unread, check_count, refusal
from web.services.works_references import read_reference

MOST_CHARACTERS = 200_000
MOST_LINES = 1000
LONGEST = 1500
"""Characters of one reference; a longer line is a text."""

_NUMBER = re.compile(
    r"\s*(?:[\[［【(（]\s*\d{1,3}\s*[\]］】)）][.、．]?"  # [1] （1）
    r"|\d{1,3}\s*[.．、)）](?!\d)"  # 1. 1、 1)
    r"|[①-⑳]|[一二三四五六七八九十]{1,3}、)\s*"
)
_BULLET = re.compile(r"\s*[•·●○■□◆◇▪►➢*\-–—]+\s+")
_HEADING = re.compile(
    r"(?:代表|主要|近五年|发表)?(?:性)?(?:论文|成果|著作|专利|论著|奖励|项目|作品|参考文献)?(?:目录|列表|清单)?[:：]?"
    r"|(?:selected |recent |main )?(?:publications?|papers?|works?|references|patents?|books?|awards?|projects?)\s*:?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]")

NO_TITLE = Sentence("看不出题目", "no title can be seen")
IS_HEADING = Sentence("像小标题，不是成果", "this looks like a heading, not a work")
TOO_LONG = Sentence(
    f"超过 {LONGEST} 字，不像一条文献；请一行一条", f"over {LONGEST} characters: no single reference; put one on a line"
)


@dataclass(frozen=True, slots=True)
class _Item:
    line: int
    written: str
    text: str


def read_list(text: str, *, field: str = "text") -> Reading:
    """Every reference of the list. Raises InvalidError for an empty, too large or too long list."""
    if len(text) > MOST_CHARACTERS:
        raise refusal(
            field,
            f"内容有 {len(text):,} 字，最多 {MOST_CHARACTERS:,} 字；请分几次粘贴",
            f"There are {len(text):,} characters, at most {MOST_CHARACTERS:,}; paste them in several parts",
        )
    lines = [(number, one_line(line)) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise refusal(field, "请粘贴成果，一行一条", "Paste your works, one on a line")
    if len(lines) > MOST_LINES:
        raise refusal(
            field,
            f"共有 {len(lines)} 行，最多 {MOST_LINES} 行；请分几次粘贴",
            f"There are {len(lines)} lines, at most {MOST_LINES}; paste them in several parts",
        )
    works: list[ReadWork] = []
    unread: list[Unread] = []
    for item in _items(lines):
        reason = _refused(item.text)
        work = None if reason else read_reference(item.text)
        if work is None:
            unread.append(Unread(item.line, item.written, reason or NO_TITLE))
        else:
            works.append(ReadWork(item.line, item.written, work))
    check_count(works, field)
    return Reading(tuple(works), tuple(unread))


def _refused(text: str) -> Sentence | None:
    if len(text) > LONGEST:
        return TOO_LONG
    if _HEADING.fullmatch(text):
        return IS_HEADING
    return None if len(_WORDS.findall(text)) >= 4 else NO_TITLE


def _items(lines: list[tuple[int, str]]) -> Iterator[_Item]:
    """One item a line; where most lines begin with a number, those without one go on with the line before."""
    starts = [_NUMBER.match(line) for _, line in lines]
    is_numbered = len(lines) >= 2 and 2 * sum(1 for start in starts if start) >= len(lines)
    kept: _Item | None = None
    for (number, line), start in zip(lines, starts, strict=True):
        if kept is not None and is_numbered and start is None and not _HEADING.fullmatch(line):
            kept = _Item(kept.line, f"{kept.written} {line}", _joined(kept.text, line))
            continue
        if kept is not None:
            yield kept
        kept = _Item(number, line, _bare(line))
        if is_numbered and start is None:  # what stands before the first number, or a heading
            yield kept
            kept = None
    if kept is not None:
        yield kept


def _bare(line: str) -> str:
    line = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    start = _NUMBER.match(line)
    return (line[start.end() :] if start else line).strip()


def _joined(first: str, second: str) -> str:
    """Two lines of one reference; Chinese ones without a space, a word divided at the line's end without its hyphen."""
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    return first + ("" if first[-1:] > "⺀" or second[:1] > "⺀" else " ") + second
