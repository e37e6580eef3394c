"""公示: long enough, without an open objection, and stopped by one that is upheld."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from consent_cast import Cast
from factories import Maker
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import PublicNotice, User
from models.choices import NoticeState, Outcome, PairingState, Role, Verification
from web.services import consents, pairing_terms, policy, public_notices
from web.services.errors import ConflictError, InvalidError, NotFoundError
from web.services.need_submission import today_in_china
from web.services.pairing_proposals import Terms
from web.services.working_days import working_days

Browser = Callable[[User], FlaskClient]
LONG_AGO = today_in_china() - timedelta(days=21)


def start(cast: Cast, session: Session, starts: date = LONG_AGO, place: str = "人事处公告栏") -> PublicNotice:
    by = cast.by(cast.officer)
    public_notices.start(session, cast.code, place=place, starts=starts, order=cast.order(), by=by)
    return cast.pairing.notices[-1]


def object_to(cast: Cast, session: Session) -> int:
    public_notices.object_to(
        session,
        cast.code,
        received_on=LONG_AGO + timedelta(days=1),
        text="课程无人接替",
        order=cast.order(),
        by=cast.by(cast.officer),
    )
    return cast.pairing.notices[-1].objections[-1].id


def settle(cast: Cast, session: Session, objection_id: int, *, is_upheld: bool) -> None:
    public_notices.settle(
        session,
        cast.code,
        objection_id,
        settlement="已核实",
        is_upheld=is_upheld,
        order=cast.order(),
        by=cast.by(cast.officer),
    )


def end(cast: Cast, session: Session, ends: date | None = None) -> None:
    ends = ends or today_in_china()
    public_notices.end(session, cast.code, ends=ends, order=cast.order(), by=cast.by(cast.officer))


def test_the_rules_say_how_many_working_days_there_must_be(cast: Cast, session: Session) -> None:
    notice = start(cast, session)
    today = LONG_AGO + timedelta(days=2)
    progress = public_notices.progress_of(session, cast.pairing, notice, today=today)
    assert (progress.required, progress.days) == (5, working_days(LONG_AGO, today).days)
    assert progress.missing == 5 - progress.days > 0
    assert progress.full_on is not None
    assert working_days(LONG_AGO, progress.full_on).days == 5
    assert working_days(LONG_AGO, progress.full_on - timedelta(days=1)).days == 4


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_notice_of_other_terms_counts_for_nothing(cast: Cast, session: Session, is_ended: bool) -> None:
    notice = start(cast, session)
    if is_ended:
        end(cast, session)
    terms = replace(Terms.of(cast.pairing), pay=99.0)
    pairing_terms.revise(session, cast.code, terms, order=cast.order(), by=cast.by(cast.employer))
    assert public_notices.state_of(notice) == NoticeState.SUPERSEDED
    found = {one.rule.code: one.outcome for one in policy.look(session, cast.pairing)}
    assert found["dual_notice"] == Outcome.FAIL
    pairing_terms.agree(session, cast.code, order=cast.order(), by=cast.by(cast.expert_user))
    assert public_notices.state_of(start(cast, session)) == NoticeState.OPEN


def test_a_notice_ends_when_its_working_days_are_full(cast: Cast, session: Session) -> None:
    notice = start(cast, session)
    with pytest.raises(InvalidError, match="missing"):
        end(cast, session, LONG_AGO + timedelta(days=1))
    assert notice.ends is None
    end(cast, session)
    assert (notice.ends, public_notices.state_of(notice)) == (today_in_china(), NoticeState.CLOSED)


def test_a_notice_with_an_open_objection_neither_ends_nor_lets_consent_through(cast: Cast, session: Session) -> None:
    notice = start(cast, session)
    objection = object_to(cast, session)
    with pytest.raises(ConflictError, match="objection"):
        end(cast, session)
    with pytest.raises(ConflictError, match="objection"):
        consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))
    settle(cast, session, objection, is_upheld=False)
    with pytest.raises(ConflictError, match="settled already"):
        settle(cast, session, objection, is_upheld=True)
    end(cast, session)
    assert public_notices.state_of(notice) == NoticeState.CLOSED
    consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))
    assert cast.pairing.state == PairingState.CONSENTED


def test_an_objection_to_terms_that_are_no_more_stops_nothing(cast: Cast, session: Session) -> None:
    notice = start(cast, session)
    object_to(cast, session)
    notice.is_superseded = True
    session.flush()
    consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))
    assert cast.pairing.state == PairingState.CONSENTED


def test_an_objection_that_is_upheld_stops_the_notice_and_consent(cast: Cast, session: Session) -> None:
    notice = start(cast, session)
    settle(cast, session, object_to(cast, session), is_upheld=True)
    assert (public_notices.state_of(notice), notice.ends) == (NoticeState.STOPPED, today_in_china())
    with pytest.raises(ConflictError, match="upheld"):
        consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))
    start(cast, session)
    consents.consent(session, cast.code, order=cast.order(), by=cast.by(cast.officer))


def test_one_notice_at_a_time_and_a_page_from_before_is_told(cast: Cast, session: Session) -> None:
    old = cast.order()
    start(cast, session)
    with pytest.raises(ConflictError, match="shown already"):
        start(cast, session)
    with pytest.raises(ConflictError, match="周处长"):
        consents.consent(session, cast.code, order=old, by=cast.by(cast.officer))


@pytest.mark.parametrize(
    ("place", "starts", "field"),
    [
        ("", LONG_AGO, "place"),
        ("栏" * 201, LONG_AGO, "place"),
        ("公告栏", None, "starts"),
        ("公告栏", LONG_AGO - timedelta(days=365), "starts"),
        ("公告栏", LONG_AGO + timedelta(days=365), "starts"),
    ],
)
def test_wrong_notices_are_named_by_field(
    cast: Cast, session: Session, place: str, starts: date | None, field: str
) -> None:
    with pytest.raises(InvalidError) as wrong:
        public_notices.start(
            session, cast.code, place=place, starts=starts, order=cast.order(), by=cast.by(cast.officer)
        )
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_only_the_verified_institution_itself_gives_notice(cast: Cast, make: Maker, session: Session) -> None:
    stranger = make.user()
    make.grant(stranger, Role.INSTITUTION, organisation_id=make.organisation().id)
    for user in (stranger, cast.expert_user, cast.employer):
        with pytest.raises(NotFoundError):
            public_notices.start(session, cast.code, place="栏", starts=LONG_AGO, order=cast.order(), by=cast.by(user))
    cast.institution.verification = Verification.RETURNED
    with pytest.raises(ConflictError, match="not verified"):
        start(cast, session)


def test_the_page_lets_consent_where_the_service_does(cast: Cast, browser: Browser, session: Session) -> None:
    def button() -> str:
        page = browser(cast.officer).get(f"/institution/requests/{cast.code}").text
        return next(found for found in re.findall(r"<button[^>]*>.*?</button>", page, re.S) if "同意此项请求" in found)

    notice = start(cast, session)
    object_to(cast, session)
    assert "disabled" in button()
    notice.is_superseded = True
    session.flush()
    assert "disabled" not in button()


def test_a_notice_through_its_pages(cast: Cast, browser: Browser, session: Session) -> None:
    mine, page = browser(cast.officer), f"/institution/requests/{cast.code}"

    def send(path: str, **values: str) -> tuple[int, str]:
        session.refresh(cast.pairing)
        form = {"version": str(cast.pairing.version), "request_id": str(uuid4())}
        answer = mine.post(f"{page}/{path}", data=form | values)
        return answer.status_code, answer.text

    status, text = send("notice", place="人事处", starts="不是日期")
    assert status == 422 and "不是日期" in text and "2026-11-23" in text
    assert send("notice", place="人事处", starts=LONG_AGO.isoformat())[0] == 302
    status, text = send("objections", received_on=LONG_AGO.isoformat(), text="")
    assert status == 422 and "请填写" in text
    assert send("objections", received_on=LONG_AGO.isoformat(), text="<script>alert(1)</script>")[0] == 302
    shown = mine.get(page).text
    assert "<script>alert(1)" not in shown and "&lt;script&gt;alert(1)" in shown
    assert send("notice/end", ends=today_in_china().isoformat())[0] == 409
    session.expire_all()
    objection = cast.pairing.notices[-1].objections[0]
    assert send(f"objections/{objection.id + 1}", settlement="x", result="dismissed")[0] == 404
    status, text = send(f"objections/{objection.id}", settlement="", result="dismissed")
    assert status == 422 and f'id="settlement-{objection.id}-error"' in text
    assert send(f"objections/{objection.id}", settlement="不属实", result="dismissed")[0] == 302
    assert send("notice/end", ends=today_in_china().isoformat())[0] == 302
    assert "公示已结束" in mine.get(page).text
