"""An administrator changes a rule: draft, what if, publish; what is kept, who may, and who comes too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from factories import LANZHOU, Maker
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Pairing, PolicyRule, User
from models.choices import PairingState, RuleState, Severity
from web.services import policy, policy_drafts
from web.services.access import Actor
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.need_submission import today_in_china
from web.services.orders import Order, OvertakenError
from web.services.policy_drafts import RuleContent
from web.services.policy_trial import what_if
from web.services.policy_views import published_chapters

Waiting, Act = Callable[..., Pairing], Callable[[User], Actor]


@pytest.fixture
def admin(make: Maker, act: Act) -> Actor:
    return act(make.administrator())


def content_of(rule: PolicyRule, **changes: Any) -> RuleContent:
    return replace(RuleContent(**{one.name: getattr(rule, one.name) for one in fields(RuleContent)}), **changes)


def versions(session: Session, code: str) -> list[tuple[int, str]]:
    rows = session.scalars(select(PolicyRule).where(PolicyRule.code == code).order_by(PolicyRule.version))
    return [(row.version, row.state.value) for row in rows]


def drafted(session: Session, admin: Actor, code: str, region: str = "", **changes: Any) -> PolicyRule:
    draft = policy_drafts.begin(session, code, by=admin, region=region)
    return policy_drafts.save(session, draft.code, content_of(draft, **changes), order=Order(draft.revision), by=admin)


def published(session: Session, admin: Actor, draft: PolicyRule, note: str = "按新办法调整") -> PolicyRule:
    order = Order(draft.revision, str(uuid4()), note)
    return policy_drafts.publish(session, draft.code, order=order, by=admin)


def test_a_draft_holds_only_once_it_is_published(session: Session, admin: Actor, waiting: Waiting) -> None:
    pairing = waiting("technology_deputy", days_per_year=60.0, details={"institution_ties": []})
    draft = drafted(session, admin, "deputy_days", parameters={"days": 60.0})
    assert [one.rule.code for one in policy.stops(policy.look(session, pairing))] == ["deputy_days"]
    rule = published(session, admin, draft)
    assert versions(session, "deputy_days") == [(1, "retired"), (2, "published")]
    assert (rule.note, rule.is_shipped, rule.edited_by_id) == ("按新办法调整", False, admin.user_id)
    assert policy.stops(policy.look(session, pairing)) == []
    session.commit()
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.actor_id == admin.user_id))
    assert list(actions) == ["rule.draft", "rule.edit", "rule.publish"]


def test_until_its_first_day_the_version_before_holds(session: Session, admin: Actor, waiting: Waiting) -> None:
    pairing = waiting("technology_deputy", days_per_year=60.0, details={"institution_ties": []})
    first = today_in_china() + timedelta(days=30)
    published(session, admin, drafted(session, admin, "deputy_days", parameters={"days": 60.0}, effective_from=first))
    before = policy.stops(policy.look(session, pairing, today=first - timedelta(days=1)))
    assert [(one.rule.code, one.rule.version) for one in before] == [("deputy_days", 1)]
    assert policy.stops(policy.look(session, pairing, today=first)) == []
    shown = {row for one in published_chapters(session) for row in one.rules if row.code == "deputy_days"}
    assert {row.version for row in shown} == {1, 2}


def test_what_if_names_the_pairings_that_change_and_nobody(
    session: Session, admin: Actor, make: Maker, waiting: Waiting
) -> None:
    ninety, sixty = (waiting("technology_deputy", days_per_year=days) for days in (90.0, 60.0))
    signed = waiting("technology_deputy", days_per_year=90.0, state=PairingState.SIGNED)
    elsewhere = waiting("service_mission", days_per_year=90.0)
    drafted(session, admin, "deputy_days", parameters={"days": 100.0}, name_zh="新的天数")
    trial = what_if(session, "deputy_days", by=admin)
    assert trial.tested == 2
    (change,) = trial.changes
    assert (change.pairing, change.is_newly_stopped) == (ninety.code, True)
    assert (change.before.outcome, change.after.outcome) == ("pass", "fail")
    assert (change.before.rule.name_zh, change.after.rule.name_zh) == ("科技副总每年天数", "新的天数")
    shown = repr(trial)
    assert all(one.expert.name not in shown for one in (ninety, sixty, signed, elsewhere))
    assert session.scalars(select(policy.RuleCheck)).all() == [], "a trial is not kept"


def test_what_if_a_milder_severity_lets_pass(session: Session, admin: Actor, waiting: Waiting) -> None:
    waiting("technology_deputy", days_per_year=60.0)
    drafted(session, admin, "deputy_days", severity=Severity.WARN)
    (change,) = what_if(session, "deputy_days", by=admin).changes
    assert not change.before.is_passed and change.after.is_passed and not change.is_newly_stopped


def test_what_if_the_rule_no_longer_concerns_the_mode(session: Session, admin: Actor, waiting: Waiting) -> None:
    waiting("technology_deputy", days_per_year=60.0)
    drafted(session, admin, "deputy_days", modes=("talent_enclave",))
    (change,) = what_if(session, "deputy_days", by=admin).changes
    assert change.before is not None and change.after is None


def test_a_region_gets_its_own_rule(session: Session, admin: Actor, make: Maker, waiting: Waiting) -> None:
    here = waiting("technology_deputy", days_per_year=60.0, details={"institution_ties": []})
    lanzhou = make.need(make.organisation(region_code=LANZHOU), modes=("technology_deputy",))
    there = make.pairing(
        lanzhou, make.expert(make.user(), days_per_year=200.0), mode="technology_deputy", days_per_year=60.0
    )
    draft = drafted(session, admin, "deputy_days", region="64", parameters={"days": 45.0})
    assert (draft.code, draft.region_prefix) == ("deputy_days@64", "64")
    assert [one.pairing for one in what_if(session, draft.code, by=admin).changes] == [here.code]
    published(session, admin, draft)
    assert policy.stops(policy.look(session, here)) == []
    assert "deputy_days" in [one.rule.code for one in policy.stops(policy.look(session, there))]
    assert versions(session, "deputy_days") == [(1, "published")]
    with pytest.raises(ConflictError):
        policy_drafts.begin(session, "deputy_days", by=admin, region="64")


@pytest.mark.parametrize("region", ["6", "99", "宁夏", "640521000"])
def test_a_strange_region_is_refused(session: Session, admin: Actor, region: str) -> None:
    with pytest.raises(InvalidError):
        policy_drafts.begin(session, "deputy_days", by=admin, region=region)


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("deputy_days", {"parameters": {"days": 400}}, "parameter-days"),
        ("deputy_days", {"parameters": {}}, "parameter-days"),
        ("deputy_days", {"pass_zh": "每年 {dayz} 天"}, "pass_zh"),
        ("deputy_days", {"fail_en": "{days days"}, "fail_en"),
        ("deputy_days", {"name_en": " "}, "name_en"),
        ("deputy_days", {"citation": ""}, "citation"),
        ("deputy_days", {"citation_url": "javascript:alert(1)"}, "citation_url"),
        ("deputy_days", {"modes": ("sabbatical",)}, "modes"),
        ("deputy_days", {"effective_from": None}, "effective_from"),
        ("deputy_days", {"name_zh": "长" * 41}, "name_zh"),
        ("dual_clauses", {"parameters": {"clauses": ["term", "weather"]}}, "parameter-clauses"),
        ("enclave_site", {"parameters": {"provinces": ["99"]}}, "parameter-provinces"),
        ("dual_consent", {"modes": ()}, "modes"),
        ("dual_consent", {"modes": ("training",)}, "modes"),
    ],
)
def test_a_wrong_content_is_named_by_its_field(
    session: Session, admin: Actor, code: str, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        drafted(session, admin, code, **changes)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_dates_in_the_wrong_order_are_named(session: Session, admin: Actor) -> None:
    draft = policy_drafts.begin(session, "deputy_days", by=admin)
    wrong = content_of(draft, effective_to=draft.effective_from.replace(year=2020))
    with pytest.raises(InvalidError) as caught:
        policy_drafts.save(session, draft.code, wrong, order=Order(draft.revision), by=admin)
    assert [problem.field for problem in caught.value.problems] == ["effective_to"]


@pytest.mark.parametrize("note", ["", "   ", "长" * 501])
def test_a_publication_says_why(session: Session, admin: Actor, note: str) -> None:
    draft = drafted(session, admin, "deputy_days", parameters={"days": 60.0})
    with pytest.raises(InvalidError) as caught:
        published(session, admin, draft, note)
    assert caught.value.problems[0].field == "reason"
    assert ("deputy_days", RuleState.PUBLISHED) not in {(draft.code, draft.state)}


def test_the_same_form_publishes_once(session: Session, admin: Actor) -> None:
    draft = drafted(session, admin, "deputy_days", parameters={"days": 60.0})
    order = Order(draft.revision, str(uuid4()), "按新办法调整")
    first = policy_drafts.publish(session, "deputy_days", order=order, by=admin)
    again = policy_drafts.publish(session, "deputy_days", order=order, by=admin)
    assert first is again and len(versions(session, "deputy_days")) == 2


def test_who_saw_another_draft_comes_too_late(session: Session, admin: Actor, make: Maker, act: Act) -> None:
    seen = policy_drafts.begin(session, "deputy_days", by=admin).revision
    other = act(make.administrator())
    drafted(session, other, "deputy_days", parameters={"days": 60.0})
    draft = policy_drafts.draft_of(session, "deputy_days", by=admin)
    late = Order(seen, str(uuid4()), "按新办法调整")
    for act_late in (
        lambda: policy_drafts.save(session, "deputy_days", content_of(draft), order=late, by=admin),
        lambda: policy_drafts.publish(session, "deputy_days", order=late, by=admin),
        lambda: policy_drafts.discard(session, "deputy_days", order=late, by=admin),
    ):
        with pytest.raises(OvertakenError):
            act_late()


def test_a_discarded_draft_leaves_the_rule_as_it_was(session: Session, admin: Actor) -> None:
    draft = drafted(session, admin, "deputy_days", parameters={"days": 60.0})
    policy_drafts.discard(session, "deputy_days", order=Order(draft.revision), by=admin)
    assert versions(session, "deputy_days") == [(1, "published")]
    with pytest.raises(NotFoundError):
        policy_drafts.publish(session, "deputy_days", order=Order(1, None, "说明"), by=admin)


def test_only_administrators_change_rules(session: Session, make: Maker, act: Act, admin: Actor) -> None:
    policy_drafts.begin(session, "deputy_days", by=admin)
    order = Order(1, None, "按新办法调整")
    for user in (make.manager(""), make.employer()[0], make.user()):
        by = act(user)
        for forbidden in (
            lambda by=by: policy_drafts.begin(session, "deputy_days", by=by),
            lambda by=by: policy_drafts.publish(session, "deputy_days", order=order, by=by),
            lambda by=by: policy_drafts.discard(session, "deputy_days", order=order, by=by),
            lambda by=by: what_if(session, "deputy_days", by=by),
        ):
            with pytest.raises(NotAllowedError):
                forbidden()
