"""Appraisals are given once; an evaluation is given once, when nothing is missing, by the formula."""

from __future__ import annotations

from typing import Any

import pytest
from assignment_cast import Cast
from factories import Maker
from sqlalchemy import func, select

from models import Appraisal, AuditEvent, Evaluation, ExchangeLeg, Notification, ServiceLog, StateChange, Tie
from models.choices import AssignmentState, ClaimState, Grade, LogState, Role, Side, TieKind
from web.services import appraisals, evaluation_queue, evaluations
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.grading_data import criteria_of, evaluation_file
from web.services.orders import Order, OvertakenError

from .conftest import Stage, appraised, claimed, order


def evaluate(cast: Cast, who: str = "manager", given: Order | None = None, **values: Any) -> Evaluation:
    filled = {"exemplary": False, "summary": "", **values}
    given = given or order(cast.assignment)
    return evaluations.evaluate(cast.session, cast.assignment.code, **filled, order=given, by=cast.by(who))


def appraise(cast: Cast, who: str, mark: int | None = 4, given: Order | None = None, comment: str = "") -> Appraisal:
    side = Side.EXPERT if who == "expert" else Side.EMPLOYER
    marks = {one.code: mark for one in criteria_of(side)}
    given = given or order(cast.assignment)
    code = cast.assignment.code
    return appraisals.appraise(cast.session, code, marks=marks, comment=comment, order=given, by=cast.by(who))


def missing(cast: Cast) -> list[str]:
    return [one.zh for one in evaluations.preview(cast.session, cast.assignment).missing]


def test_the_grade_is_the_formulas_and_is_kept_with_its_parts(done: Cast) -> None:
    given = evaluate(done)
    assert done.assignment.state == AssignmentState.EVALUATED
    assert given.scheme == evaluation_file().grading.version
    value = {name: part for name, (part, _weight) in given.parts.items()}
    assert value == {"days": 0.5, "outcomes": 0.25, "employer": 1.0, "timely": value["timely"]}
    assert sum(weight for _part, weight in given.parts.values()) == pytest.approx(1, abs=0.001)
    whole = sum(part * weight for part, weight in given.parts.values())
    assert given.score == pytest.approx(100 * whole, abs=0.1)
    lines = evaluation_file().grading.grades
    assert given.grade == next(one.grade for one in lines if given.score >= one.lowest)
    done.session.commit()
    assert done.session.scalar(select(AuditEvent.actor_id).where(AuditEvent.action == "assignment.evaluate"))
    told = set(done.session.scalars(select(Notification.user_id)))
    assert {done.employer.id, done.expert.id} <= told


@pytest.mark.parametrize("what", ["host's appraisal", "claimed", "host_confirmed", "log", "state"])
def test_an_evaluation_waits_for_what_is_missing(stage: Stage, what: str) -> None:
    cast = stage(state=AssignmentState.ACTIVE if what == "state" else AssignmentState.COMPLETED)
    if what != "host's appraisal":
        appraised(cast, Side.EMPLOYER, 4)
    if what in ("claimed", "host_confirmed"):
        claimed(cast, "jobs", 3, ClaimState(what))
    if what == "log":
        one = cast.assignment
        day = one.starts
        cast.session.add(
            ServiceLog(assignment=one, expert=one.expert, day=day, days=1, done="x", state=LogState.SUBMITTED)
        )
        cast.session.flush()
    assert len(missing(cast)) == 1
    with pytest.raises(ConflictError, match="Not yet"):
        evaluate(cast)
    assert cast.session.scalar(select(func.count(Evaluation.id))) == 0


def test_a_rejected_outcome_hinders_nothing_and_counts_nothing(done: Cast) -> None:
    claimed(done, "jobs", 3, ClaimState.REJECTED)
    assert missing(done) == []
    assert evaluations.preview(done.session, done.assignment).performance.confirmed_outcomes == 1


def test_a_form_sent_twice_evaluates_once(done: Cast) -> None:
    given = order(done.assignment)
    assert evaluate(done, given=given) is evaluate(done, given=given)
    assert done.session.scalar(select(func.count(StateChange.id)).where(StateChange.move == "evaluate")) == 1


def test_an_old_page_evaluates_nothing(done: Cast) -> None:
    seen = order(done.assignment)
    evaluate(done)
    with pytest.raises(OvertakenError, match=done.manager.name):
        evaluate(done, given=Order(seen.version, order().request_id))


@pytest.mark.parametrize("who", ["employer", "expert", "officer"])
def test_only_the_manager_evaluates(done: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError):
        evaluate(done, who)


@pytest.mark.parametrize("who", ["other_manager", "other_employer", "stranger", "administrator"])
def test_for_others_there_is_no_such_assignment(done: Cast, who: str) -> None:
    with pytest.raises(NotFoundError):
        evaluate(done, who)


def test_nobody_evaluates_where_they_have_an_interest(done: Cast, make: Maker) -> None:
    done.assignment.expert.ties.append(Tie(kind=TieKind.SUPERVISION, counterpart=done.manager.name))
    done.session.flush()
    with pytest.raises(NotAllowedError):
        evaluate(done)
    make.grant(done.employer, Role.MANAGER, adcode_prefix="64")
    with pytest.raises(NotAllowedError):
        evaluate(done, "employer")


