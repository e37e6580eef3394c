"""When the acts of the demo's stories happened: on working days, by day, one after another, and never in the future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from web.services.demo_stories import Step, Story
from web.services.expiry import BEIJING

MORNING, EVENING, DAWN = 9 * 60, 20 * 60, 6 * 60
"""Minutes of the day in Beijing: offices open; days of service are written down; the service's own jobs."""
YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Scene:
    """One act of one story at its time; `day` of service where it logs one. Without a story: a day of the jobs."""

    at: datetime
    story: int = -1
    step: Step | None = None
    day: date | None = None
    number: int = 0


def scenes_of(stories: tuple[Story, ...], now: datetime) -> list[Scene]:
    """Everything that happened, in order, and the service's jobs of each day between."""
    today = now.astimezone(BEIJING).date()
    found = [scene for number, story in enumerate(stories) for scene in _of_story(number, story, today)]
    first = min((scene.at.date() for scene in found), default=today)
    jobs = [Scene(_moment(first + timedelta(n), DAWN)) for n in range((today - first).days + 1)]
    found.sort(key=lambda scene: scene.at)  # of one moment: in the order of the file
    return _before(sorted([*jobs, *found], key=lambda scene: scene.at), now)


def at_work(day: date) -> date:
    """The day, or the Friday before it."""
    return day - timedelta(max(0, day.weekday() - 4))


def served_days(story: Story, step: Step, today: date, *, first: int, end: int) -> list[date]:
    """The days of a `log`: spread evenly over the term, so that no calendar year gets more than its share."""
    term = end - first + 1
    unit = 1.0 if step.hours is None else step.hours / 8
    count = story.days * max(1.0, term / YEAR_DAYS) / unit - 1
    last = step.until if step.until is not None else -1
    days, number = [], 0
    while number < count and (step.most is None or number < step.most):
        day = first + int((number + 0.5) * term / count)
        if day > min(last, end):
            break
        days.append(today + timedelta(day))
        number += 1
    return days


def _of_story(number: int, story: Story, today: date) -> Iterator[Scene]:
    seen: dict[date, int] = {}
    begins, term = MORNING + number * 37 % 300, (story.starts, story.ends)
    for step in story.steps:
        if step.do == "renew" and step.starts is not None and step.ends is not None:
            term = (step.starts, step.ends)
        if step.do == "log":
            for index, day in enumerate(served_days(story, step, today, first=term[0], end=term[1])):
                written = min(day + timedelta(step.late), today - timedelta(1))
                yield Scene(_moment(max(written, day), EVENING + number % 60), number, step, day, index)
            continue
        day = at_work(today + timedelta(step.at))
        seen[day] = seen.get(day, -1) + 1
        yield Scene(_moment(day, begins + 11 * seen[day]), number, step)


def _moment(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), BEIJING)


def _before(scenes: list[Scene], now: datetime) -> list[Scene]:
    """The same with what would lie ahead of `now` in the last seconds before it."""
    bound, found = now, []
    for scene in reversed(scenes):
        bound = min(scene.at, bound - timedelta(seconds=1))
        found.append(Scene(bound, scene.story, scene.step, scene.day, scene.number))
    return found[::-1]
