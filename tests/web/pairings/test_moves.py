"""Only the moves of DOMAIN 4 happen: every side, every move, every state, with and without consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pairing_acts import ACTS, is_listed, order_for, signed_agreement
from pairing_cast import TERMS, Cast
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Agreement, Assignment, Notification, Pairing, RuleCheck, StateChange, Task, Tie
from models.choices import ExpertState, NeedState, PairingState, Role, Side, Subject, TieKind, Verification
from models.pairing import PAIRING_STATES
from models.state_machine import MoveError
from web.services import pairing_approval, pairing_moves, pairing_terms
from web.services.access import actor_for
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, ServiceError
from web.services.orders import Order, OvertakenError
from web.services.pairing_moves import AlreadyPairedError
from web.services.pairing_proposals import Terms
from web.services.pairing_waits import KNOWN_AT_HOME

_S = PairingState


def changes(session: Session) -> list[StateChange]:
    return list(session.scalars(select(StateChange).order_by(StateChange.id)))


@pytest.mark.parametrize("needs_consent", [False, True], ids=["plain", "with consent"])
@pytest.mark.parametrize("state", list(_S))
def test_only_listed_moves_happen(cast: Cast, session: Session, state: PairingState, needs_consent: bool) -> None:
    pairing = cast.pairing(state, needs_consent=needs_consent, pay=1.0)
    signed_agreement(cast.make, pairing)
    for side in (*Side, None):
        for move, act in ACTS.items():
            listed, step = is_listed(pairing, move, side), session.begin_nested()
            try:
                act(session, pairing.code, order=order_for(pairing), by=cast.by(side))
            except (MoveError, NotFoundError, NotAllowedError, ConflictError) as error:
                assert not listed, (state, move, side, error)
                is_told = side is not None and (side != Side.INSTITUTION or needs_consent or state in KNOWN_AT_HOME)
                assert not (isinstance(error, NotFoundError) and is_told)
            else:
                assert listed, (state, move, side)
                made = [(c.move, c.source, c.target) for c in changes(session) if c.subject == Subject.PAIRING]
                assert made == [(move, state, pairing.state)]
            step.rollback()
            session.expire_all()


@pytest.mark.parametrize("move", ["decline", "withdraw", "refuse", "reject", "return"])
@pytest.mark.parametrize("reason", ["", " \n ", "长" * 501])
def test_moves_that_end_or_return_need_a_reason(cast: Cast, session: Session, move: str, reason: str) -> None:
    side = {"decline": Side.EXPERT, "withdraw": Side.EXPERT, "refuse": Side.INSTITUTION}.get(move, Side.MANAGER)
    state = _S.INVITED if move == "decline" else _S.ACCEPTED
    pairing = cast.pairing(state, needs_consent=True)
    with pytest.raises(InvalidError) as raised:
        ACTS[move](session, pairing.code, order=order_for(pairing, reason=reason), by=cast.by(side))
    assert [problem.field for problem in raised.value.problems] == ["reason"]
    assert pairing.state == state


@pytest.mark.parametrize(
    ("move", "side", "state"),
    [
        ("accept", Side.EXPERT, _S.INVITED),
        ("withdraw", Side.EMPLOYER, _S.CONSENTED),
        ("approve", Side.MANAGER, _S.ACCEPTED),
        ("sign", Side.EMPLOYER, _S.APPROVED),
        ("revise", Side.EXPERT, _S.ACCEPTED),
    ],
)
def test_same_request_acts_once(cast: Cast, session: Session, move: str, side: Side, state: PairingState) -> None:
    pairing = cast.pairing(state, needs_consent=state == _S.CONSENTED)
    signed_agreement(cast.make, pairing)
    order = order_for(pairing, request_id=str(uuid4()))
    states = {ACTS[move](session, pairing.code, order=order, by=cast.by(side)).state for _ in range(3)}
    assert len(states) == 1
    assert [change.move for change in changes(session) if change.subject == Subject.PAIRING] == [move]
    assert session.scalar(select(func.count(Assignment.id))) == (move == "sign")


def test_number_of_another_form_moves_nothing(cast: Cast, session: Session) -> None:
    first, number = cast.pairing(), str(uuid4())
    second = cast.make.pairing(cast.make.need(cast.host), cast.expert, state=_S.INVITED)
    pairing_moves.accept(session, first.code, order=order_for(first, request_id=number), by=cast.by(Side.EXPERT))
    with pytest.raises(ConflictError, match="another record"):
        pairing_moves.accept(session, second.code, order=order_for(second, request_id=number), by=cast.by(Side.EXPERT))
    with pytest.raises(ConflictError, match="another record"):
        invite(cast, session, need=cast.make.need(cast.host), request_id=number)


@pytest.mark.parametrize("move", list(ACTS))
def test_stale_version_is_refused_and_names_who_was_first(cast: Cast, session: Session, move: str) -> None:
    pairing = cast.pairing(_S.INVITED, needs_consent=True)
    seen = order_for(pairing)
    pairing_moves.accept(session, pairing.code, order=seen, by=cast.by(Side.EXPERT))
    allowed = {"consent": Side.INSTITUTION, "refuse": Side.INSTITUTION, "approve": Side.MANAGER,
               "reject": Side.MANAGER, "return": Side.MANAGER}  # fmt: skip
    with pytest.raises(OvertakenError) as raised:
        ACTS[move](session, pairing.code, order=seen, by=cast.by(allowed.get(move, Side.EMPLOYER)))
    assert "已由 菌未霜 办理：接受" in raised.value.sentence.zh
    assert pairing.state == _S.ACCEPTED


def invite(cast: Cast, session: Session, **values: Any) -> Pairing:
    need, side = values.pop("need", cast.need), values.pop("side", Side.EMPLOYER)
    terms = values.pop("terms", TERMS)
    return pairing_moves.invite(session, need, cast.expert, terms, by=cast.by(side), order=Order(0, **values))


def test_need_and_expert_have_one_open_pairing(cast: Cast, session: Session) -> None:
    first = invite(cast, session)
    with pytest.raises(AlreadyPairedError) as raised:
        pairing_moves.apply(session, cast.need, cast.expert, TERMS, by=cast.by(Side.EXPERT), order=Order(0))
    assert raised.value.code == first.code
    pairing_moves.withdraw(session, first.code, order=order_for(first), by=cast.by(Side.EMPLOYER))
    assert invite(cast, session).code != first.code


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ("need", NeedState.DRAFT),
        ("need", NeedState.FILLED),
        ("need", NeedState.CLOSED),
        ("expert", ExpertState.HIDDEN),
        ("host", Verification.PENDING),
        ("deadline", date(2026, 1, 1)),
    ],
)
def test_pairing_begins_only_where_both_are_to_be_had(cast: Cast, session: Session, what: str, state: Any) -> None:
    attributes = {"need": (cast.need, "state"), "expert": (cast.expert, "state"), "host": (cast.host, "verification"),
                  "deadline": (cast.need, "deadline")}  # fmt: skip
    row, name = attributes[what]
    setattr(row, name, state)
    with pytest.raises(ConflictError):
        invite(cast, session)


def test_nobody_begins_a_pairing_for_others_or_with_themselves(cast: Cast, session: Session) -> None:
    for side in (None, Side.EXPERT, Side.INSTITUTION):
        with pytest.raises(NotAllowedError):
            invite(cast, session, side=side)
    with pytest.raises(NotAllowedError):
        pairing_moves.apply(session, cast.need, cast.expert, TERMS, by=cast.by(None), order=Order(0))
    cast.make.grant(cast.expert_user, Role.EMPLOYER, organisation_id=cast.host.id)
    session.flush()
    with pytest.raises(NotAllowedError, match="yourself"):
        invite(cast, session, side=Side.EXPERT)
    with pytest.raises(NotAllowedError, match="your own organisation"):
        pairing_moves.apply(session, cast.need, cast.expert, TERMS, by=cast.by(Side.EXPERT), order=Order(0))


def test_terms_that_one_side_changed_hold_up_consent_and_approval(cast: Cast, session: Session) -> None:
    pairing = cast.pairing(_S.ACCEPTED, needs_consent=True)
    terms = replace(Terms.of(pairing), days_per_year=12.0)
    pairing_terms.revise(session, pairing.code, terms, order=order_for(pairing), by=cast.by(Side.EXPERT))
    with pytest.raises(NotFoundError):  # it is not asked before both agree
        pairing_moves.consent(session, pairing.code, order=order_for(pairing), by=cast.by(Side.INSTITUTION))
    told = session.scalars(select(Notification.text_zh).where(Notification.user_id == cast.employer.id)).all()
    assert "请贵单位办理" in told[-1]
    pairing_terms.agree(session, pairing.code, order=order_for(pairing), by=cast.by(Side.EMPLOYER))
    told = session.scalars(select(Notification.text_zh).where(Notification.user_id == cast.officer.id)).all()
    assert "请派出单位办理同意手续" in told[-1]
    pairing_moves.consent(session, pairing.code, order=order_for(pairing), by=cast.by(Side.INSTITUTION))
    with pytest.raises(ConflictError):
        pairing_terms.revise(session, pairing.code, TERMS, order=order_for(pairing), by=cast.by(Side.EXPERT))


def test_terms_that_do_not_change_are_no_move(cast: Cast, session: Session) -> None:
    pairing = cast.pairing(_S.ACCEPTED)
    terms, version = Terms.of(pairing), pairing.version
    pairing_terms.revise(session, pairing.code, terms, order=order_for(pairing), by=cast.by(Side.EXPERT))
    assert (pairing.version, changes(session)) == (version, [])


def two_approvers(cast: Cast, session: Session, **values: Any) -> Pairing:
    """A pairing of a programme in which two managers must approve."""
    task = session.scalars(select(Task).order_by(Task.code)).first()
    assert task is not None
    task.programme.two_approvers, cast.need.task = True, task  # taken back with the transaction
    return cast.pairing(_S.ACCEPTED, **values)


def test_two_managers_approve_where_the_programme_asks_for_two(cast: Cast, session: Session) -> None:
    pairing = two_approvers(cast, session, needs_consent=False)
    first, second = cast.by(Side.MANAGER), actor_for(session, cast.make.manager(""))
    pairing_approval.approve(session, pairing.code, order=order_for(pairing), by=first)
    assert (pairing.state, pairing.endorsed_by_id) == (_S.ACCEPTED, first.user_id)
    told = session.scalars(select(Notification.text_zh).where(Notification.user_id == second.user_id)).all()
    assert "请审批" in told[-1]
    with pytest.raises(NotAllowedError, match="Two managers"):
        pairing_approval.approve(session, pairing.code, order=order_for(pairing), by=first)
    pairing_approval.approve(session, pairing.code, order=order_for(pairing), by=second)
    assert pairing.state == _S.APPROVED
    assert [change.move for change in changes(session)] == ["endorse", "approve"]


def test_first_approval_falls_with_changed_terms_and_waits_for_consent(cast: Cast, session: Session) -> None:
    pairing = two_approvers(cast, session, needs_consent=True)
    with pytest.raises(MoveError) as raised:
        pairing_approval.approve(session, pairing.code, order=order_for(pairing), by=cast.by(Side.MANAGER))
    assert raised.value.code == "consent" and pairing.endorsed_by_id is None
    need, mode = cast.make.need(cast.host, task=cast.need.task), cast.make.mode(needs_consent=False)
    plain = cast.make.pairing(need, cast.expert, state=_S.ACCEPTED, mode=mode)
    pairing_approval.approve(session, plain.code, order=order_for(plain), by=cast.by(Side.MANAGER))
    pairing_terms.revise(session, plain.code, TERMS, order=order_for(plain), by=cast.by(Side.EMPLOYER))
    assert plain.endorsed_by_id is None


@pytest.mark.parametrize("how", ["host", "institution", "tie"])
def test_nobody_decides_where_they_have_an_interest(cast: Cast, session: Session, how: str) -> None:
    pairing = cast.pairing(_S.ACCEPTED)
    if how == "host":
        cast.make.grant(cast.manager, Role.EMPLOYER, organisation_id=cast.host.id)
    elif how == "institution":
        cast.make.grant(cast.manager, Role.INSTITUTION, organisation_id=cast.institution.id)
    else:
        cast.expert.ties.append(Tie(kind=TieKind.KINSHIP, counterpart=cast.manager.name))
    session.flush()
    for move in ("approve", "reject", "return"):
        with pytest.raises((NotAllowedError, MoveError)):
            ACTS[move](session, pairing.code, order=order_for(pairing), by=cast.by(Side.MANAGER))
    assert pairing.state == _S.ACCEPTED


def test_approval_keeps_what_every_rule_found_and_names_what_forbids(cast: Cast, session: Session) -> None:
    cast.expert.days_per_year = 5.0
    pairing = cast.pairing(_S.ACCEPTED, needs_consent=False)
    with pytest.raises(pairing_approval.RulesStandInTheWayError) as raised:
        pairing_approval.approve(session, pairing.code, order=order_for(pairing), by=cast.by(Side.MANAGER))
    assert raised.value.stops and all(one.rule.name_zh in raised.value.sentence.zh for one in raised.value.stops)
    assert pairing.state == _S.ACCEPTED
    cast.expert.days_per_year = 300.0
    session.flush()
    pairing_approval.approve(session, pairing.code, order=order_for(pairing), by=cast.by(Side.MANAGER))
    assert pairing.state == _S.APPROVED
    checks = session.scalars(select(RuleCheck).where(RuleCheck.purpose == "approve")).all()
    assert checks and all(check.results for check in checks)


@pytest.mark.parametrize(
    "missing", ["signed_sha256", "employer_signed_on", "expert_signed_on", "institution_signed_on"]
)
def test_nothing_is_signed_before_the_agreement_is(cast: Cast, session: Session, missing: str) -> None:
    pairing = cast.pairing(_S.APPROVED, needs_consent=True)
    agreement: Agreement = signed_agreement(cast.make, pairing)
    setattr(agreement, missing, "" if missing == "signed_sha256" else None)
    session.flush()
    with pytest.raises(ConflictError, match="signed agreement"):
        ACTS["sign"](session, pairing.code, order=order_for(pairing), by=cast.by(Side.EMPLOYER))
    assert session.scalars(select(Assignment)).all() == []


def test_every_service_error_is_one_that_pages_know(cast: Cast, session: Session) -> None:
    with pytest.raises(ServiceError):
        pairing_moves.accept(session, "DJ2026-99999", order=Order(1), by=cast.by(Side.EXPERT))
    assert {move.name for move in PAIRING_STATES.moves} == {*ACTS, "invite", "apply", "expire"} - {"revise", "agree"}
