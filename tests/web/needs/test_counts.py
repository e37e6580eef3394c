"""The panel's counts agree with the hard rules, expert by expert, and with what a lesser wish would really give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from factories import Maker
from sqlalchemy.orm import Session

from matcher.eligibility import EligibilityTable, check, is_eligible
from matcher.eligibility.rules import RULES
from matcher.searchable import Mask
from matcher.types import Expert, Need
from models.choices import Place
from web.needs import live_page
from web.needs.writing import blank_need
from web.services.need_live import _WISHES, eligible, has_text, value_in_writing
from web.services.need_rules import FIELDS
from web.services.values import need_value

TITLES, DEGREES = ("教授", "副教授", "讲师", "助教", ""), ("博士", "硕士", "本科", "")
MODES = (("service_mission",), ("training",), ("apprenticeship", "remote_consulting"), ())

EXPERTS = [
    Expert(
        id=f"E{n:03}",
        kind="graduate" if n % 11 == 0 else "expert",
        title=TITLES[n % 5],
        degree=DEGREES[n % 4],
        institution=f"江淮大学{n % 7}",
        modes=MODES[n % 4 if n % 3 else 0],
        days_per_year=None if n % 6 == 5 else float(n % 40),
        available_from=date(2027, 1 + n % 12, 1) if n % 2 else None,
        available_to=date(2027 + n % 2, 12, 31) if n % 2 else None,
        altitude_ok=(None, True, False)[n % 3],
        regions=((), ("64",), ("6405", "54"), ("62",))[n % 4],
    )
    for n in range(240)
]
NEEDS = [
    Need("all"),
    Need("modes", modes=("service_mission",)),
    Need("graduates", modes=("apprenticeship",), min_degree="本科"),
    Need("title", modes=("training",), min_title="正高", min_degree="博士"),
    Need("days", days_per_year=20.0, starts=date(2027, 2, 1), ends=date(2027, 6, 30)),
    Need("high", altitude_m=4500.0, exclude_institutions=("江淮大学3", "江淮大学5")),
    Need("there", places=("640521", "660000")),
    Need(
        "everything", modes=("service_mission", "training"), min_title="副高", min_degree="硕士", days_per_year=12.5,
        starts=date(2027, 3, 1), ends=date(2027, 9, 30), altitude_m=3200.0, exclude_institutions=("江淮大学1",),
        places=("540102",),
    ),
]  # fmt: skip


class Everybody:
    """EXPERTS as the engine's masks see them."""

    def __init__(self) -> None:
        self._table = EligibilityTable(EXPERTS)
        self.live: Mask = np.ones(len(EXPERTS), bool)

    def mask(self, need: Need) -> Mask:
        return self._table.mask(need)


def fit(need: Need) -> int:
    return sum(is_eligible(check(need, expert)) for expert in EXPERTS)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_eligible_are_those_whom_every_rule_lets_pass(need: Need) -> None:
    counted: Any = eligible(need, Everybody())  # type: ignore[arg-type]  # only its masks are read
    assert counted.count == fit(need)
    supply = [e for e in EXPERTS if e.kind == "expert" or "apprenticeship" in need.modes]
    assert counted.of == len(supply)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_each_rule_keeps_out_as_many_as_fail_it(need: Need) -> None:
    counted: Any = eligible(need, Everybody())  # type: ignore[arg-type]  # only its masks are read
    failed: dict[str, int] = {}
    for expert in EXPERTS:
        if expert.kind == "graduate" and "apprenticeship" not in need.modes:
            continue
        for result in check(need, expert):
            if result.outcome == "fail":
                failed[result.rule] = failed.get(result.rule, 0) + 1
    assert dict(counted.kept_out) == failed


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_a_lesser_wish_gains_exactly_as_many_as_are_promised(need: Need) -> None:
    fields = {"modes": "modes", "min_title": "min_title", "min_degree": "min_degree", "days_per_year": "days_per_year"}
    counted: Any = eligible(need, Everybody())  # type: ignore[arg-type]  # only its masks are read
    for one in counted.relaxations:
        if one.wish == "dates":
            other = replace(need, starts=one.to[0], ends=one.to[1])
        elif one.wish == "modes":
            other = replace(need, modes=(*need.modes, one.to.value))
        elif one.wish == "place":
            other = replace(need, places=())
        elif one.wish == "exclude_institutions":
            other = replace(need, exclude_institutions=())
        else:
            other = replace(need, **{fields[one.wish]: getattr(one.to, "value", one.to)})
        assert one.gained == fit(other) - fit(need) > 0
    gains = [one.gained for one in counted.relaxations]
    assert gains == sorted(gains, reverse=True)


def test_no_wish_can_be_relaxed_where_there_is_none() -> None:
    counted: Any = eligible(Need("all"), Everybody())  # type: ignore[arg-type]  # only its masks are read
    assert counted.relaxations == ()
    assert counted.kept_out == {}


def test_every_rule_of_the_engine_has_its_count_and_its_words() -> None:
    rules = {rule.__name__ for rule in RULES} - {"kind"}  # graduates are no part of the supply unless asked for
    assert set(_WISHES) == set(live_page.RULES) == rules


def test_a_need_in_writing_is_to_the_engine_what_it_is_once_saved(session: Session, make: Maker) -> None:
    saved = make.need(place=Place.ONSITE, min_title="正高", altitude_m=3200.0, exclude_institutions=("甲大学",))
    writing = blank_need(saved.organisation)
    for name in ("code", *FIELDS):
        setattr(writing, name, getattr(saved, name))
    assert value_in_writing(session, writing) == need_value(saved)
    assert writing not in session


@pytest.mark.parametrize(("title", "enough"), [("", False), ("枸杞", False), ("枸杞黑果", True)])
def test_ranking_waits_for_a_few_characters(title: str, enough: bool) -> None:
    assert has_text(Need("", title=title)) is enough
