"""Works in a BibTeX file: accents of LaTeX as letters, broken entries named by their line, the others kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from models.choices import WorkKind
from web.services.errors import Sentence
from web.services.profile_texts import listed, one_line
from web.services.works import ABSTRACT_CHARS, LONGEST_KEYWORD, MOST_KEYWORDS, TITLE_CHARS, VENUE_CHARS, WorkValue
from web.services.works_import import Reading, ReadWork, Unread, check_count, check_size, refusal
from web.services.works_reference_parts import year_of

if TYPE_CHECKING:
    from bibtexparser.middlewares import LatexDecodingMiddleware
    from bibtexparser.model import Block, Entry

DEEPEST = 12
"""Braces within braces; real entries have three or four."""
LONGEST_FIELD = 10_000
MOST_MARKS = 40_000
"""Braces in a file; each costs the parser time."""
SHOWN = 80

_KINDS = {
    **dict.fromkeys(("book", "inbook", "mvbook", "collection", "proceedings", "manual", "booklet"), WorkKind.BOOK),
    **dict.fromkeys(("software", "dataset"), WorkKind.SOFTWARE),
    "patent": WorkKind.PATENT,
    "standard": WorkKind.STANDARD,
}
"""Types of entries → kinds of works; every other type is a paper."""
_VENUES = (
    "journal", "journaltitle", "booktitle", "school", "institution", "publisher", "organization", "howpublished",
)  # fmt: skip

_READ = frozenset({"title", "year", "date", "number", "keywords", "abstract", *_VENUES})

NO_TITLE = Sentence("没有 title 一项", "it has no title")
UNPAIRED = Sentence("括号、引号或逗号没有配对", "braces, quotes or commas do not pair")
TOO_DEEP = Sentence(f"括号套了 {DEEPEST} 层以上", f"braces are nested more than {DEEPEST} deep")
TOO_LONG = Sentence(f"有一项超过 {LONGEST_FIELD:,} 字", f"a field has over {LONGEST_FIELD:,} characters")


class _EntryError(Exception):
    """An entry that cannot be read."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason.en)
        self.reason = reason


def read_bibtex(text: str, *, field: str = "text") -> Reading:
    """Every entry of the text. Raises InvalidError for a text without entries, or a far too large one."""
    check_size(len(text.encode("utf-8", "replace")), field)
    if text.count("{") + text.count("}") > MOST_MARKS:
        raise refusal(
            field,
            "括号太多，不像文献库；请分几次导入",
            "There are too many braces for a bibliography; import it in several parts",
        )
    works: list[ReadWork] = []
    unread: list[Unread] = []
    for line, written, entry in _entries(text):
        try:
            works.append(ReadWork(line, written, _work(entry)))
        except _EntryError as error:
            unread.append(Unread(line, written, error.reason))
    if not works and not unread:
        raise refusal(
            field,
            "没有找到 BibTeX 条目，条目应以 @article{ 之类开头",
            "No BibTeX entries were found; an entry begins like @article{",
        )
    check_count(works, field)
    return Reading(tuple(works), tuple(unread))


def _entries(text: str) -> Iterator[tuple[int, str, Entry | None]]:
    """(line, beginning of the text, entry or None where it is broken), in the order of the file."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock

    logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # it warns of each broken block; we name them ourselves
    for block in parse_string(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")).blocks:
        whole: Block | None = block
        if isinstance(block, ParsingFailedBlock):
            whole = block.ignore_error_block  # an entry whose key or field stands there twice is sound
        elif not isinstance(block, Entry):
            continue
        line = (block.start_line or 0) + 1
        yield line, one_line(block.raw or "")[:SHOWN], whole if isinstance(whole, Entry) else None


def _work(entry: Entry | None) -> WorkValue:
    if entry is None:
        raise _EntryError(UNPAIRED)
    values = _decoded(
        {field.key.lower(): field.value for field in reversed(entry.fields) if field.key.lower() in _READ}
    )
    if not values.get("title"):
        raise _EntryError(NO_TITLE)
    kind = _KINDS.get(entry.entry_type.lower(), WorkKind.PAPER)
    names = ("number", *_VENUES) if kind in (WorkKind.PATENT, WorkKind.STANDARD) else _VENUES
    keywords = [word[:LONGEST_KEYWORD] for word in listed(values.get("keywords", ""))]
    return WorkValue(
        title=values["title"][:TITLE_CHARS],
        kind=kind,
        year=year_of(values.get("year", ""), values.get("date", "")),
        venue=next((values[name] for name in names if values.get(name)), "")[:VENUE_CHARS],
        keywords=tuple(keywords[:MOST_KEYWORDS]),
        abstract=values.get("abstract", "")[:ABSTRACT_CHARS],
    )


def _decoded(values: dict[str, str]) -> dict[str, str]:
    """The fields without enclosing marks, LaTeX as letters. Raises _EntryError for what no real entry has."""
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    fields = []
    for name, value in values.items():
        if len(value) > LONGEST_FIELD:
            raise _EntryError(TOO_LONG)
        if _depth(value) > DEEPEST:
            raise _EntryError(TOO_DEEP)
        fields.append(Field(name, _unwrapped(value)))
    entry = _decoder().transform_block(Entry("entry", "key", fields), Library())
    if not isinstance(entry, Entry):  # environments within environments, which the braces do not show
        raise _EntryError(TOO_DEEP)
    return {field.key: one_line(field.value) for field in entry.fields}


def _unwrapped(value: str) -> str:
    value = value.strip()
    while value[:1] + value[-1:] in ("{}", '""') and _is_one_group(value):
        value = value[1:-1].strip()
    return value


def _depth(value: str) -> int:
    deepest = depth = 0
    for character in value:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _is_one_group(value: str) -> bool:
    """Whether the first mark closes at the very end: {a {b} c}, not {a} b {c}."""
    if len(value) < 2:
        return False
    if value[0] == '"':
        return '"' not in value[1:-1]
    depth = 0
    for place, character in enumerate(value):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return place == len(value) - 1
    return False


@lru_cache(maxsize=1)
def _decoder() -> LatexDecodingMiddleware:
    from bibtexparser.middlewares import LatexDecodingMiddleware

    return LatexDecodingMiddleware(keep_math_mode=False)
