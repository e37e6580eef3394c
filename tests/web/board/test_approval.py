"""A manager decides on one pairing: what stands in the way is shown, and the service refuses it all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from approval_cast import TOO_MANY, acting, form, order, related, stands_in, waiting
from flask import Flask
from flask.testing import FlaskClient
from pairing_cast import Cast
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEvent, Pairing, PairingMember, Programme, RuleCheck, StateChange, Task, Tie, User
from models.choices import Outcome, PairingState, TieKind
from models.database import writing
from web.extensions import db
from web.services import pairing_approval, pairing_terms, pairing_waivers, policy
from web.services.board import count_waiting_for
from web.services.errors import NotAllowedError, NotFoundError
from web.services.orders import OvertakenError
from web.services.pairing_approval import RulesStandInTheWayError
from web.services.pairing_proposals import Terms

Browser = Callable[[User], FlaskClient]
_S = PairingState


def state(session: Session, pairing: Pairing) -> PairingState:
    session.expire_all()
    return pairing.state


@pytest.fixture
def double(cast: Cast, session: Session) -> Iterator[Pairing]:
    """A pairing of a programme that asks for two approvers."""
    task = session.scalars(select(Task).order_by(Task.code)).first()
    assert task is not None
    programme = session.get_one(Programme, task.programme_code)
    programme.two_approvers = True
    yield waiting(cast, need=cast.make.need(cast.host, task=task))
    session.rollback()
    session.get_one(Programme, programme.code).two_approvers = False
    session.commit()


def test_manager_approves_what_every_rule_lets_pass(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = waiting(cast)
    visitor = browser(cast.manager)
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert f"/desk/pairings/{pairing.code}/approve" in page and "现在还不能批准" not in page
    assert visitor.post(f"/desk/pairings/{pairing.code}/approve", data=form(pairing)).status_code == 303
    assert state(session, pairing) == _S.APPROVED
    assert "批准时的规则结果" in visitor.get(f"/pairings/{pairing.code}").text


def test_blocked_pairing_has_no_button_and_is_refused_all_the_same(
    cast: Cast, browser: Browser, session: Session
) -> None:
    pairing = waiting(cast, days_per_year=TOO_MANY)
    visitor = browser(cast.manager)
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert f"/desk/pairings/{pairing.code}/approve" not in page
    reasons = page.split("现在还不能批准")[1].split("</ul>")[0]
    assert "天" in reasons and "<li>" in reasons
    answer = visitor.post(f"/desk/pairings/{pairing.code}/approve", data=form(pairing))
    assert answer.status_code == 409 and "还不能批准" in answer.text
    assert state(session, pairing) == _S.ACCEPTED
    check = session.scalars(select(RuleCheck).where(RuleCheck.purpose == "approve")).one()
    assert [one.rule_code for one in check.results if one.outcome == Outcome.FAIL] == ["day_budget"]
    with pytest.raises(RulesStandInTheWayError):
        pairing_approval.approve(session, pairing.code, order=order(pairing), by=acting(session, cast.manager))


def test_waiver_needs_a_reason_lets_pass_and_can_be_taken_back(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = related(cast)
    visitor, url = browser(cast.manager), f"/desk/pairings/{pairing.code}"
    assert f"{url}/approve" not in visitor.get(f"/pairings/{pairing.code}").text
    short = visitor.post(f"{url}/waive", data=form(pairing, rule_code="personal_ties", reason="行"))
    assert short.status_code == 422 and 'class="error-text"' in short.text and "豁免原因请写" in short.text
    long = form(pairing, rule_code="personal_ties", reason="亲属不在本项目，已核实")
    assert visitor.post(f"{url}/waive", data=long).status_code == 303
    page = visitor.get(f"/pairings/{pairing.code}").text
    assert "已豁免：亲属不在本项目，已核实" in page and f"{url}/approve" in page
    assert visitor.post(f"{url}/unwaive", data=form(pairing, rule_code="personal_ties")).status_code == 303
    assert visitor.post(f"{url}/approve", data=form(pairing)).status_code == 409
    visitor.post(f"{url}/waive", data=long)
    assert visitor.post(f"{url}/approve", data=form(pairing)).status_code == 303
    assert state(session, pairing) == _S.APPROVED


def test_other_terms_take_waivers_back(cast: Cast, session: Session) -> None:
    pairing = related(cast)
    given = {"rule_code": "personal_ties", "by": acting(session, cast.manager)}
    pairing_waivers.waive(session, pairing.code, order=order(pairing, "亲属不在本项目，已核实"), **given)
    terms = replace(Terms.of(pairing), pay=9.0)
    pairing_terms.revise(session, pairing.code, terms, order=order(pairing), by=acting(session, cast.employer))
    assert [one.rule.code for one in policy.stops(policy.look(session, pairing))] == ["personal_ties"]
    session.commit()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "rule.unwaive"))
    assert [one.actor_id for one in events] == [cast.employer.id]


def test_blocking_rule_cannot_be_waived(cast: Cast, browser: Browser) -> None:
    pairing = waiting(cast, days_per_year=TOO_MANY)
    data = form(pairing, rule_code="day_budget", reason="情况特殊，请予豁免")
    assert browser(cast.manager).post(f"/desk/pairings/{pairing.code}/waive", data=data).status_code == 403


@pytest.mark.parametrize(("move", "after"), [("return", _S.ACCEPTED), ("reject", _S.REJECTED)])
def test_return_and_reject_need_a_reason(
    cast: Cast, browser: Browser, session: Session, move: str, after: PairingState
) -> None:
    pairing = waiting(cast)
    visitor, url = browser(cast.manager), f"/desk/pairings/{pairing.code}/{move}"
    wrong = visitor.post(url, data=form(pairing, reason="  "))
    assert wrong.status_code == 422 and "请写明原因" in wrong.text
    assert state(session, pairing) == _S.ACCEPTED
    assert visitor.post(url, data=form(pairing, reason="请补体检证明")).status_code == 303
    assert state(session, pairing) == after and pairing.state_note == "请补体检证明"


def test_managers_elsewhere_know_of_nothing(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = waiting(cast)
    elsewhere = cast.make.manager("62")
    visitor = browser(elsewhere)
    assert visitor.get(f"/pairings/{pairing.code}").status_code == 404
    assert visitor.post(f"/desk/pairings/{pairing.code}/approve", data=form(pairing)).status_code == 404
    with pytest.raises(NotFoundError):
        pairing_approval.approve(session, pairing.code, order=order(pairing), by=acting(session, elsewhere))
    assert state(session, pairing) == _S.ACCEPTED


def test_two_managers_must_approve_one_after_the_other(
    cast: Cast, browser: Browser, session: Session, double: Pairing
) -> None:
    second, url = cast.make.manager("64"), f"/desk/pairings/{double.code}/approve"
    assert "初审通过" in browser(cast.manager).get(f"/pairings/{double.code}").text
    browser(cast.manager).post(url, data=form(double))
    assert state(session, double) == _S.ACCEPTED and double.endorsed_by_id == cast.manager.id
    page = browser(cast.manager).get(f"/pairings/{double.code}").text
    assert f"初审：{cast.manager.name}" in page and url not in page and "请另一位管理人员终审" in page
    again = browser(cast.manager).post(url, data=form(double))
    assert again.status_code == 403 and "请另一位管理人员终审" in again.text
    assert browser(second).post(url, data=form(double)).status_code == 303
    assert state(session, double) == _S.APPROVED


def test_a_waiver_takes_the_first_approval_back(cast: Cast, session: Session, double: Pairing) -> None:
    double.expert.ties = [Tie(kind=TieKind.KINSHIP, counterpart=cast.host.name)]
    double.endorsed_by_id = cast.make.manager("64").id
    session.flush()
    given = {"rule_code": "personal_ties", "by": acting(session, cast.manager)}
    pairing_waivers.waive(session, double.code, order=order(double, "亲属不在本项目，已核实"), **given)
    assert double.endorsed_by_id is None


def test_a_member_of_the_team_does_not_decide(cast: Cast, session: Session) -> None:
    pairing, own = waiting(cast), cast.make.expert(cast.manager)
    assert count_waiting_for(session, by=acting(session, cast.manager)) == 1
    pairing.members.append(PairingMember(position=0, name=own.name, expert_id=own.id))
    assert count_waiting_for(session, by=acting(session, cast.manager)) == 0
    with pytest.raises(NotAllowedError, match="member of the team"):
        pairing_approval.approve(session, pairing.code, order=order(pairing), by=acting(session, cast.manager))


def test_a_deputy_does_not_make_two_approvers_of_one(cast: Cast, session: Session, double: Pairing) -> None:
    deputy = cast.make.manager("62")
    stands_in(session, cast.manager, deputy)
    pairing_approval.approve(session, double.code, order=order(double), by=acting(session, cast.manager))
    with pytest.raises(NotAllowedError, match="Two managers"):
        pairing_approval.approve(session, double.code, order=order(double), by=acting(session, deputy))
    assert double.state == _S.ACCEPTED


def test_who_was_endorsed_for_cannot_approve_after_the_deputy(cast: Cast, session: Session, double: Pairing) -> None:
    deputy = cast.make.manager("62")
    stands_in(session, cast.manager, deputy)
    pairing_approval.approve(session, double.code, order=order(double), by=acting(session, deputy))
    assert double.endorsed_by_id == deputy.id
    with pytest.raises(NotAllowedError, match="Two managers"):
        pairing_approval.approve(session, double.code, order=order(double), by=acting(session, cast.manager))
    other = cast.make.manager("64")
    pairing_approval.approve(session, double.code, order=order(double), by=acting(session, other))
    assert double.state == _S.APPROVED


def test_of_two_managers_at_once_one_wins_and_the_other_is_told_who(app: Flask, session: Session, cast: Cast) -> None:
    pairing, second = waiting(cast), cast.make.manager("64")
    code, both = pairing.code, [acting(session, cast.manager), acting(session, second)]
    orders = [order(pairing), order(pairing)]
    session.commit()
    together = Barrier(2)

    def approve(number: int) -> str:
        together.wait()
        with app.app_context(), writing():
            try:
                pairing_approval.approve(db.session, code, order=orders[number], by=both[number])
                db.session.commit()
            except OvertakenError as error:
                db.session.rollback()
                return error.sentence.zh
        return "done"

    with ThreadPoolExecutor(2) as threads:
        said = Counter(threads.map(approve, range(2)))
    change = session.scalars(select(StateChange).where(StateChange.move == "approve")).one()
    assert said.pop("done") == 1
    winner = next(one.name for one in both if one.user_id == change.actor_id)
    assert [text.split("（")[0] for text in said] == [f"已由 {winner} 办理：批准"]


def test_form_sent_twice_acts_once(cast: Cast, browser: Browser, session: Session) -> None:
    pairing = waiting(cast)
    visitor, data = browser(cast.manager), form(pairing)
    for _time in range(2):
        assert visitor.post(f"/desk/pairings/{pairing.code}/approve", data=data).status_code == 303
    assert len(session.scalars(select(StateChange).where(StateChange.move == "approve")).all()) == 1
