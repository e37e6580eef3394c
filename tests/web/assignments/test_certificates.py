"""Certificates of service: for confirmed days only, one that stands, verified by anybody without the whole name."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from assignment_cast import Cast
from factories import sign_in
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from models import Certificate, ServiceLog
from models.choices import AssignmentState, LogState, Side
from web.services import certificates
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.orders import Order

Orders = Callable[..., Order]


def confirmed(cast: Cast, day: int, days: float = 1.0) -> ServiceLog:
    part = "day" if days == 1.0 else "am"
    row = ServiceLog(
        assignment=cast.assignment,
        expert=cast.assignment.expert,
        day=date(2026, 11, day),
        days=days,
        part=part,
        done="查看黑果病",
        state=LogState.CONFIRMED,
    )
    cast.session.add(row)
    cast.session.flush()
    return row


@pytest.fixture
def ended(stage: Callable[..., Cast]) -> Cast:
    """A completed mission with two and a half confirmed days."""
    cast = stage(state=AssignmentState.COMPLETED, ended_on=date(2026, 11, 20))
    for day, days in ((2, 1.0), (3, 1.0), (4, 0.5)):
        confirmed(cast, day, days)
    return cast


def issued(cast: Cast, order: Order, who: str = "expert") -> Certificate:
    return certificates.issue(cast.session, cast.assignment.code, order=order, by=cast.by(who))


def test_a_certificate_counts_the_confirmed_days(ended: Cast, order: Orders) -> None:
    row = issued(ended, order())
    assert (row.days, row.revision) == (2.5, 1)
    assert row.number.startswith("ZM")
    assert issued(ended, order(), "employer") is row  # nothing has changed: the same one stands


def test_more_confirmed_days_make_a_new_revision_and_revoke_the_old_one(ended: Cast, order: Orders) -> None:
    first = issued(ended, order())
    confirmed(ended, 5)
    second = issued(ended, order())
    assert (second.days, second.revision) == (3.5, 2)
    assert second.number != first.number
    assert (first.revoked_at is not None, second.revoked_at) == (True, None)


@pytest.mark.parametrize("state", [AssignmentState.PLANNED, AssignmentState.ACTIVE, AssignmentState.SUSPENDED])
def test_none_is_issued_before_the_end(stage: Callable[..., Cast], order: Orders, state: AssignmentState) -> None:
    cast = stage(state=state)
    confirmed(cast, 2)
    with pytest.raises(ConflictError, match="has ended"):
        issued(cast, order())


def test_none_is_issued_without_confirmed_days(stage: Callable[..., Cast], order: Orders) -> None:
    with pytest.raises(ConflictError, match="none to certify"):
        issued(stage(state=AssignmentState.COMPLETED), order())


def test_who_may_issue_and_revoke(ended: Cast, order: Orders) -> None:
    for who in ("member", "officer"):
        with pytest.raises(NotAllowedError):
            issued(ended, order(), who)
    for who in ("stranger", "other_manager"):
        with pytest.raises(NotFoundError):
            issued(ended, order(), who)
    row, code = issued(ended, order(), "manager"), ended.assignment.code
    with pytest.raises(NotAllowedError):
        certificates.revoke(ended.session, code, order=order(reason="重复"), by=ended.by("expert"))
    with pytest.raises(InvalidError):
        certificates.revoke(ended.session, code, order=order(), by=ended.by("employer"))
    certificates.revoke(ended.session, code, order=order(reason="天数有误"), by=ended.by("employer"))
    assert row.revoked_at is not None


def test_what_was_revoked_the_expert_does_not_issue_again(ended: Cast, order: Orders) -> None:
    given = order()
    row, code = issued(ended, given), ended.assignment.code
    certificates.revoke(ended.session, code, order=order(reason="天数有误"), by=ended.by("employer"))
    assert issued(ended, given) is row, "the form that is sent again makes no second one"
    with pytest.raises(NotAllowedError, match="was revoked"):
        issued(ended, order())
    offered = {side: certificates.may_issue(ended.session, ended.assignment, side) for side in Side}
    assert {side for side, may in offered.items() if may} == {Side.EMPLOYER, Side.MANAGER}
    assert issued(ended, order(), "employer").revision == 2


@pytest.mark.parametrize(
    ("name", "shown"), [("菌未霜", "菌**"), ("马丽", "马*"), ("John Smith", "J*** S****"), ("阿", "阿*"), ("", "")]
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert certificates.masked(name) == shown


def test_anybody_verifies_and_sees_no_whole_name(ended: Cast, order: Orders, client: FlaskClient) -> None:
    row = issued(ended, order())
    number, host = row.number, ended.host.name
    page = client.get(f"/verify/{number.lower()}").text
    for text in (number, host, "科技服务团", "2026-09-01", "2026-11-20", "2.5", "菌**", "证明有效"):
        assert text in page
    assert "菌未霜" not in page
    assert client.get("/verify", query_string={"number": f" {number} "}).location == f"/verify/{number}"


def test_a_revoked_certificate_says_so_and_an_unknown_number_is_none(
    ended: Cast, order: Orders, client: FlaskClient
) -> None:
    number = issued(ended, order()).number
    certificates.revoke(ended.session, ended.assignment.code, order=order(reason="天数有误"), by=ended.by("employer"))
    page = client.get(f"/verify/{number}").text
    assert "证明已撤销" in page
    assert "证明有效" not in page
    for strange in ("ZM2026-999999", "<script>alert(1)</script>", "x" * 500, "０"):
        answer = client.get(f"/verify/{strange}")
        assert answer.status_code == 404
        assert "查无此证明" in answer.text or "没有这个页面" in answer.text
        assert "<script>alert" not in answer.text


def test_the_pdf_holds_number_name_and_days(ended: Cast, order: Orders, client: FlaskClient, session: Session) -> None:
    number = issued(ended, order()).number
    sign_in(client, ended.expert, session)
    answer = client.get(f"/certificates/{number}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}.pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = "".join(pages[0].extract_text().split())
    for part in (number, "菌未霜", "2.5天", ended.host.name, f"/verify/{number}", "2026-09-01", "2026-11-20"):
        assert part in text
    assert len(pages) == 1
    assert len(answer.data) < 100_000  # only the characters that it uses are embedded
    client.get("/language/en")
    english = PdfReader(io.BytesIO(client.get(f"/certificates/{number}.pdf").data)).pages[0].extract_text()
    assert "This is to certify that 菌未霜 served" in " ".join(english.split())


@pytest.mark.parametrize("who", ["stranger", "other_employer", "other_manager"])
def test_the_pdf_is_not_for_others(ended: Cast, order: Orders, client: FlaskClient, session: Session, who: str) -> None:
    number = issued(ended, order()).number
    sign_in(client, getattr(ended, who), session)
    assert client.get(f"/certificates/{number}.pdf").status_code == 404
