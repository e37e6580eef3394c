"""Each kind of rule on facts at and around its limits; what nobody has stated is unknown, never a pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.choices import DocumentKind, ExpertKind, Outcome, RuleKind, TieKind
from models.rules import (
    KINDS,
    Commitment,
    Leg,
    Notice,
    PairingFacts,
    ParameterError,
    Site,
    StatedTie,
    YearBudget,
    judge,
    read_parameters,
)
from models.rules.facts import Nearness
from models.rules.terms import fullest, last_day, months_of

PASS, FAIL, UNKNOWN, NONE = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_CONCERNED
K = RuleKind
BASE = PairingFacts(
    mode="dual_appointment",
    today=date(2027, 1, 4),
    starts=date(2027, 3, 1),
    ends=date(2028, 2, 29),
    days_per_year=30.0,
    place="640521",
)


def tie(kind: TieKind, nearness: Nearness = Nearness.SAME) -> tuple[StatedTie, ...]:
    return (StatedTie(kind, nearness),)


def other(first: date, last: date, code: str = "RW1", remote: bool = False) -> Commitment:
    return Commitment(code, first, last, remote)


def notice(days: int, ends: date | None = date(2027, 1, 12), **more: Any) -> tuple[Notice, ...]:
    return (Notice(date(2027, 1, 4), ends, days, **more),)


EQUITY = {"ties": ["equity", "founder"]}
BOTH = {**EQUITY, "holders": ["person", "institution"]}
TABLE: list[tuple[RuleKind, dict[str, Any], dict[str, Any], Outcome]] = [
    (K.MINIMUM_TITLE, {"minimum": "副高"}, {"title_rank": 3}, PASS),
    (K.MINIMUM_TITLE, {"minimum": "副高"}, {"title_rank": 4}, PASS),
    (K.MINIMUM_TITLE, {"minimum": "副高"}, {"title_rank": 2}, FAIL),
    (K.MINIMUM_TITLE, {"minimum": "副高"}, {}, UNKNOWN),
    (K.MINIMUM_TITLE, {"minimum": "副高", "or_degree": "博士"}, {"title_rank": 1, "degree_rank": 4}, PASS),
    (K.MINIMUM_TITLE, {"minimum": "副高", "or_degree": "博士"}, {"degree_rank": 4}, PASS),
    (K.MINIMUM_TITLE, {"minimum": "副高", "or_degree": "博士"}, {"title_rank": 2, "degree_rank": 3}, FAIL),
    (K.MINIMUM_TITLE, {"minimum": "副高", "or_degree": "博士"}, {"title_rank": 2}, UNKNOWN),
    (K.MINIMUM_TITLE, {"minimum": "副高", "or_degree": "博士"}, {"degree_rank": 3}, UNKNOWN),
    (K.MINIMUM_DEGREE, {"minimum": "硕士"}, {"degree_rank": 3}, PASS),
    (K.MINIMUM_DEGREE, {"minimum": "硕士"}, {"degree_rank": 2}, FAIL),
    (K.MINIMUM_DEGREE, {"minimum": "硕士"}, {}, UNKNOWN),
    (K.AGE_CAP, {"most": 60}, {"birth_year": 1967}, PASS),
    (K.AGE_CAP, {"most": 60}, {"birth_year": 1966}, FAIL),
    (K.AGE_CAP, {"most": 60}, {}, UNKNOWN),
    (K.AGE_CAP, {"most": 60, "exempt_title": "正高"}, {"birth_year": 1950, "title_rank": 4}, NONE),
    (K.AGE_CAP, {"most": 60, "exempt_title": "正高"}, {"birth_year": 1950, "title_rank": 3}, FAIL),
    (K.AGE_CAP, {"most": 60, "exempt_title": "正高"}, {"birth_year": 1950}, UNKNOWN),
    (K.AGE_CAP, {"most": 60, "exempt_title": "正高"}, {"birth_year": 1990}, PASS),
    (K.TERM_CAP, {"months": 12}, {}, PASS),
    (K.TERM_CAP, {"months": 12}, {"ends": date(2028, 3, 1)}, FAIL),
    (K.TERM_CAP, {"months": 36}, {"ends": date(2030, 2, 28)}, PASS),
    (K.TERM_CAP, {"months": 36}, {"ends": date(2030, 3, 1)}, FAIL),
    (K.TERM_CAP, {"months": 1}, {"starts": date(2027, 1, 31), "ends": date(2027, 2, 28)}, PASS),
    (K.RENEWAL_CAP, {"most": 1}, {"renewals": 0}, NONE),
    (K.RENEWAL_CAP, {"most": 1}, {"renewals": 1}, PASS),
    (K.RENEWAL_CAP, {"most": 1}, {"renewals": 2}, FAIL),
    (K.RENEWAL_CAP, {"most": 1}, {"renewals": None}, UNKNOWN),
    (K.MINIMUM_DAYS, {"days": 90}, {"days_per_year": 90.0}, PASS),
    (K.MINIMUM_DAYS, {"days": 90}, {"days_per_year": 89.5}, FAIL),
    (K.MINIMUM_DAYS, {"days": 15, "where": "west"}, {"west_days": 15.0}, PASS),
    (K.MINIMUM_DAYS, {"days": 15, "where": "west"}, {"west_days": 14.5}, FAIL),
    (K.MINIMUM_DAYS, {"days": 15, "where": "west"}, {}, UNKNOWN),
    (K.DAY_BUDGET, {}, {"budgets": (YearBudget(2027, 25, 25.0), YearBudget(2028, 5, 30.0))}, PASS),
    (K.DAY_BUDGET, {}, {"budgets": (YearBudget(2027, 25, 24.5), YearBudget(2028, 5, 30.0))}, FAIL),
    (K.DAY_BUDGET, {"over": 0.5}, {"budgets": (YearBudget(2027, 25, 24.5),)}, PASS),
    (K.DAY_BUDGET, {}, {"budgets": (YearBudget(2027, 25, None),)}, UNKNOWN),
    (K.DAY_BUDGET, {}, {"budgets": (YearBudget(2027, 25, 30.0), YearBudget(2027, 25, None, "ZJ2"))}, UNKNOWN),
    (K.DAY_BUDGET, {}, {"budgets": (YearBudget(2027, 25, 3.0), YearBudget(2027, 25, None, "ZJ2"))}, FAIL),
    (K.DAY_BUDGET, {}, {}, UNKNOWN),
    (K.REQUIRED_CONSENT, {}, {"is_consented": True}, PASS),
    (K.REQUIRED_CONSENT, {}, {}, FAIL),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {"notices": notice(5)}, PASS),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {"notices": notice(4)}, FAIL),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {"notices": notice(9, None)}, FAIL),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {"notices": notice(5, open_objections=1)}, FAIL),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {"notices": notice(5, upheld_objections=1)}, FAIL),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {"notices": notice(2) + notice(6)}, PASS),
    (K.PUBLIC_NOTICE, {"working_days": 5}, {}, FAIL),
    (K.REQUIRED_CLAUSES, {"clauses": ["pay"]}, {"clauses": ("pay", "term")}, PASS),
    (K.REQUIRED_CLAUSES, {"clauses": ["pay", "ip"]}, {"clauses": ("pay", "term")}, FAIL),
    (K.REQUIRED_CLAUSES, {}, {"mode_clauses": ("pay",), "clauses": ("pay",)}, PASS),
    (K.REQUIRED_CLAUSES, {}, {"mode_clauses": ("pay",)}, FAIL),
    (K.REQUIRED_CLAUSES, {}, {}, UNKNOWN),
    (K.REQUIRED_DOCUMENTS, {"documents": ["consent_letter"]}, {"documents": (DocumentKind.CONSENT_LETTER,)}, PASS),
    (K.REQUIRED_DOCUMENTS, {"documents": ["consent_letter"]}, {"documents": (DocumentKind.OTHER,)}, FAIL),
    (K.NO_TIE, EQUITY, {"ties": ()}, PASS),
    (K.NO_TIE, EQUITY, {"ties": tie(TieKind.EQUITY)}, FAIL),
    (K.NO_TIE, EQUITY, {"ties": tie(TieKind.KINSHIP)}, PASS),
    (K.NO_TIE, EQUITY, {"ties": tie(TieKind.EQUITY, Nearness.OTHER)}, PASS),
    (K.NO_TIE, EQUITY, {"ties": tie(TieKind.EQUITY, Nearness.PERHAPS)}, UNKNOWN),
    (K.NO_TIE, EQUITY, {}, UNKNOWN),
    (K.NO_TIE, BOTH, {"ties": (), "institution_ties": ()}, PASS),
    (K.NO_TIE, BOTH, {"ties": (), "institution_ties": (TieKind.FOUNDER,)}, FAIL),
    (K.NO_TIE, BOTH, {"ties": ()}, UNKNOWN),
    (K.NO_TIE, BOTH, {"ties": tie(TieKind.FOUNDER)}, FAIL),
    (K.ENCLAVE_SITE, {}, {"site": Site("310115", 3, 2)}, PASS),
    (K.ENCLAVE_SITE, {}, {"site": Site("310115", 3, 3)}, FAIL),
    (K.ENCLAVE_SITE, {}, {"site": Site("640100", 3, 0)}, FAIL),
    (K.ENCLAVE_SITE, {}, {"site": Site("310115", 3, 0, is_open=False)}, FAIL),
    (K.ENCLAVE_SITE, {}, {}, UNKNOWN),
    (K.MENTOR, {"years": 3, "share": 25}, {"mentor_years": 3.0, "mentor_share": 25.0}, PASS),
    (K.MENTOR, {"years": 3, "share": 25}, {"mentor_years": 2.9, "mentor_share": 25.0}, FAIL),
    (K.MENTOR, {"years": 3, "share": 25}, {"mentor_years": 3.0, "mentor_share": 24.9}, FAIL),
    (K.MENTOR, {"years": 3, "share": 25}, {"mentor_years": 3.0}, UNKNOWN),
    (K.MENTOR, {"years": 3, "share": 25}, {"mentor_share": 10.0}, FAIL),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"altitude_m": 3000.0}, NONE),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"altitude_m": 3001.0, "altitude_ok": True}, PASS),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"altitude_m": 3001.0, "altitude_ok": False}, FAIL),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"altitude_m": 3001.0}, UNKNOWN),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"altitude_m": 4000.0, "is_remote": True}, NONE),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"place": "540100", "altitude_ok": True}, UNKNOWN),
    (K.ALTITUDE_CLEARANCE, {"above_m": 3000}, {"place": "640100"}, NONE),
    (
        K.ALTITUDE_CLEARANCE,
        {"above_m": 3000, "needs_document": True},
        {"altitude_m": 3650.0, "altitude_ok": True},
        FAIL,
    ),
    (
        K.ALTITUDE_CLEARANCE,
        {"above_m": 3000, "needs_document": True},
        {"altitude_m": 3650.0, "altitude_ok": True, "documents": (DocumentKind.ALTITUDE_CLEARANCE,)},
        PASS,
    ),
    (K.COOLING_OFF, {"months": 6}, {"last_ended": date(2026, 8, 31)}, PASS),
    (K.COOLING_OFF, {"months": 6}, {"last_ended": date(2026, 9, 1)}, FAIL),
    (K.COOLING_OFF, {"months": 6}, {}, NONE),
    (K.COOLING_OFF, {"months": 6}, {"last_ended": date(2027, 2, 1), "renewals": 1}, FAIL),
    (K.COOLING_OFF, {"months": 6, "after": "broken_off"}, {"last_ended": date(2027, 2, 1)}, NONE),
    (
        K.COOLING_OFF,
        {"months": 6, "after": "broken_off"},
        {"last_ended": date(2027, 2, 1), "last_was_broken_off": True},
        FAIL,
    ),
    (K.CONCURRENT_CAP, {"most": 2}, {"commitments": (other(date(2026, 1, 1), date(2027, 3, 1)),)}, PASS),
    (
        K.CONCURRENT_CAP,
        {"most": 2},
        {"commitments": (other(date(2026, 1, 1), date(2027, 3, 1)), other(date(2027, 3, 1), date(2027, 4, 1)))},
        FAIL,
    ),
    (
        K.CONCURRENT_CAP,
        {"most": 2},
        {"commitments": (other(date(2026, 1, 1), date(2027, 3, 1)), other(date(2027, 3, 2), date(2027, 4, 1)))},
        PASS,
    ),
    (K.DATE_OVERLAP, {"stay_days": 30}, {"ends": date(2027, 3, 31)}, NONE),
    (
        K.DATE_OVERLAP,
        {"stay_days": 30},
        {"ends": date(2027, 3, 30), "commitments": (other(date(2027, 3, 30), date(2027, 4, 5)),)},
        FAIL,
    ),
    (
        K.DATE_OVERLAP,
        {"stay_days": 30},
        {"ends": date(2027, 3, 30), "commitments": (other(date(2027, 3, 31), date(2027, 4, 5)),)},
        PASS,
    ),
    (
        K.DATE_OVERLAP,
        {"stay_days": 30},
        {"ends": date(2027, 3, 30), "commitments": (other(date(2026, 1, 1), date(2028, 4, 5)),)},
        PASS,
    ),
    (
        K.DATE_OVERLAP,
        {"stay_days": 30},
        {"ends": date(2027, 3, 30), "commitments": (other(date(2027, 3, 2), date(2027, 3, 5), remote=True),)},
        PASS,
    ),
    (
        K.RECIPROCAL_LEGS,
        {},
        {"legs": (Leg("west", BASE.starts, BASE.ends), Leg("east", BASE.starts, BASE.ends))},
        PASS,
    ),
    (K.RECIPROCAL_LEGS, {}, {"legs": (Leg("west", BASE.starts, BASE.ends),)}, FAIL),
    (K.RECIPROCAL_LEGS, {}, {}, FAIL),
    (K.EXCLUDED_KIND, {"excluded": ["civil_servant"]}, {"is_civil_servant": False}, PASS),
    (K.EXCLUDED_KIND, {"excluded": ["civil_servant"]}, {"is_civil_servant": True}, FAIL),
    (K.EXCLUDED_KIND, {"excluded": ["civil_servant"]}, {}, UNKNOWN),
    (
        K.EXCLUDED_KIND,
        {"excluded": ["civil_servant"]},
        {"is_civil_servant": False, "civil_servants_in_team": 1},
        FAIL,
    ),
    (K.EXCLUDED_KIND, {"excluded": ["graduate"]}, {"kind": ExpertKind.GRADUATE}, FAIL),
    (K.EXCLUDED_KIND, {"excluded": ["without_permanent_post"]}, {"has_permanent_post": True}, PASS),
    (K.EXCLUDED_KIND, {"excluded": ["without_permanent_post"]}, {}, UNKNOWN),
]


@pytest.mark.parametrize(("kind", "parameters", "facts", "outcome"), TABLE)
def test_what_a_kind_finds(kind: RuleKind, parameters: dict[str, Any], facts: dict[str, Any], outcome: Outcome) -> None:
    finding = judge(kind, replace(BASE, **facts), parameters)
    assert finding.outcome == outcome
    assert bool(finding.missing) == (outcome == UNKNOWN)
    if outcome in (PASS, FAIL):
        assert set(KINDS[kind].facts) <= set(finding.facts), "a sentence may ask for each of these"


def test_every_kind_stands_in_the_table_with_a_pass_and_a_fail() -> None:
    assert set(KINDS) == set(RuleKind)
    assert {(kind, outcome) for kind in RuleKind for outcome in (PASS, FAIL)} <= {(k, o) for k, _, _, o in TABLE}


@pytest.mark.parametrize(
    ("kind", "raw", "name"),
    [
        (K.TERM_CAP, {}, "months"),
        (K.TERM_CAP, {"months": 0}, "months"),
        (K.TERM_CAP, {"months": 1.5}, "months"),
        (K.TERM_CAP, {"months": "12"}, "months"),
        (K.TERM_CAP, {"months": True}, "months"),
        (K.TERM_CAP, {"months": 12, "years": 1}, "years"),
        (K.MINIMUM_DAYS, {"days": 367}, "days"),
        (K.MINIMUM_DAYS, {"days": float("nan")}, "days"),
        (K.MINIMUM_DAYS, {"days": 10, "where": "north"}, "where"),
        (K.MINIMUM_TITLE, {"minimum": ""}, "minimum"),
        (K.NO_TIE, {"ties": "equity"}, "ties"),
        (K.NO_TIE, {"ties": ["debt"]}, "ties"),
        (K.NO_TIE, {"ties": []}, "ties"),
        (K.REQUIRED_CLAUSES, {"clauses": ["付款"]}, "clauses"),
        (K.ALTITUDE_CLEARANCE, {"above_m": 3000, "needs_document": "yes"}, "needs_document"),
    ],
)
def test_a_bad_parameter_is_named(kind: RuleKind, raw: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read_parameters(KINDS[kind].parameters, raw)
    assert caught.value.name == name and caught.value.zh and caught.value.en


@pytest.mark.parametrize(
    ("starts", "months", "last"),
    [
        (date(2027, 3, 1), 36, date(2030, 2, 28)),
        (date(2027, 1, 1), 12, date(2027, 12, 31)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 3, 15), 1, date(2027, 4, 14)),
    ],
)
def test_the_last_day_of_a_term(starts: date, months: int, last: date) -> None:
    assert last_day(starts, months) == last


def test_months_are_counted_to_one_digit() -> None:
    assert months_of(date(2027, 3, 1), date(2030, 2, 28)) == 36.0
    assert months_of(date(2027, 3, 1), date(2027, 3, 15)) == 0.5


def test_the_fullest_day_counts_spans_that_hold_at_once() -> None:
    spans = [(date(2027, 1, 1), date(2027, 1, 31)), (date(2027, 2, 1), date(2027, 2, 28))]
    assert fullest(spans, date(2027, 1, 1), date(2027, 12, 31)) == 1
    assert fullest([*spans, (date(2027, 1, 31), date(2027, 2, 1))], date(2027, 1, 1), date(2027, 12, 31)) == 2
    assert fullest(spans, date(2027, 3, 1), date(2027, 3, 2)) == 0
