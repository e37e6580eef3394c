"""The rules on real rows: what concerns a pairing, what stops it, what is waived, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from factories import LANZHOU, Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    AuditEvent,
    Document,
    EnclaveSite,
    ExchangeLeg,
    Pairing,
    PairingMember,
    PolicyRule,
    PublicNotice,
    RuleCheck,
    Tie,
    User,
)
from models.choices import (
    AssignmentState,
    DocumentKind,
    Outcome,
    PairingState,
    Role,
    RuleState,
    Severity,
    Subject,
    TieKind,
)
from web.services import policy
from web.services.access import Actor
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.policy_loading import CONTENT

Waiting, Act, Find = Callable[..., Pairing], Callable[[User], Actor], Callable[..., policy.Looked]
PASS, FAIL, UNKNOWN, NONE = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_CONCERNED
SEVEN = ("term", "pay", "post", "ownership", "revenue", "confidentiality", "ip")
LHASA = "540100"


def codes(results: list[policy.Looked]) -> list[str]:
    return [one.rule.code for one in results]


def test_a_sound_pairing_is_stopped_by_nothing(session: Session, waiting: Waiting) -> None:
    results = policy.look(session, waiting())
    assert policy.stops(results) == []
    assert {one.outcome for one in results} <= {PASS, NONE}
    assert all(one.sentence.zh and one.sentence.en and "{" not in one.sentence.zh for one in results)


def test_only_rules_of_the_mode_and_the_region_concern_it(session: Session, waiting: Waiting) -> None:
    here = codes(policy.look(session, waiting("dual_appointment")))
    assert "dual_term" in here and "deputy_days" not in here and "dual_title@62" not in here


def test_a_regions_own_rule_stands_in_for_the_general_one(
    session: Session, make: Maker, waiting: Waiting, find: Find
) -> None:
    lanzhou = make.organisation(region_code=LANZHOU)
    dual = make.pairing(make.need(lanzhou), make.expert(make.user()), mode="dual_appointment")
    assert "dual_title@62" in codes(policy.look(session, dual))
    lhasa = make.organisation(region_code=LHASA)
    expert = make.expert(make.user(), altitude_ok=True)
    training = make.pairing(make.need(lhasa, altitude_m=3650.0), expert, mode="training", state=PairingState.ACCEPTED)
    looked = codes(policy.look(session, training))
    assert "altitude_clearance@54" in looked and "altitude_clearance" not in looked
    assert find(training, "altitude_clearance@54").outcome == FAIL
    session.add(
        Document(
            subject=Subject.EXPERT,
            subject_id=expert.id,
            kind=DocumentKind.ALTITUDE_CLEARANCE,
            name="体检.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0" * 64,
        )
    )
    session.flush()
    assert find(training, "altitude_clearance@54").outcome == PASS
    mission = make.pairing(make.need(lhasa, altitude_m=3650.0), make.expert(make.user()))
    assert find(mission, "altitude_clearance").outcome == PASS


def test_a_rule_holds_only_between_its_dates(session: Session, waiting: Waiting) -> None:
    assert policy.look(session, waiting(), today=date(2025, 12, 31)) == []


@pytest.mark.parametrize(
    ("values", "code", "outcome"),
    [
        ({"ends": date(2030, 2, 28)}, "dual_term", PASS),
        ({"ends": date(2030, 3, 1)}, "dual_term", FAIL),
        ({}, "dual_consent", FAIL),
        ({"state": PairingState.CONSENTED}, "dual_consent", PASS),
        ({}, "dual_notice", FAIL),
        ({}, "dual_clauses", FAIL),
        ({"clauses": dict.fromkeys(SEVEN, "已约定")}, "dual_clauses", PASS),
        ({"clauses": {**dict.fromkeys(SEVEN, "已约定"), "ip": "  "}}, "dual_clauses", FAIL),
        ({"clauses": {**dict.fromkeys(SEVEN, "已约定"), "ip": "归____所有"}}, "dual_clauses", FAIL),
        ({}, "dual_renewal", UNKNOWN),
        ({"details": {"earlier_terms": 0}}, "dual_renewal", NONE),
        ({}, "dual_age", UNKNOWN),
        ({"details": {"has_permanent_post": True}}, "dual_permanent_post", PASS),
        ({"details": {"has_permanent_post": "yes"}}, "dual_permanent_post", UNKNOWN),
    ],
)
def test_dual_appointment(waiting: Waiting, find: Find, values: dict[str, Any], code: str, outcome: Outcome) -> None:
    assert find(waiting("dual_appointment", **values), code).outcome == outcome


@pytest.mark.parametrize(
    ("starts", "ends", "outcome", "days"),
    [
        (date(2026, 9, 28), date(2026, 10, 8), FAIL, 4),  # the holiday of National Day lies between
        (date(2026, 9, 29), date(2026, 10, 10), PASS, 5),  # a Saturday that is worked in its stead
        (date(2026, 9, 28), None, FAIL, 65),
    ],
)
def test_a_public_notice_counts_working_days_with_holidays(
    session: Session, waiting: Waiting, find: Find, starts: date, ends: date | None, outcome: Outcome, days: int
) -> None:
    pairing = waiting("dual_appointment")
    pairing.notices.append(PublicNotice(starts=starts, ends=ends))
    session.flush()
    result = find(pairing, "dual_notice", date(2026, 12, 31))
    assert (result.outcome, result.facts["days"], result.facts["calendar"]) == (outcome, days, "known")


def test_a_notice_in_a_year_without_a_calendar_says_so(session: Session, waiting: Waiting, find: Find) -> None:
    pairing = waiting("dual_appointment")
    pairing.notices.append(PublicNotice(starts=date(2035, 1, 1), ends=date(2035, 1, 5)))
    session.flush()
    result = find(pairing, "dual_notice", date(2035, 2, 1))
    assert (result.outcome, result.facts["days"], result.facts["calendar"]) == (PASS, 5, "weekdays_only")
    assert "周一至周五" in result.sentence.zh and "Monday to Friday" in result.sentence.en


def test_a_renewal_may_be_renewed_once(make: Maker, waiting: Waiting, find: Find) -> None:
    expert = make.expert(make.user(), days_per_year=60.0)
    first = make.assignment(make.pairing(expert=expert, mode="dual_appointment", state=PairingState.SIGNED))
    second = waiting("dual_appointment", expert=expert, renews_id=first.id)
    assert find(second, "dual_renewal").outcome == PASS
    second.state = PairingState.SIGNED
    assigned = make.assignment(second, renews_id=first.id)
    third = waiting("dual_appointment", expert=expert, renews_id=assigned.id)
    assert find(third, "dual_renewal").outcome == FAIL


def test_earlier_terms_here_count_without_a_link(make: Maker, waiting: Waiting, find: Find) -> None:
    pairing = waiting("dual_appointment", details={"earlier_terms": 0})
    assert find(pairing, "dual_renewal").outcome == NONE
    for outcome in (PASS, FAIL):
        ended = make.pairing(pairing.need, pairing.expert, mode="dual_appointment", state=PairingState.SIGNED)
        make.assignment(ended, state=AssignmentState.COMPLETED, ended_on=date(2026, 12, 31))
        assert find(pairing, "dual_renewal").outcome == outcome


@pytest.mark.parametrize(
    ("profile", "outcome"),
    [
        ({"title": "讲师", "degree": "硕士"}, FAIL),
        ({"title": "讲师", "degree": "博士"}, PASS),
        ({"title": "高级工程师", "degree": "本科"}, PASS),
        ({"title": "", "degree": "硕士"}, UNKNOWN),
    ],
)
def test_deputies_have_a_senior_title_or_a_doctorate(
    make: Maker, waiting: Waiting, find: Find, profile: dict[str, Any], outcome: Outcome
) -> None:
    pairing = waiting("technology_deputy", expert=make.expert(make.user(), **profile))
    assert find(pairing, "deputy_title").outcome == outcome


@pytest.mark.parametrize(
    ("ties", "details", "outcome"),
    [
        ([], {"institution_ties": []}, PASS),
        ([], {}, UNKNOWN),
        ([], {"institution_ties": ["founder"]}, FAIL),
        ([(TieKind.EQUITY, "{host}")], {"institution_ties": []}, FAIL),
        ([(TieKind.FOUNDER, "南京某某公司")], {"institution_ties": []}, PASS),
        ([(TieKind.EQUITY, "枸杞产业服务站")], {"institution_ties": []}, UNKNOWN),
    ],
)
def test_deputies_and_their_institutions_have_no_interest_in_the_firm(
    session: Session,
    waiting: Waiting,
    find: Find,
    ties: list[tuple[TieKind, str]],
    details: dict[str, Any],
    outcome: Outcome,
) -> None:
    pairing = waiting("technology_deputy", details=details)
    name = pairing.need.organisation.name
    pairing.expert.ties = [Tie(kind=kind, counterpart=other.replace("{host}", name)) for kind, other in ties]
    session.flush()
    assert find(pairing, "deputy_ties").outcome == outcome


@pytest.mark.parametrize(
    ("counterpart", "outcome"),
    [("马站长", FAIL), ("{host}马站长", FAIL), ("某某公司张三", PASS), ("张三", UNKNOWN)],
)
def test_kinship_is_judged_by_the_people_whom_the_host_names(
    session: Session, waiting: Waiting, find: Find, counterpart: str, outcome: Outcome
) -> None:
    pairing = waiting()
    named = counterpart.replace("{host}", pairing.need.organisation.name)
    pairing.expert.ties = [Tie(kind=TieKind.KINSHIP, counterpart=named)]
    session.flush()
    assert find(pairing, "personal_ties").outcome == outcome


def test_who_has_not_answered_the_question_of_interests_is_unknown(
    make: Maker, session: Session, waiting: Waiting
) -> None:
    pairing = waiting(expert=make.expert(make.user(), ties_declared=False, days_per_year=60.0))
    assert codes(policy.stops(policy.look(session, pairing))) == ["financial_ties", "personal_ties"]


@pytest.mark.parametrize(
    ("institution", "details", "outcome"),
    [
        ("江淮农业大学", {}, PASS),
        ("某省行政学院", {}, UNKNOWN),
        ("某市农业局", {}, UNKNOWN),
        ("某市农业局", {"is_civil_servant": False}, PASS),
        ("江淮农业大学", {"is_civil_servant": True}, FAIL),
    ],
)
def test_missions_leave_civil_servants_out(
    make: Maker, waiting: Waiting, find: Find, institution: str, details: dict[str, Any], outcome: Outcome
) -> None:
    pairing = waiting(expert=make.expert(make.user(), institution=institution), details=details)
    assert find(pairing, "mission_civil_servants").outcome == outcome


def test_a_civil_servant_in_the_team_is_found(session: Session, waiting: Waiting, find: Find) -> None:
    pairing = waiting()
    pairing.members.append(PairingMember(position=1, name="某科长", is_civil_servant=True))
    session.flush()
    assert find(pairing, "mission_civil_servants").outcome == FAIL


def test_an_enclave_site_needs_an_eastern_place_and_a_free_one(
    make: Maker, session: Session, waiting: Waiting, find: Find
) -> None:
    pairing = waiting("talent_enclave", details={"west_days": 15})
    assert find(pairing, "enclave_site").outcome == UNKNOWN
    assert find(pairing, "enclave_west_days@64").outcome == PASS
    site = EnclaveSite(organisation=pairing.need.organisation, name="上海站", region_code="310000", places=1)
    pairing.site = site
    session.flush()
    assert find(pairing, "enclave_site").outcome == PASS
    make.pairing(pairing.need, make.expert(make.user()), mode="talent_enclave", site=site)
    assert find(pairing, "enclave_site").outcome == FAIL


def test_an_exchange_needs_both_legs(session: Session, waiting: Waiting, find: Find) -> None:
    pairing = waiting("extension_exchange")
    assert find(pairing, "exchange_legs@64").outcome == FAIL
    for direction in ("west", "east"):
        leg = {"name": "某人", "organisation": "某站", "starts": pairing.starts, "ends": pairing.ends}
        pairing.legs.append(ExchangeLeg(direction=direction, **leg))
    session.flush()
    assert find(pairing, "exchange_legs@64").outcome == PASS


def test_days_of_other_promises_are_taken_from_the_budget(make: Maker, waiting: Waiting, find: Find) -> None:
    expert = make.expert(make.user(), days_per_year=20.0)
    pairing = waiting(expert=expert, days_per_year=10.0)
    assert find(pairing, "day_budget").outcome == PASS
    make.pairing(expert=expert, starts=date(2027, 1, 1), ends=date(2027, 12, 31), days_per_year=10.5)
    result = find(pairing, "day_budget")
    assert result.outcome == FAIL and result.facts["left"] == 9.5
    assert result.sentence.en == "In 2027, 10 days are needed and only 9.5 are left"


def test_an_expert_who_offers_no_number_of_days_is_unknown(make: Maker, session: Session, waiting: Waiting) -> None:
    pairing = waiting(expert=make.expert(make.user(), days_per_year=None))
    (stop,) = policy.stops(policy.look(session, pairing))
    assert (stop.rule.code, stop.outcome, stop.facts["missing"]) == ("day_budget", UNKNOWN, ["days_per_year"])


def test_the_budgets_of_a_teams_members_count_too(make: Maker, session: Session, waiting: Waiting, find: Find) -> None:
    pairing, member = waiting(), make.expert(make.user(), days_per_year=5.0)
    pairing.members.append(PairingMember(position=1, name=member.name, expert_id=member.id))
    session.flush()
    result = find(pairing, "day_budget")
    assert result.outcome == FAIL and result.facts["person"] == member.code


def test_a_termination_here_asks_for_time_before_the_next(make: Maker, waiting: Waiting, find: Find) -> None:
    pairing = waiting()
    ended = make.pairing(pairing.need, pairing.expert, state=PairingState.SIGNED)
    make.assignment(ended, state=AssignmentState.TERMINATED, ended_on=date(2027, 1, 15))
    assert find(pairing, "cooling_off").outcome == FAIL
    assert find(pairing, "cooling_off").is_passed, "it only warns"


def test_what_was_found_is_kept_with_the_rules_version(
    session: Session, make: Maker, waiting: Waiting, act: Act
) -> None:
    pairing, manager = waiting("technology_deputy", days_per_year=30.0), act(make.manager("64"))
    check = policy.evaluate(session, pairing, purpose="approve", by=manager)
    kept = next(one for one in check.results if one.rule_code == "deputy_days")
    assert (kept.rule_version, kept.outcome, kept.facts["minimum"]) == (1, FAIL, 90.0)
    before = (kept.sentence_zh, kept.severity, dict(kept.facts))
    rule = session.scalar(select(PolicyRule).where(PolicyRule.code == "deputy_days"))
    rule.state = RuleState.RETIRED
    session.flush()
    content = {name: getattr(rule, name) for name in CONTENT if name not in ("parameters", "severity", "effective_to")}
    newer = {"version": 2, "state": RuleState.PUBLISHED, "severity": Severity.WARN, "parameters": {"days": 20}}
    session.add(PolicyRule(code="deputy_days", **newer, **content))
    session.commit()
    session.expire_all()
    again = session.scalar(select(RuleCheck).where(RuleCheck.id == check.id))
    kept = next(one for one in again.results if one.rule_code == "deputy_days")
    assert (kept.sentence_zh, kept.severity, dict(kept.facts)) == before and kept.rule_version == 1
    later = policy.evaluate(session, pairing, purpose="approve", by=manager)
    kept = next(one for one in later.results if one.rule_code == "deputy_days")
    assert (kept.rule_version, kept.outcome) == (2, PASS)


def test_a_waiver_lets_a_waivable_rule_pass_and_is_audited(
    session: Session, make: Maker, waiting: Waiting, act: Act
) -> None:
    pairing, manager = (
        waiting("technology_deputy", days_per_year=30.0, details={"institution_ties": []}),
        make.manager("64"),
    )
    assert codes(policy.stops(policy.look(session, pairing))) == ["deputy_days"]
    policy.waive(session, pairing, rule_code="deputy_days", reason="企业另派一人驻厂，双方同意", by=act(manager))
    assert policy.stops(policy.look(session, pairing)) == []
    check = policy.evaluate(session, pairing, purpose="approve", by=act(manager))
    kept = next(one for one in check.results if one.rule_code == "deputy_days")
    assert (kept.outcome, kept.waiver_reason) == (FAIL, "企业另派一人驻厂，双方同意")
    policy.unwaive(session, pairing, rule_code="deputy_days", by=act(manager))
    assert codes(policy.stops(policy.look(session, pairing))) == ["deputy_days"]
    session.commit()
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.actor_id == manager.id).order_by(AuditEvent.id))
    assert list(events) == ["rule.waive", "rule.unwaive"]
    assert not any("驻厂" in detail for detail in session.scalars(select(AuditEvent.detail))), "the trail is for ever"


def test_a_waiver_ends_with_its_last_day(session: Session, make: Maker, waiting: Waiting, act: Act) -> None:
    pairing = waiting("technology_deputy", days_per_year=30.0, details={"institution_ties": []})
    manager, last = act(make.manager("64")), date(2099, 1, 1)
    policy.waive(session, pairing, rule_code="deputy_days", reason="企业另派一人驻厂", by=manager, until=last)
    assert policy.stops(policy.look(session, pairing, today=last)) == []
    assert len(policy.stops(policy.look(session, pairing, today=date(2099, 1, 2)))) == 1


@pytest.mark.parametrize("reason", ["", "  四个字啊  ", "长" * 501])
def test_a_waiver_needs_a_written_reason(
    session: Session, make: Maker, waiting: Waiting, act: Act, reason: str
) -> None:
    pairing = waiting("technology_deputy", days_per_year=30.0)
    with pytest.raises(InvalidError) as caught:
        policy.waive(session, pairing, rule_code="deputy_days", reason=reason, by=act(make.manager("64")))
    assert caught.value.problems[0].field == "reason"


def test_a_block_cannot_be_waived(session: Session, make: Maker, waiting: Waiting, act: Act) -> None:
    pairing = waiting("technology_deputy")
    for code in ("deputy_ties", "day_budget"):
        with pytest.raises(NotAllowedError):
            policy.waive(session, pairing, rule_code=code, reason="理由写得很充分", by=act(make.manager("64")))
    assert "deputy_ties" in codes(policy.stops(policy.look(session, pairing)))


def test_waivers_belong_to_the_manager_of_the_place_while_it_is_open(
    session: Session, make: Maker, waiting: Waiting, act: Act
) -> None:
    pairing, rule = (
        waiting("technology_deputy", days_per_year=30.0),
        {"rule_code": "deputy_days", "reason": "理由写得很充分"},
    )
    for by in (act(make.manager("62")), act(make.employer()[0]), act(make.administrator())):
        with pytest.raises(NotAllowedError):
            policy.waive(session, pairing, **rule, by=by)
    own = pairing.expert.user
    make.grant(own, Role.MANAGER, adcode_prefix="64")
    with pytest.raises(NotAllowedError):
        policy.waive(session, pairing, **rule, by=act(own))
    with pytest.raises(NotFoundError):
        policy.waive(session, pairing, rule_code="dual_term", reason="理由写得很充分", by=act(make.manager("64")))
    with pytest.raises(NotFoundError):
        policy.unwaive(session, pairing, rule_code="deputy_days", by=act(make.manager("64")))
    pairing.state = PairingState.APPROVED
    with pytest.raises(ConflictError):
        policy.waive(session, pairing, **rule, by=act(make.manager("64")))


def test_a_waiver_of_one_version_does_not_count_for_the_next(
    session: Session, make: Maker, waiting: Waiting, act: Act
) -> None:
    pairing = waiting("technology_deputy", days_per_year=30.0, details={"institution_ties": []})
    policy.waive(session, pairing, rule_code="deputy_days", reason="企业另派一人驻厂", by=act(make.manager("64")))
    rule = session.scalar(select(PolicyRule).where(PolicyRule.code == "deputy_days"))
    content = {name: getattr(rule, name) for name in CONTENT if name != "parameters"}
    rule.state = RuleState.RETIRED
    session.flush()
    now = {"published_at": datetime(2027, 1, 1, tzinfo=UTC), "parameters": {"days": 100.0}}
    session.add(PolicyRule(code="deputy_days", version=2, state=RuleState.PUBLISHED, **now, **content))
    session.flush()
    assert codes(policy.stops(policy.look(session, pairing))) == ["deputy_days"]
