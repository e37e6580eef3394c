"""A search over a few invented experts with the tiny encoder, and browsers of those who may ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from factories import Maker
from signed_in import browser
from small_search import engine, indexed, matching
from sqlalchemy.orm import Session

from models import AvailabilityWindow, Expert, Need, User, Work
from models.choices import Degree, Role
from web.matching import Matching
from web.services.access import Actor, actor_for
from web.services.ranking import Board, board_of

__all__ = ["browser", "engine", "indexed", "matching"]
"""Fixtures that come from elsewhere."""

TOPICS = (
    "枸杞炭疽病",
    "苹果腐烂病",
    "奶牛乳房炎",
    "风机叶片除冰",
    "棉田滴灌",
    "高原肺水肿",
    "盐碱地改良",
    "煤化工废水",
)
TITLES = ("教授", "副教授", "讲师", "助教", "")
PLACES = ("310000", "320100", "330100", "110000", "440100")


@pytest.fixture
def by(session: Session) -> Callable[[User], Actor]:
    return lambda user: actor_for(session, user)


@pytest.fixture
def board(session: Session, indexed: Callable[[], Matching]) -> Callable[[Need], Board]:
    """The ranking of a need over everybody made so far."""
    return lambda need: board_of(session, matching=indexed(), need=need)


@pytest.fixture
def many(make: Maker) -> Callable[[int], list[Expert]]:
    """Makes experts of many fields, titles, places and days; every seventh states no days, every fifth no title."""

    def make_them(count: int) -> list[Expert]:
        return [_expert(make, n) for n in range(count)]

    return make_them


def _expert(make: Maker, n: int) -> Expert:
    topic, english = TOPICS[n % len(TOPICS)], n % 3 == 0
    works = [Work(position=0, title=f"{topic}防治技术 {n}", year=2000 + n % 25)]
    if english:
        works.append(Work(position=1, title=f"Field study number {n} of wolfberry anthracnose", year=2024))
    expert = make.expert(
        name=f"{'王李张刘陈杨赵黄周吴'[n % 10]}{'一二三四五六七八九十'[n // 10 % 10]}",
        title=TITLES[n % len(TITLES)],
        degree=Degree.DOCTOR if n % 2 else Degree.MASTER,
        region_code=PLACES[n % len(PLACES)],
        bio=f"研究{topic}，第{n}年。",
        keywords=(topic,),
        modes=("service_mission",) if n % 4 else ("training", "remote_consulting"),
        days_per_year=None if n % 7 == 6 else float(5 + n % 40),
        languages=("zh", "en") if english else ("zh",),
        works=works,
    )
    if n % 6 == 5:
        expert.windows = [AvailabilityWindow(starts=date(2025, 1, 1), ends=date(2025, 6, 30))]
    return expert


@pytest.fixture
def employer(make: Maker) -> tuple[User, Need]:
    """A person who posts needs, and a need that asks for modes, days, a title and a period."""
    user, organisation = make.employer()
    return user, make.need(organisation, posted_by=user, min_title="副高", days_per_year=10.0)


@pytest.fixture
def open_need(make: Maker) -> tuple[User, Need]:
    """A need that excludes nobody."""
    user, organisation = make.employer()
    return user, make.need(organisation, modes=(), days_per_year=None, starts=None, ends=None)


ROLES_WITHOUT = (Role.EXPERT, Role.ADMINISTRATOR, Role.INSTITUTION)
"""Roles that may not open the pages of a need's matches."""