@pytest.mark.parametrize(
    "summary",
    [
        "",
        "  ",
        "长" * 1001,
        "菌未霜指导防治黑果病",
        "菌 未霜指导防治黑果病",
        "马站长介绍",
        "jane doe讲课",
        "导师田师傅带教",
        "详询 13912345678",
        "请写信给 a@example.org",
    ],
)
def test_the_summary_of_an_exemplary_case_is_there_and_names_nobody(done: Cast, summary: str) -> None:
    pairing = done.assignment.pairing
    leg = {"direction": "west", "organisation": "某站", "starts": pairing.starts, "ends": pairing.ends}
    pairing.legs.append(ExchangeLeg(name="Jane Doe", **leg))
    pairing.details = {**pairing.details, "mentor_name": "田师傅"}
    with pytest.raises(InvalidError) as refused:
        evaluate(done, exemplary=True, summary=summary)
    assert [problem.field for problem in refused.value.problems] == ["summary"]
    assert done.assignment.state == AssignmentState.COMPLETED


def test_an_exemplary_case_keeps_its_summary(done: Cast) -> None:
    given = evaluate(done, exemplary=True, summary=" 黑果率从三成降到一成。 ")
    assert (given.is_exemplary, given.summary) == (True, "黑果率从三成降到一成。")


@pytest.mark.parametrize("who", ["employer", "expert"])
def test_each_side_appraises_once(done: Cast, stage: Stage, who: str) -> None:
    cast = stage(state=AssignmentState.COMPLETED)
    given = appraise(cast, who)
    assert appraisals.mean_mark(given) == 4
    with pytest.raises(ConflictError, match="it stands"):
        appraise(cast, who, 1)


def test_a_form_sent_twice_appraises_once(stage: Stage) -> None:
    cast = stage(state=AssignmentState.COMPLETED)
    given = order(cast.assignment)
    assert appraise(cast, "employer", given=given) is appraise(cast, "employer", given=given)


@pytest.mark.parametrize("who", ["manager", "officer"])
def test_only_host_and_expert_appraise(stage: Stage, who: str) -> None:
    with pytest.raises(NotAllowedError):
        appraise(stage(state=AssignmentState.COMPLETED), who)


@pytest.mark.parametrize("state", sorted(set(AssignmentState) - set(appraisals.WHEN)))
def test_appraisals_wait_for_completion(stage: Stage, state: AssignmentState) -> None:
    with pytest.raises(ConflictError):
        appraise(stage(state=state), "employer")


@pytest.mark.parametrize("mark", [None, 0, 6])
def test_every_criterion_wants_a_mark(stage: Stage, mark: int | None) -> None:
    with pytest.raises(InvalidError) as refused:
        appraise(stage(state=AssignmentState.COMPLETED), "employer", mark)
    wanted = [f"mark-{one.code}" for one in criteria_of(Side.EMPLOYER)]
    assert [problem.field for problem in refused.value.problems] == wanted


def test_long_comments_are_refused(stage: Stage) -> None:
    with pytest.raises(InvalidError):
        appraise(stage(state=AssignmentState.COMPLETED), "expert", comment="长" * 1001)


def test_who_stands_on_both_sides_appraises_as_the_expert(stage: Stage, make: Maker) -> None:
    cast = stage(state=AssignmentState.COMPLETED)
    make.grant(cast.expert, Role.EMPLOYER, organisation_id=cast.host.id)
    assert appraise(cast, "expert").side == Side.EXPERT


def test_a_party_reads_the_others_appraisal_when_both_are_given(done: Cast) -> None:
    def shown(*sides: Side) -> list[Side]:
        return [one.side for one in appraisals.shown_to(sides, appraisals.appraisals_of(done.session, done.assignment))]

    assert (shown(Side.EXPERT), shown(Side.EMPLOYER)) == ([], [Side.EMPLOYER])
    assert (shown(Side.MANAGER), shown(Side.INSTITUTION), shown()) == ([Side.EMPLOYER], [], [])
    appraise(done, "expert")
    both = [Side.EMPLOYER, Side.EXPERT]
    assert shown(Side.EXPERT) == shown(Side.EMPLOYER) == shown(Side.MANAGER) == both
    assert shown(Side.INSTITUTION) == []


def test_the_queue_has_what_waits_in_the_jurisdiction_the_oldest_first(done: Cast, stage: Stage) -> None:
    claims = stage()
    claimed(claims, "jobs", 3, ClaimState.HOST_CONFIRMED)
    claimed(claims, "founded", 1, ClaimState.HOST_CONFIRMED)
    stage()  # nothing to do there
    elsewhere = stage(place="620100", state=AssignmentState.COMPLETED)
    page = evaluation_queue.waiting_for(done.session, by=done.by("manager"))
    assert [(one.assignment, one.claims) for one in page.items] == [(done.assignment, 0), (claims.assignment, 2)]
    assert page.items[0].missing == ()
    assert evaluation_queue.count_waiting(done.session, by=done.by("manager")) == 2
    other = evaluation_queue.waiting_for(done.session, by=done.by("other_manager"))
    assert [one.assignment for one in other.items] == [elsewhere.assignment]
    with pytest.raises(NotAllowedError):
        evaluation_queue.waiting_for(done.session, by=done.by("administrator"))
    evaluate(done)
    assert evaluation_queue.count_waiting(done.session, by=done.by("manager")) == 1


def test_the_formula_in_the_file_makes_sense() -> None:
    scheme = evaluation_file().scheme()
    assert [grade for grade, _lowest in scheme.grades] == list(Grade)
    assert sum(scheme.weights.values()) == pytest.approx(1)
