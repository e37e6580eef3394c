"""An expert's works: added, changed, ordered, deleted. Only their owner gets at them here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

from sqlalchemy.orm import Session

from models import Expert, Work
from models.choices import WorkKind
from web.services.access import Actor
from web.services.errors import FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.need_submission import today_in_china
from web.services.profile_checks import Checks
from web.services.profile_sections import Marked
from web.services.profiles import EditedElsewhereError, profile_to_change, require_complete_if_public, touch

MOST_WORKS = 200
TITLE_CHARS, ABSTRACT_CHARS, VENUE_CHARS = 400, 4000, 200
MOST_KEYWORDS, LONGEST_KEYWORD = 20, 60
EARLIEST_YEAR = 1900

NAMES: dict[str, Sentence] = {
    "kind": Sentence("类型", "Type"),
    "title": Sentence("题目", "Title"),
    "year": Sentence("年份", "Year"),
    "venue": Sentence("刊物、出版社或编号", "Journal, publisher or number"),
    "keywords": Sentence("关键词", "Keywords"),
    "abstract": Sentence("摘要", "Abstract"),
}
_NOT_IN_KEY = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class WorkValue(Marked):
    """One work as it is typed or read from a list."""

    title: str = ""
    kind: WorkKind = WorkKind.PAPER
    year: int | None = None
    venue: str = ""
    keywords: tuple[str, ...] = ()
    abstract: str = ""

    @classmethod
    def of(cls, work: Work) -> Self:
        """The work as the table has it."""
        return cls(**{field.name: getattr(work, field.name) for field in fields(cls)})

    def write(self, work: Work) -> None:
        """Puts the work into the row."""
        for field in fields(self):
            setattr(work, field.name, getattr(self, field.name))

    def check(self, checks: Checks) -> None:
        """A title; lengths as the table has them; a year up to the next one."""
        checks.require("title", self.title)
        for name, most in (("title", TITLE_CHARS), ("venue", VENUE_CHARS), ("abstract", ABSTRACT_CHARS)):
            checks.length(name, getattr(self, name), most)
        checks.items("keywords", self.keywords, most=MOST_KEYWORDS, longest=LONGEST_KEYWORD)
        latest = today_in_china().year + 1
        if self.year is not None and not EARLIEST_YEAR <= self.year <= latest:
            checks.report(
                "year",
                f"“年份”填了 {self.year}，应在 {EARLIEST_YEAR} 到 {latest} 之间",
                f"“Year” is {self.year}; it must be from {EARLIEST_YEAR} to {latest}",
            )


@dataclass(frozen=True, slots=True)
class Removed:
    """A deleted work and the place that it had, which is all that is needed to undo."""

    work: WorkValue
    position: int


@dataclass(frozen=True, slots=True)
class Added:
    """How many works were added, and how many were there already by their titles."""

    count: int
    known: int


def title_key(title: str) -> str:
    """A title as it is compared with others: letters and digits alone, without case and width."""
    return _NOT_IN_KEY.sub("", unicodedata.normalize("NFKC", title).casefold())


def problems_of(work: WorkValue) -> list[FieldProblem]:
    """What keeps a work from being saved."""
    checks = Checks(NAMES)
    work.check(checks)
    return checks.problems


def same_title(expert: Expert, title: str, *, but: int | None = None) -> Work | None:
    """The work of that title that the expert already has; `but` is the id of one that does not count."""
    key = title_key(title)
    return next((work for work in expert.works if work.id != but and key and title_key(work.title) == key), None)


def add_work(session: Session, *, by: Actor, work: WorkValue, position: int | None = None) -> Work:
    """Adds a work at the end, or at a place. Raises InvalidError, also for a title that is there already."""
    _settle(problems_of(work))
    expert = profile_to_change(session, by=by)
    _refuse_same_title(expert, work.title)
    (row,) = _insert(expert, [work], position)
    touch(session, expert)
    session.flush()
    return row


def add_works(session: Session, *, by: Actor, works: Sequence[WorkValue]) -> Added:
    """Adds several at the end, all or none; a title that is there already is left out, so saving twice adds once.

    Raises InvalidError, its fields `works-3-title`.
    """
    problems = [
        FieldProblem(f"works-{number}-{problem.field}", problem.sentence)
        for number, work in enumerate(works)
        for problem in problems_of(work)
    ]
    _settle(problems)
    expert = profile_to_change(session, by=by)
    is_known = repeated(works, (work.title for work in expert.works))
    new = [work for work, known in zip(works, is_known, strict=True) if not known]
    if new:
        _insert(expert, new, None)
        touch(session, expert)
        session.flush()
    return Added(len(new), len(works) - len(new))


def repeated(works: Iterable[WorkValue], known: Iterable[str]) -> list[bool]:
    """Of each work, whether its title is among the known ones or stands earlier in the list."""
    seen = {title_key(title) for title in known}
    found = []
    for work in works:
        key = title_key(work.title)
        found.append(bool(key) and key in seen)
        seen.add(key)
    return found


def change_work(session: Session, *, by: Actor, work_id: int, work: WorkValue, seen: str = "") -> Work:
    """Changes a work. Raises NotFoundError, InvalidError, and EditedElsewhereError as for a section."""
    _settle(problems_of(work))
    expert = profile_to_change(session, by=by)
    row = _of(expert, work_id)
    before = WorkValue.of(row)
    if work == before:
        return row
    if seen and before.mark() != seen:
        raise EditedElsewhereError(before, [NAMES[name] for name in work.differing(before)])
    _refuse_same_title(expert, work.title, but=work_id)
    work.write(row)
    touch(session, expert)
    return row


def move_work(session: Session, *, by: Actor, work_id: int, up: bool) -> None:
    """Moves a work one place up or down; at the end of the list nothing happens. Raises NotFoundError."""
    expert = profile_to_change(session, by=by)
    works = list(expert.works)
    place = works.index(_of(expert, work_id))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(works):
        return
    works[place], works[other] = works[other], works[place]
    _number(works)
    touch(session, expert)


def delete_work(session: Session, *, by: Actor, work_id: int) -> Removed | None:
    """Deletes a work; None when it is gone already. Raises InvalidError when a public profile needs it."""
    expert = profile_to_change(session, by=by)
    row = next((work for work in expert.works if work.id == work_id), None)
    if row is None:
        return None
    removed = Removed(WorkValue.of(row), expert.works.index(row))
    expert.works.remove(row)
    require_complete_if_public(session, expert)
    _number(expert.works)
    touch(session, expert)
    session.flush()
    return removed


def own_work(expert: Expert, work_id: int) -> Work:
    """The work of that id. Raises NotFoundError when it is not the expert's."""
    return _of(expert, work_id)


