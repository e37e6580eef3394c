"""What is wrong with the parts of terms, by the name of the field: a row's is PART-NUMBER-FIELD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from web.services.errors import FieldProblem, Sentence
from web.services.pairing_parts import GOALS, MOST_ROWS, ExchangeTerm, Goal, TeamMember, day_of, goals_of
from web.services.policy_details import DETAILS, Detail, number_of

NAME_CHARS, PLACE_CHARS, TITLE_CHARS = 80, 120, 120
MOST_BUDGET = 1_000_000
Term = tuple[date | None, date | None]


def team_problems(team: Sequence[TeamMember], expert_id: int) -> Iterator[FieldProblem]:
    """Everybody is named once, says whether a civil servant, and at most one leads."""
    seen, has_leader = {expert_id}, False
    for number, one in enumerate(team):
        at = f"members-{number}"
        if one.code and one.expert_id is None:
            yield _wrong(f"{at}-code", "没有这个编号的公开专家资料", "No public profile has this code")
        elif one.expert_id == expert_id:
            yield _wrong(f"{at}-code", "专家本人已在这次对接中，不用再列", "The expert is part of this pairing anyway")
        elif one.expert_id in seen:
            yield _wrong(f"{at}-code", "这位专家已经列出", "This expert is listed already")
        elif not one.name:
            yield _wrong(f"{at}-name", "请填姓名，或填专家编号", "Give the name, or the code of a profile")
        seen.add(one.expert_id or expert_id)
        yield from _long(f"{at}-name", one.name, NAME_CHARS)
        yield from _long(f"{at}-institution", one.institution, PLACE_CHARS)
        if one.is_civil_servant is None:
            yield _wrong(f"{at}-civil", "请选择是否公务员或参公管理人员", "Say whether a civil servant")
        if one.is_leader and has_leader:
            yield _wrong(f"{at}-role", "团长只能有一位", "Only one can lead")
        has_leader = has_leader or one.is_leader
    yield from _many("members", len(team))


def leg_problems(legs: Sequence[ExchangeTerm], term: Term) -> Iterator[FieldProblem]:
    """Each leg has a way, a person, where that person comes from, and days within the term."""
    for number, one in enumerate(legs):
        at = f"legs-{number}"
        if one.direction not in ("west", "east"):
            yield _wrong(f"{at}-direction", "请选择方向", "Choose the direction")
        for name, text, most, zh, en in (
            ("name", one.name, NAME_CHARS, "请填姓名", "Give the name"),
            ("organisation", one.organisation, PLACE_CHARS, "请填派出的单位", "Say who sends the person"),
        ):
            if not text:
                yield _wrong(f"{at}-{name}", zh, en)
            yield from _long(f"{at}-{name}", text, most)
        for name, day in (("starts", one.starts), ("ends", one.ends)):
            yield from _outside(f"{at}-{name}", day, term)
        if one.starts and one.ends and one.ends < one.starts:
            yield _wrong(f"{at}-ends", "结束日期早于开始日期", "The last day lies before the first")
    yield from _many("legs", len(legs))


def detail_problems(
    details: Mapping[str, Any], term: Term, days_per_year: float, today: date
) -> Iterator[FieldProblem]:
    """Numbers and texts within their bounds, milestones within the term, no examination in the future.

    `days_per_year` bounds the days in the west among them; 0 where it is not known.
    """
    for one in DETAILS:
        yield from _of_detail(one, details)
    trainees, planned = number_of(details, "trainees"), number_of(details, "certificates_planned")
    if trainees is not None and planned is not None and planned > trainees:
        yield _wrong("certificates_planned", "发证人数不能超过培训人数", "No more certificates than trainees")
    if 0 < days_per_year < (in_the_west := number_of(details, "west_days") or 0.0):
        zh = f"西部 {in_the_west:g} 天多于每年 {days_per_year:g} 天，请减少，或增加每年天数"
        en = f"{in_the_west:g} days in the west are more than the {days_per_year:g} a year. Lower it, or raise those"
        yield _wrong("west_days", zh, en)
    if (examined := day_of(details, "clearance_on")) is not None and examined > today:
        yield _wrong("clearance_on", "体检日期还没到", "This day has not come yet")
    for number, goal in enumerate(goals := goals_of(details)):
        yield from _of_goal(f"{GOALS}-{number}", goal, term)
    yield from _many(GOALS, len(goals))


def _of_detail(one: Detail, details: Mapping[str, Any]) -> Iterator[FieldProblem]:
    value = details.get(one.key)
    if one.type == "text" and value:
        yield from _long(one.key, str(value), int(one.most))
    if one.type not in ("number", "count") or (number := number_of(details, one.key)) is None:
        return
    if not 0 <= number <= one.most:
        zh, en = f"“{one.question.zh}”填 0 至 {one.most:g}", f"{one.question.en}: 0 to {one.most:g}"
        yield _wrong(one.key, zh, en)
    elif one.type == "count" and number % 1:
        yield _wrong(one.key, "请填整数", "Give a whole number")


def _of_goal(at: str, goal: Goal, term: Term) -> Iterator[FieldProblem]:
    if not goal.title:
        yield _wrong(f"{at}-title", "请写明要达到什么", "Say what is to be reached")
    yield from _long(f"{at}-title", goal.title, TITLE_CHARS)
    yield from _long(f"{at}-source", goal.source, PLACE_CHARS)
    yield from _outside(f"{at}-due", goal.due, term)
    if goal.budget is not None and not 0 <= goal.budget <= MOST_BUDGET:
        yield _wrong(f"{at}-budget", "“经费”填 0 至 1000000 万元", "Money: 0 to 1,000,000 (in 10,000 yuan)")


def _outside(name: str, day: date | None, term: Term) -> Iterator[FieldProblem]:
    first, last = term
    if day is None:
        yield _wrong(name, "请选日期", "Choose the day")
    elif first is not None and last is not None and not first <= day <= last:
        yield _wrong(name, f"日期应在期限 {first} – {last} 内", f"The day must lie within the term, {first} – {last}")


def _long(name: str, text: str, most: int) -> Iterator[FieldProblem]:
    if len(text) > most:
        yield _wrong(name, f"最多 {most} 字，现在 {len(text)} 字", f"At most {most} characters, now {len(text)}")


def _many(name: str, count: int) -> Iterator[FieldProblem]:
    if count > MOST_ROWS:
        yield _wrong(name, f"最多 {MOST_ROWS} 行，现在 {count} 行", f"At most {MOST_ROWS} rows, now {count}")


def _wrong(name: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(name, Sentence(zh, en))
