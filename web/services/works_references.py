"""One reference, as people keep them in lists: GB/T 7714, APA, Vancouver, IEEE, MLA, or a line of a CV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from models.choices import WorkKind
from web.services.profile_texts import one_line
from web.services.works import TITLE_CHARS, VENUE_CHARS, WorkValue
from web.services.works_reference_parts import (
    HAN,
    is_authors,
    is_chinese_name,
    kind_of,
    venue_of,
    year_of,
)

FEWEST_LETTERS = 4
LONGEST_AUTHORS, MOST_DOTS = 700, 60
"""How far a list of authors is looked for: characters, and dots in them."""

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_PLAIN = str.maketrans({**_WIDE, ord("．"): ".", ord("［"): "[", ord("］"): "]", ord("【"): "[", ord("】"): "]"})
_LINK = re.compile(
    r"[,，.;；]?\s*(?:https?://[^\s，。；]+|(?:doi|DOI)\s*[:：]?\s*10\.\S+|\b10\.\d{4,}/\S+|\[\d{4}-\d\d?-\d\d?\])"
)
_MARKS = {
    "J": WorkKind.PAPER, "C": WorkKind.PAPER, "N": WorkKind.PAPER, "D": WorkKind.PAPER, "R": WorkKind.PAPER,
    "A": WorkKind.PAPER, "Z": WorkKind.PAPER, "EB": WorkKind.PAPER, "M": WorkKind.BOOK, "G": WorkKind.BOOK,
    "K": WorkKind.BOOK, "S": WorkKind.STANDARD, "P": WorkKind.PATENT, "CP": WorkKind.SOFTWARE, "DB": WorkKind.SOFTWARE,
}  # fmt: skip
"""Marks of GB/T 7714 → kinds of works."""
_MARK = re.compile(
    rf"\s*\[\s*({'|'.join(sorted(_MARKS, key=len, reverse=True))})(?:\s*/\s*[A-Z]{{2}})?\s*\]", re.IGNORECASE
)
_APA = re.compile(r"[（(]\s*((?:19|20)\d\d)[a-z]?(?:[,，]\s*[^()（）]{0,20})?[）)]\s*[.。,，:：]?\s*")
_QUOTED = re.compile(r"[“\"「]([^“”\"「」]{6,}?)[,.，。]?[”\"」]")
_TITLED = re.compile(r"《([^《》]{2,})》")
_LABEL = re.compile(
    r"^(?:(?:国家|授权|中国)?(?:发明|实用新型|外观设计)?专利(?:名称)?|软件著作权|软著|(?:学术|期刊|会议|学位)?论文|著作|专著|项目|课题|标准)\s*[:：]\s*"
)
_ORGANISATION = re.compile(
    r"(?:委员会|局|部|厅|中心|大学|学院|研究院|研究所|公司|协会|学会|站|Organi[sz]ation|Institute|University|Committee)$"
)
_ROLE = re.compile(
    r"(?:(?:本人)?(?:为|排名)?第?[一二三四五六七八九十\d]+(?:作者|完成人|发明人)?|主持人?|参与|主编|副主编|参编|独著|编著|通讯作者|共同.{0,2}作者"
    r"|(?:已)?(?:授权|发表|出版|结题|在研)|SCI.{0,12}|EI.{0,8}|CSSCI|核心期刊|论文|专利|发明专利|实用新型(?:专利)?|项目|IF\s*[=:：]?\s*[\d.]+)"
)  # fmt: skip
_NUMBERISH = re.compile(
    r"(?:No\.?\s*)?[（(]?\d[\d\s.\-–—~/:：（）()年月日卷期页]*|(?:ZL|CN)\s?[\d. X]{8,}|(?:vol|no|pp?)\.?\s*\d.*",
    re.IGNORECASE,
)
_PATENT_NUMBER = re.compile(r"[:：,，.]\s*((?:中国[,，]\s*)?(?:ZL|CN)?\s?\d[\d. ]{6,}\.?[\dXxA-Z]{0,3})\s*$")
_ABBREVIATED = re.compile(
    r"(?:\b[A-Z]|\b(?:vs|cv|cvs|spp?|ssp|subsp|var|pv|f|e\.g|i\.e|cf|no|vol|st|dr|approx|et al|etc))$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.。?？!！](?=\s|$|[" + HAN + r"“\"《])\s*|。\s*")


def read_reference(text: str) -> WorkValue | None:
    """The work that a reference names, authors left out; None when no title can be seen in it."""
    plain = _LINK.sub("", one_line(text).translate(_PLAIN)).strip()
    mark = _MARK.search(plain)
    if mark and mark.start() > 0:
        work = _marked(plain[: mark.start()], _MARKS[mark[1].upper()], plain[mark.end() :])
    else:
        work = _unmarked(plain)
    return work if _weight(work.title) >= FEWEST_LETTERS else None


def _weight(title: str) -> int:
    """Its letters; a Chinese character says as much as two."""
    return sum(2 if character > "⺀" else 1 for character in title if character.isalpha())


def _work(title: str, kind: WorkKind, year: int | None, venue: str = "") -> WorkValue:
    tidy = title.strip(' ,，;；:：.。“”"')
    if re.fullmatch(r"《[^《》]+》", tidy):
        tidy = tidy[1:-1]
    return WorkValue(title=tidy[:TITLE_CHARS], kind=kind, year=year, venue=venue[:VENUE_CHARS])


def _marked(left: str, kind: WorkKind, right: str) -> WorkValue:
    """A reference of GB/T 7714: the title stands before the mark, the venue after it."""
    title, first_year = _without_authors(left, is_marked=True)
    year = first_year or year_of(right, left)
    number = _PATENT_NUMBER.search(title) if kind == WorkKind.PATENT else None
    if number:
        return _work(title[: number.start()], kind, year, number[1].strip())
    if kind == WorkKind.STANDARD and (code := re.search(r"[:：]\s*([A-Z]{2,}[^:：]*\d)\s*$", title)):
        return _work(title[: code.start()], kind, year, code[1])
    if "//" in title:  # a paper in proceedings whose mark stands after the proceedings' name
        title, _, proceedings = title.partition("//")
        return _work(title, kind, year, venue_of(proceedings, WorkKind.PAPER))
    if right.lstrip().startswith("//"):
        host, _ = _without_authors(right.strip(" /"), is_marked=True)  # its editors
        return _work(title, kind, year, venue_of(re.split(r"\.\s|\[", host)[0], WorkKind.PAPER))
    is_thesis = bool(re.match(rf"[.。,，\s]*[{HAN}A-Za-z ]{{2,20}}[:：]", right))
    return _work(title, kind, year, venue_of(right, WorkKind.BOOK if is_thesis else kind))


def _unmarked(text: str) -> WorkValue:
    kind = kind_of(text)
    text = _LABEL.sub("", text)
    for read in (_apa, _quoted, _titled, _sentences):
        work = read(text, kind)
        if work is not None:
            return work
    return _comma_separated(text, kind)


def _apa(text: str, kind: WorkKind) -> WorkValue | None:
    found = _APA.search(text)
    if not found or not is_authors(text[: found.start()], is_sure=True):
        return None
    title, rest = _first_sentence(text[found.end() :])
    return _work(title, kind, int(found[1]), venue_of(rest, kind))


def _quoted(text: str, kind: WorkKind) -> WorkValue | None:
    found = _QUOTED.search(text)
    if not found or (found.start() and not is_authors(text[: found.start()], is_sure=True)):
        return None
    rest = text[found.end() :]
    return _work(found[1], kind, year_of(rest, text), venue_of(rest, kind))


def _titled(text: str, kind: WorkKind) -> WorkValue | None:
    """《…》 is the title, unless a title stands before it: then it is the journal."""
    found = _TITLED.search(text)
    if not found:
        return None
    before = text[: found.start()].strip(" ,，.。;；:：")
    if not before or is_authors(before, is_sure=True) or _ROLE.fullmatch(before) or len(before) < 6:
        rest = text[found.end() :].lstrip(" ,，.。;；（(")
        return _work(found[1], kind, year_of(text), venue_of(rest, kind) if not _ROLE.match(rest) else "")
    title, _ = _without_authors(before, is_marked=False)
    return _work(re.sub(r"\s*[,，]?\s*(?:发表(?:于|在)|载|刊于|in)\s*$", "", title), kind, year_of(text), found[1])


def _sentences(text: str, kind: WorkKind) -> WorkValue | None:
    """Authors. Title. Journal, year …: as Vancouver, GB/T 7714 without its mark, and most CVs have it."""
    title, year = _without_authors(text, is_marked=False)
    has_authors = title != text
    head, rest = _first_sentence(title)
    if not rest and not has_authors:
        return None
    if not rest:
        return _comma_separated(title, kind, year)
    return _work(head, kind, year or year_of(rest, text), venue_of(rest, kind))


def _comma_separated(text: str, kind: WorkKind, year: int | None = None) -> WorkValue:
    """Title, venue, year: a line of a CV. Without any year or number the whole line is the title."""
    year = year or year_of(text)
    parts = [part.strip(" .。") for part in re.split(r"\s*[,，;；]\s*", text) if part.strip(" .。")]
    has_numbers = any(_NUMBERISH.fullmatch(part) for part in parts)
    if year is None and not has_numbers:
        return _work(text, kind, None)
    while len(parts) > 1 and (is_chinese_name(parts[0]) or _NUMBERISH.fullmatch(parts[0]) or _ROLE.fullmatch(parts[0])):
        parts.pop(0)
    title = re.sub(r"^(?:19|20)\d\d\s*年?(?:\d{1,2}月)?\s*[:：.]?\s*", "", parts[0]) if parts else ""
    others = [part for part in parts[1:] if not _NUMBERISH.fullmatch(part) and not _ROLE.fullmatch(part)]
    numbers = [part for part in parts[1:] if re.fullmatch(r"(?:ZL|CN)\s?[\d. X]{8,}", part)]
    is_tail = len(parts) > 1 and others and others[0] == parts[1]
    venue = numbers[0] if numbers else venue_of(others[0], WorkKind.PAPER) if is_tail else ""
    return _work(re.sub(r"[（(](?:19|20)\d\d[）)]$", "", title), kind, year, venue)


def _ends(text: str) -> Iterator[re.Match[str]]:
    return _SENTENCE_END.finditer(text)


def _first_sentence(text: str, *, may_be_question: bool = True) -> tuple[str, str]:
    """The first sentence and the rest; an abbreviation's dot, and one before a small letter, ends no sentence."""
    for end in _ends(text):
        before, after = text[: end.start()], text[end.end() :]
        is_dot = end[0].startswith(".")
        if is_dot and (_ABBREVIATED.search(before[-8:]) or after[:1].islower()):
            continue
        if not before.strip():
            continue
        if end[0][0] in ".。":
            return before, after
        if not may_be_question:
            return before + end[0][0], after
        more, rest = _first_sentence(
            after, may_be_question=False
        )  # What limits it? Evidence from Ningxia. Journal, 2018
        return (before + end[0] + more, rest) if rest and not year_of(more) else (before + end[0][0], after)
    return text, ""


def _without_authors(text: str, *, is_marked: bool) -> tuple[str, int | None]:
    """The text after the longest beginning that is a list of authors, and the year if one stands right after them."""
    best = 0
    for end in islice(_ends(text[:LONGEST_AUTHORS]), MOST_DOTS):
        first, rest = text[: end.start()], text[end.end() :]
        if end[0][0] not in ".。" or not rest.strip():
            continue
        is_organisation = is_marked and not best and len(first) < 40 and _ORGANISATION.search(first)
        if is_organisation or _are_authors_before(first, rest, is_sure=is_marked):
            best = end.end()
    rest = text[best:]
    year = re.match(r"[（(]?((?:19|20)\d\d)[a-z]?[）)]?[.,，。]\s*", rest)
    return (rest[year.end() :], int(year[1])) if year and best else (rest, None)


def _are_authors_before(first: str, rest: str, *, is_sure: bool) -> bool:
    """Whether the first part is a list of authors; a doubtful one is when a title and more follow."""
    return is_authors(first, is_sure=True) and (
        is_sure or is_authors(first, is_sure=False) or bool(_first_sentence(rest)[1])
    )
