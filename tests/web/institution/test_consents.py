"""The home institution sees its own requests, and its yes or no counts once and only for itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from consent_cast import Cast, cast_of
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import PairingMember, StateChange, User
from models.choices import AssignmentState, PairingState, Role, Verification
from web.services import consents
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.orders import OvertakenError

Browser = Callable[[User], FlaskClient]


def other_officer(make: Maker) -> User:
    user = make.user()
    make.grant(user, Role.INSTITUTION, organisation_id=make.organisation().id)
    return user


def test_an_officer_sees_the_requests_to_the_own_institution_alone(cast: Cast, make: Maker, session: Session) -> None:
    assert list(session.scalars(consents.requests_for(by=cast.by(cast.officer)))) == [cast.pairing]
    assert list(session.scalars(consents.requests_for(by=cast.by(other_officer(make))))) == []


def test_a_request_appears_once_both_parties_agree(cast: Cast, session: Session) -> None:
    cast.pairing.expert_agreed_at = None
    session.flush()
    assert consents.count(session, by=cast.by(cast.officer), group="waiting") == 0
    with pytest.raises(NotFoundError):
        consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))
    cast.pairing.state = PairingState.WITHDRAWN
    session.flush()
    assert consents.count(session, by=cast.by(cast.officer), group="ended") == 0


def test_consent_moves_the_pairing_and_a_form_sent_twice_acts_once(cast: Cast, session: Session) -> None:
    order, by = cast.order(request_id=str(uuid4())), cast.by(cast.officer)
    for _ in range(2):
        assert consents.consent(session, cast.code, order=order, by=by).state == PairingState.CONSENTED
    moves = select(func.count()).where(StateChange.subject_id == cast.pairing.id, StateChange.move == "consent")
    assert session.scalar(moves) == 1


def test_of_two_officers_the_second_is_told_who_was_first(cast: Cast, make: Maker, session: Session) -> None:
    colleague = make.user()
    make.grant(colleague, Role.INSTITUTION, organisation_id=cast.institution.id)
    order = cast.order()
    consents.consent(session, cast.code, order=order, by=cast.by(cast.officer))
    with pytest.raises(OvertakenError, match="周处长"):
        consents.refuse(session, cast.code, order=order, by=cast.by(colleague))


def test_other_institutions_and_the_parties_cannot_consent(cast: Cast, make: Maker, session: Session) -> None:
    for user in (other_officer(make), cast.employer, cast.expert_user, cast.manager):
        with pytest.raises(NotFoundError):
            consents.consent(session, cast.code, order=cast.order(), by=cast.by(user))
    make.grant(cast.expert_user, Role.INSTITUTION, organisation_id=cast.institution.id)
    with pytest.raises(NotAllowedError):
        consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.expert_user))
    assert cast.pairing.state == PairingState.ACCEPTED


def test_one_of_the_team_does_not_consent(cast: Cast, make: Maker, session: Session) -> None:
    fellow = make.expert(cast.officer)
    cast.pairing.members = [PairingMember(position=1, name="周处长", expert=fellow)]
    session.flush()
    with pytest.raises(NotAllowedError, match="party"):
        consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))


@pytest.mark.parametrize("act", [consents.consent, consents.refuse])
def test_an_institution_that_is_not_verified_speaks_for_nobody(
    cast: Cast, session: Session, act: Callable[..., object]
) -> None:
    cast.institution.verification = Verification.PENDING
    with pytest.raises(ConflictError, match="not verified"):
        act(session, cast.code, order=cast.order("不行"), by=cast.by(cast.officer))
    assert cast.pairing.state == PairingState.ACCEPTED


def test_a_refusal_needs_its_reason(cast: Cast, session: Session) -> None:
    with pytest.raises(InvalidError):
        consents.refuse(session, cast.code, order=cast.order("  "), by=cast.by(cast.officer))
    consents.refuse(session, cast.code, order=cast.order("本学期教学任务重"), by=cast.by(cast.officer))
    assert (cast.pairing.state, cast.pairing.state_note) == (PairingState.REFUSED, "本学期教学任务重")


def test_the_load_is_what_else_is_promised_or_asked(cast: Cast, make: Maker, session: Session) -> None:
    running = make.pairing(make.need(), cast.expert, state=PairingState.SIGNED)
    assignment = make.assignment(running, starts=date(2026, 1, 1))
    asked = make.pairing(make.need(), cast.expert, state=PairingState.ACCEPTED, starts=date(2026, 2, 1))
    make.pairing(make.need(), cast.expert, state=PairingState.DECLINED)
    over = make.pairing(make.need(), cast.expert, state=PairingState.SIGNED)
    make.assignment(over, state=AssignmentState.TERMINATED)
    make.pairing()
    load = consents.commitments(session, cast.pairing)
    assert [(one.code, one.is_settled) for one in load] == [(assignment.code, True), (asked.code, False)]


def test_the_pages_of_another_institution_are_not_there(cast: Cast, make: Maker, browser: Browser) -> None:
    page = f"/institution/requests/{cast.code}"
    mine, strange = browser(cast.officer), browser(other_officer(make))
    assert strange.get(page).status_code == 404
    assert strange.post(f"{page}/consent").status_code == 404
    shown = mine.get(page).text
    for text in (cast.expert.name, cast.host.name, "首席植保专家", "12.5 万元", "知识产权：双方约定"):
        assert text in shown
    assert cast.expert.phone not in shown
    assert cast.code in mine.get("/institution/requests").text
    assert cast.code not in strange.get("/institution/requests").text


def test_consent_and_refusal_through_the_page(cast: Cast, browser: Browser, session: Session) -> None:
    mine, page = browser(cast.officer), f"/institution/requests/{cast.code}"
    form = {"version": cast.pairing.version, "request_id": str(uuid4())}
    refused = mine.post(f"{page}/refuse", data={**form, "reason": ""})
    assert refused.status_code == 422 and "请写明原因" in refused.text
    assert mine.post(f"{page}/consent", data=form).location == page
    assert mine.post(f"{page}/consent", data={**form, "request_id": str(uuid4())}).status_code == 409
    session.refresh(cast.pairing)
    assert cast.pairing.state == PairingState.CONSENTED


def test_verifying_an_institution_makes_it_known_to_open_pairings(make: Maker, session: Session) -> None:
    from web.services import organisations

    cast = cast_of(make, session, has_institution=False)
    college = make.organisation(name="江淮畜牧学院", verification=Verification.PENDING)
    organisations.verify(session, college, by=cast.by(cast.manager))
    session.flush()
    assert cast.pairing.institution_id == college.id
