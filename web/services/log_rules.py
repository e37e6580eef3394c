"""What a day of service may be: within the term, not twice, not more than was promised; each refusal says which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Assignment, CooperationMode, Expert, ServiceLog
from models.choices import LogState
from web.services.assignment_moves import suspensions
from web.services.day_budget import promised_by_year
from web.services.errors import FieldProblem, Sentence

PARTS = ("day", "am", "pm")
PART_WORDS = {
    "day": Sentence("全天", "the whole day"),
    "am": Sentence("上午", "the morning"),
    "pm": Sentence("下午", "the afternoon"),
}
DONE_CHARS, PLACE_CHARS = 500, 120
MOST_HOURS = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody writes of one day: `part` of it where days are counted, `hours` where hours are."""

    day: date | None
    part: str = "day"
    hours: float | None = None
    place: str = ""
    done: str = ""
    is_travel: bool = False

    def days(self, mode: CooperationMode) -> float:
        """Days of the budget that it takes."""
        if mode.unit == "hour":
            return (self.hours or 0) / mode.hours_per_day
        return 1.0 if self.part == "day" else 0.5

    def write(self, row: ServiceLog, mode: CooperationMode) -> None:
        """Puts a sound entry on the row."""
        counts_hours = mode.unit == "hour"
        if self.day is None:
            raise ValueError("an entry without a day is not sound")
        row.day, row.days = self.day, self.days(mode)
        row.part, row.hours = "day" if counts_hours else self.part, self.hours if counts_hours else None
        row.place, row.done, row.is_travel = self.place.strip(), self.done.strip(), self.is_travel


def problems(
    session: Session,
    assignment: Assignment,
    expert: Expert,
    entry: Entry,
    *,
    today: date,
    without: ServiceLog | None = None,
) -> list[FieldProblem]:
    """Everything that is wrong, each beside its field. `without`: the row that the entry takes the place of."""
    mode = assignment.pairing.mode
    found = [*_of_words(entry), *_of_amount(entry, mode), *_of_day(session, assignment, entry, today)]
    if found or entry.day is None:
        return found
    others = [row for row in _other_logs(session, assignment, expert, entry.day) if row is not without]
    found += _clash(assignment, entry, mode, [row for row in others if row.day == entry.day])
    mine = [row for row in others if row.assignment_id == assignment.id]
    return found or _over_promise(assignment, entry, mode, mine)


def grown(assignment: Assignment, row: ServiceLog, entry: Entry) -> list[FieldProblem]:
    """Once an assignment is over, the days that it leaves may have been promised to others: a day does not grow."""
    if assignment.is_running or entry.day is None:
        return []
    mode, found = assignment.pairing.mode, []
    if entry.day.year != row.day.year:
        zh, en = f"任务已结束，只能改为 {row.day.year} 年内的日期", f"It has ended: the day stays within {row.day.year}"
        found.append(_wrong("day", zh, en))
    if entry.days(mode) > row.days + 1e-9:
        field = "hours" if mode.unit == "hour" else "part"
        found.append(_wrong(field, "任务已结束，不能再增加时间", "It has ended: the time can no longer grow"))
    return found


def _of_words(entry: Entry) -> Iterable[FieldProblem]:
    if not entry.done.strip():
        yield _wrong("done", "请用一句话写明做了什么", "Say in one line what was done")
    for name, text, most in (("done", entry.done, DONE_CHARS), ("place", entry.place, PLACE_CHARS)):
        if len(text.strip()) > most:
            yield _wrong(name, f"最多 {most} 字，现在 {len(text)} 字", f"At most {most} characters, now {len(text)}")


def _of_amount(entry: Entry, mode: CooperationMode) -> Iterable[FieldProblem]:
    if mode.unit == "hour":
        if entry.hours is None or not 0.5 <= entry.hours <= MOST_HOURS or (entry.hours * 2) % 1:
            yield _wrong(
                "hours",
                f"“小时数”填 0.5 至 {MOST_HOURS}，以半小时为单位",
                f"Hours: 0.5 to {MOST_HOURS}, in half hours",
            )
    elif entry.part not in PARTS:
        yield _wrong("part", "请选全天、上午或下午", "Choose the whole day, the morning or the afternoon")
    if entry.is_travel and not mode.travel_counts:
        yield _wrong(
            "is_travel", "这种合作方式不计路途，请只登记服务", "Travel does not count in this mode; log service only"
        )


def _of_day(session: Session, assignment: Assignment, entry: Entry, today: date) -> Iterable[FieldProblem]:
    day = entry.day
    if day is None:
        yield _wrong("day", "请选日期", "Choose the day")
    elif day > today:
        yield _wrong("day", "不能登记以后的日期，请在服务之后登记", "This day is still to come; log it once served")
    elif not assignment.starts <= day <= assignment.ends:
        term = f"{assignment.starts} – {assignment.ends}"
        yield _wrong("day", f"任务期限是 {term}，这一天不在其中", f"This day lies outside the term, {term}")
    elif any(first < day and (last is None or day < last) for first, last in suspensions(session, assignment)):
        yield _wrong("day", "这一天任务处于暂停中", "The assignment was suspended on this day")


def _other_logs(session: Session, assignment: Assignment, expert: Expert, day: date) -> list[ServiceLog]:
    """What counts already: the expert's day in any assignment, and their year in this one."""
    year = and_(
        ServiceLog.assignment_id == assignment.id,
        ServiceLog.day >= date(day.year, 1, 1),
        ServiceLog.day <= date(day.year, 12, 31),
    )
    mine = (ServiceLog.expert_id == expert.id, ServiceLog.state != LogState.DISPUTED)
    return list(session.scalars(select(ServiceLog).where(*mine, or_(year, ServiceLog.day == day))))


def _clash(
    assignment: Assignment, entry: Entry, mode: CooperationMode, same_day: Iterable[ServiceLog]
) -> list[FieldProblem]:
    """Hours take no half of a day from other assignments, but are logged once a day in their own."""
    for row in same_day:
        is_here = row.assignment_id == assignment.id
        if not is_here and (mode.unit == "hour" or row.hours is not None):
            continue
        if mode.unit == "hour":
            return [_wrong("day", "这一天已登记过，请修改原来那条", "This day is logged already; change that one")]
        if entry.part != "day" and row.part not in ("day", entry.part):
            continue
        said = PART_WORDS[row.part]
        where = Sentence("", "") if is_here else Sentence("在另一项任务中", " in another assignment")
        zh = f"{row.day} {said.zh}{where.zh}已登记过，不能重复登记"
        return [_wrong("part", zh, f"{row.day}: {said.en} has been logged already{where.en}")]
    return []


def _over_promise(
    assignment: Assignment, entry: Entry, mode: CooperationMode, in_year: Iterable[ServiceLog]
) -> list[FieldProblem]:
    if entry.day is None:
        return []
    promises = promised_by_year(assignment.starts, assignment.ends, assignment.days_per_year)
    year, promised = entry.day.year, promises.get(entry.day.year, 0.0)
    logged, added = sum(row.days for row in in_year), entry.days(mode)
    if logged + added <= promised + 1e-9:
        return []
    zh = f"{year} 年约定 {promised:g} 天，已登记 {logged:g} 天，再登记 {added:g} 天就超出了；确需增加，请双方续期"
    en = (
        f"{promised:g} days are agreed for {year} and {logged:g} are logged; {added:g} more would be too many. "
        "To add days, renew the assignment"
    )
    return [_wrong("day", zh, en)]


def _wrong(field: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(field, Sentence(zh, en))
