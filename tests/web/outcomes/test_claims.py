"""Outcomes: claimed by the expert once, confirmed by the host and then by the manager, rejected with a reason."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from assignment_cast import Cast
from factories import Maker
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from models import AuditEvent, Document, IndicatorClaim, Notification, StateChange, Tie
from models.choices import AssignmentState, ClaimState, Role, Subject, TieKind
from models.state_machine import MoveError
from web.services import indicators
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.orders import Order, OvertakenError
from web.services.outcome_evidence import attach_all
from web.services.outcome_flags import ENOUGH_TO_COMPARE, flags

from .conftest import Stage, claimed, order


def claim(cast: Cast, who: str = "expert", given: Order | None = None, **values: object) -> IndicatorClaim:
    filled = {"indicator": "trainees", "value": 120.0, "note": "三期培训班签到表", **values}
    return indicators.claim(cast.session, cast.assignment.code, **filled, order=given or order(), by=cast.by(who))  # type: ignore[arg-type]


def decide(cast: Cast, row: IndicatorClaim, who: str, *, accept: bool = True, reason: str = "") -> IndicatorClaim:
    given = order(row, reason)
    return indicators.decide(cast.session, cast.assignment.code, row.id, accept=accept, order=given, by=cast.by(who))


def told(cast: Cast, name: str) -> list[str]:
    user = getattr(cast, name)
    return [one.text_zh for one in cast.session.scalars(select(Notification).where(Notification.user_id == user.id))]


def test_host_then_manager_confirm_what_the_expert_claims(cast: Cast) -> None:
    row = claim(cast)
    assert row.state == ClaimState.CLAIMED
    assert any("培训人次 120 人次" in text for text in told(cast, "employer"))
    decide(cast, row, "employer")
    assert (row.state, row.confirmed_at) == (ClaimState.HOST_CONFIRMED, None)
    assert any("确认成果" in text for text in told(cast, "manager"))
    decide(cast, row, "manager")
    assert row.state == ClaimState.CONFIRMED
    assert row.confirmed_at is not None
    assert any("确认成果" in text for text in told(cast, "expert"))
    cast.session.commit()
    moves = cast.session.execute(
        select(AuditEvent.action, AuditEvent.actor_id).where(AuditEvent.subject == Subject.INDICATOR).order_by("id")
    ).all()
    people = (cast.expert.id, cast.employer.id, cast.manager.id)
    assert [tuple(one) for one in moves] == list(
        zip(("indicator.claim", "indicator.confirm", "indicator.confirm"), people, strict=True)
    )


def test_manager_does_not_confirm_before_the_host(cast: Cast) -> None:
    row = claim(cast)
    with pytest.raises(MoveError):
        decide(cast, row, "manager")
    assert row.state == ClaimState.CLAIMED


def test_host_does_not_confirm_twice(cast: Cast) -> None:
    row = claim(cast)
    decide(cast, row, "employer")
    with pytest.raises(MoveError):
        decide(cast, row, "employer")
    assert row.state == ClaimState.HOST_CONFIRMED


@pytest.mark.parametrize("who", ["employer", "manager", "officer"])
def test_only_the_expert_claims(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError):
        claim(cast, who)


@pytest.mark.parametrize("who", ["stranger", "other_employer", "other_manager", "administrator"])
def test_for_others_there_is_no_such_assignment(cast: Cast, who: str) -> None:
    row = claim(cast)
    for act in (lambda: claim(cast, who), lambda: decide(cast, row, who)):
        with pytest.raises(NotFoundError):
            act()


@pytest.mark.parametrize("who", ["expert", "officer"])
def test_expert_and_home_institution_decide_nothing(cast: Cast, who: str) -> None:
    row = claim(cast)
    with pytest.raises(NotAllowedError):
        decide(cast, row, who)


def test_expert_who_acts_for_the_host_too_confirms_no_claim_of_their_own(cast: Cast, make: Maker) -> None:
    make.grant(cast.expert, Role.EMPLOYER, organisation_id=cast.host.id)
    row = claim(cast)
    with pytest.raises(NotAllowedError):
        decide(cast, row, "expert")


def test_manager_with_a_tie_decides_nothing(cast: Cast) -> None:
    cast.assignment.expert.ties.append(Tie(kind=TieKind.KINSHIP, counterpart=cast.manager.name))
    row = claimed(cast, "jobs", 3, ClaimState.HOST_CONFIRMED)
    with pytest.raises(NotAllowedError):
        decide(cast, row, "manager")


@pytest.mark.parametrize("state", sorted(set(AssignmentState) - set(indicators.OPEN_TO_CLAIM)))
def test_claims_are_made_while_it_runs_or_is_complete(stage: Stage, state: AssignmentState) -> None:
    with pytest.raises(ConflictError):
        claim(stage(state=state))


def test_an_indicator_is_claimed_once(cast: Cast) -> None:
    claim(cast)
    with pytest.raises(ConflictError, match="claimed already"):
        claim(cast, value=80.0)
    assert cast.session.scalars(select(IndicatorClaim.value)).all() == [120.0]


def test_a_form_sent_twice_claims_once(cast: Cast) -> None:
    given = order()
    assert claim(cast, given=given) is claim(cast, given=given)
    assert cast.session.scalar(select(func.count(StateChange.id)).where(StateChange.move == "claim")) == 1


def test_a_forms_number_serves_one_claim_only(cast: Cast, stage: Stage) -> None:
    given = order()
    claim(cast, given=given)
    with pytest.raises(ConflictError, match="used for another record"):
        claim(stage(), given=given)


def test_a_form_sent_twice_confirms_once(cast: Cast) -> None:
    row = claim(cast)
    given = order(row)
    for _ in range(2):
        indicators.decide(cast.session, cast.assignment.code, row.id, accept=True, order=given, by=cast.by("employer"))
    assert row.state == ClaimState.HOST_CONFIRMED


def test_who_comes_too_late_is_told_who_was_first(cast: Cast) -> None:
    row = claim(cast)
    seen = order(row)
    decide(cast, row, "employer", accept=False, reason="没有签到表")
    with pytest.raises(OvertakenError, match=cast.employer.name):
        indicators.decide(cast.session, cast.assignment.code, row.id, accept=True, order=seen, by=cast.by("employer"))
    assert row.state == ClaimState.REJECTED


def test_rejection_needs_a_reason(cast: Cast) -> None:
    row = claim(cast)
    with pytest.raises(InvalidError):
        decide(cast, row, "employer", accept=False, reason=" ")


def test_what_was_rejected_is_amended_and_goes_to_the_host_again(cast: Cast) -> None:
    row = claim(cast)
    decide(cast, row, "employer")
    decide(cast, row, "manager", accept=False, reason="与签到表不符")
    assert any("与签到表不符" in text for text in told(cast, "expert"))
    code, by = cast.assignment.code, cast.by("expert")
    indicators.amend(cast.session, code, row.id, value=90, note="更正", order=order(row), by=by)
    assert (row.state, row.value, row.state_note) == (ClaimState.CLAIMED, 90, "")
    assert any("90 人次" in text for text in told(cast, "employer"))
    with pytest.raises(MoveError):
        decide(cast, row, "manager")


@pytest.mark.parametrize("state", [ClaimState.CLAIMED, ClaimState.HOST_CONFIRMED, ClaimState.CONFIRMED])
def test_only_what_was_rejected_is_amended(cast: Cast, state: ClaimState) -> None:
    row = claimed(cast, "jobs", 3, state)
    with pytest.raises(MoveError):
        indicators.amend(
            cast.session, cast.assignment.code, row.id, value=9, note="x", order=order(row), by=cast.by("expert")
        )
    assert row.value == 3


def test_amending_an_old_page_says_who_was_first(cast: Cast) -> None:
    row = claimed(cast, "jobs", 3, ClaimState.REJECTED)
    by, code = cast.by("expert"), cast.assignment.code
    seen = order(row)
    indicators.amend(cast.session, code, row.id, value=4, note="x", order=order(row), by=by)
    with pytest.raises(OvertakenError):
        indicators.amend(cast.session, code, row.id, value=9, note="x", order=seen, by=by)
    assert row.value == 4


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": None}, "value"),
        ({"value": 0.0}, "value"),
        ({"value": -1.0}, "value"),
        ({"value": float("nan")}, "value"),
        ({"value": 1e12}, "value"),
        ({"value": 1.5}, "value"),
        ({"note": "  "}, "note"),
        ({"note": "长" * 501}, "note"),
        ({"indicator": "happiness"}, "indicator"),
        ({"indicator": ""}, "indicator"),
    ],
)
def test_what_cannot_be_claimed_is_named_beside_its_field(cast: Cast, values: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        claim(cast, **values)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_money_may_have_parts(cast: Cast) -> None:
    assert claim(cast, indicator="income", value=12.5).value == 12.5


def test_a_value_above_the_usual_is_flagged_and_not_refused(cast: Cast) -> None:
    high, usual = claimed(cast, "trainees", 1501), claimed(cast, "jobs", 300)
    found = flags(cast.session, cast.assignment, [high, usual])
    assert [one.claim_id for one in found] == [high.id]
    assert "1500 人次" in found[0].sentence.zh


def test_a_value_far_above_the_others_of_its_mode_is_flagged(stage: Stage) -> None:
    for _ in range(ENOUGH_TO_COMPARE):
        claimed(stage(), "trainees", 100, ClaimState.CONFIRMED)
        claimed(stage("training"), "trainees", 10, ClaimState.CONFIRMED)
    cast = stage()
    row = claimed(cast, "trainees", 400)
    assert flags(cast.session, cast.assignment, [row]) == []
    row.value = 401
    assert [one.claim_id for one in flags(cast.session, cast.assignment, [row])] == [row.id]


def test_few_others_or_unconfirmed_ones_say_nothing(stage: Stage) -> None:
    for _ in range(ENOUGH_TO_COMPARE - 1):
        claimed(stage(), "trainees", 1, ClaimState.CONFIRMED)
    claimed(stage(), "trainees", 1, ClaimState.HOST_CONFIRMED)
    cast = stage()
    assert flags(cast.session, cast.assignment, [claimed(cast, "trainees", 900)]) == []


def test_the_same_file_is_kept_once_and_only_documents_are(cast: Cast, tmp_path: Path) -> None:
    row = claim(cast)

    def upload(content: bytes) -> FileStorage:
        return FileStorage(BytesIO(content), filename="签到表.pdf")

    attach_all(cast.session, tmp_path, row, [upload(b"%PDF-1 a"), upload(b"%PDF-1 a")], by=cast.by("expert"))
    attach_all(cast.session, tmp_path, row, [upload(b"%PDF-1 a"), upload(b"%PDF-1 b")], by=cast.by("expert"))
    assert cast.session.scalar(select(func.count(Document.id)).where(Document.subject == Subject.INDICATOR)) == 2
    with pytest.raises(InvalidError):
        attach_all(cast.session, tmp_path, row, [upload(b"MZ")], by=cast.by("expert"))


def test_claim_of_another_assignment_is_not_found(cast: Cast, stage: Stage) -> None:
    other = stage()
    row = claimed(other, "jobs", 3)
    given = replace(order(row))
    with pytest.raises(NotFoundError):
        indicators.decide(cast.session, cast.assignment.code, row.id, accept=True, order=given, by=cast.by("employer"))