def _of(expert: Expert, work_id: int) -> Work:
    row = next((work for work in expert.works if work.id == work_id), None)
    if row is None:
        raise NotFoundError("没有这项成果，可能已被删除", "There is no such work; it may have been deleted")
    return row


def _insert(expert: Expert, works: Sequence[WorkValue], position: int | None) -> list[Work]:
    room = MOST_WORKS - len(expert.works)
    if len(works) > room:
        sentence = Sentence(
            f"最多保存 {MOST_WORKS} 项成果，现有 {len(expert.works)} 项，还能加 {room} 项",
            f"A profile holds at most {MOST_WORKS} works; there are {len(expert.works)}, so {room} more can be added",
        )
        raise InvalidError([FieldProblem("works", sentence)])
    rows = [Work() for _ in works]
    for row, work in zip(rows, works, strict=True):
        work.write(row)
    place = len(expert.works) if position is None else max(0, min(position, len(expert.works)))
    expert.works[place:place] = rows
    _number(expert.works)
    return rows


def _number(works: Sequence[Work]) -> None:
    for place, work in enumerate(works):
        work.position = place


def _refuse_same_title(expert: Expert, title: str, *, but: int | None = None) -> None:
    found = same_title(expert, title, but=but)
    if found is not None:
        place = expert.works.index(found) + 1
        raise InvalidError(
            [
                FieldProblem(
                    "title",
                    Sentence(f"已有同名成果（第 {place} 项）", f"There is a work of this title already (no. {place})"),
                )
            ]
        )


def _settle(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise InvalidError(problems)
