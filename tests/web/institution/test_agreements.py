"""The agreement says what was agreed, is made only when nothing is missing, and signing it makes the assignment."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import pytest
from consent_cast import Cast, cast_of
from factories import Maker
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Agreement, Assignment, Document, ExchangeLeg, PairingMember, User
from models.choices import DocumentKind, PairingState, Subject
from models.state_machine import MoveError
from web.services import agreements
from web.services.agreement_file import numeral
from web.services.agreement_text import missing
from web.services.agreements import IncompleteError, SignedOn
from web.services.document_readers import open_for
from web.services.documents import MOST_BYTES, store
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.need_submission import today_in_china
from web.services.pairing_proposals import clauses_of

Browser = Callable[[User], FlaskClient]
TODAY = today_in_china()
DATES = SignedOn(TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=2))
PDF = b"%PDF-1.7\nsigned\n%%EOF"


def words_of(data: bytes) -> str:
    """Everything that a reader of the Word file sees."""
    file = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in file.paragraphs), *cells])


def generated(cast: Cast, session: Session, folder: Path) -> str:
    document = agreements.generate(session, folder, cast.code, by=cast.by(cast.employer))
    _row, file = open_for(session, folder, document.id, by=cast.by(cast.expert_user))
    with file:
        return words_of(file.read())


def signed_copy(cast: Cast, session: Session, folder: Path, data: bytes = PDF) -> Document:
    return store(
        session,
        folder,
        subject=Subject.PAIRING,
        subject_id=cast.pairing.id,
        kind=DocumentKind.AGREEMENT_SIGNED,
        name="签好.pdf",
        stream=io.BytesIO(data),
        by=cast.by(cast.employer),
    )


def sign(cast: Cast, session: Session, folder: Path, user: User | None = None, **values: Any) -> None:
    given: dict[str, Any] = {"order": cast.order(), "dates": DATES, "document": None, **values}
    given["document"] = given["document"] or signed_copy(cast, session, folder)
    agreements.sign(session, cast.code, by=cast.by(user or cast.employer), **given)


@pytest.fixture
def approved(cast: Cast, session: Session) -> Cast:
    cast.pairing.state = PairingState.APPROVED
    session.flush()
    return cast


def test_the_word_file_names_every_party_term_and_clause(cast: Cast, session: Session, tmp_path: Path) -> None:
    text = generated(cast, session, tmp_path)
    clauses = clauses_of(session, cast.pairing.mode)
    assert len(clauses) >= 7
    for clause in clauses:
        assert clause.title_zh in text
        assert cast.pairing.clauses[clause.code] in text
    for party in (cast.host, cast.institution):
        assert party.name in text and party.credit_code in text
    for one in (
        "甲方（用人单位）",
        "乙方（专家）：菌未霜",
        "丙方（派出单位）：江淮农业大学",
        "双聘三方协议书",
        "首席植保专家",
        "每年人民币 12.5 万元",
        "2026 年 9 月 1 日 至 2027 年 8 月 31 日",
        "15 天",
        cast.code,
        "宁夏回族自治区",
        "签字",
        "盖章",
    ):
        assert one in text, one


def test_two_parties_sign_where_no_consent_is_needed_and_the_approval_is_named(
    cast: Cast, make: Maker, session: Session, tmp_path: Path
) -> None:
    mode = make.mode(needs_consent=False, clauses=("confidentiality",))
    plain = cast_of(make, session, mode=mode, state=PairingState.ACCEPTED, clauses={"confidentiality": "保密三年"})
    before = generated(plain, session, tmp_path)
    assert "丙方" not in before and "派出单位" not in before and "保密三年" in before
    from models.choices import Side
    from web.services.pairing_moves import move_as

    move_as(session, plain.pairing, "approve", side=Side.MANAGER, order=plain.order(), by=plain.by(plain.manager))
    assert f"经项目管理人员 {plain.manager.name} 于" in generated(plain, session, tmp_path)


def test_team_legs_and_milestones_stand_in_annexes_and_answers_among_the_terms(
    cast: Cast, make: Maker, session: Session, tmp_path: Path
) -> None:
    bare = generated(cast, session, tmp_path)
    assert "附表" not in bare and "导师姓名" not in bare
    mode = make.mode(needs_consent=False, clauses=(), parts=("team", "legs", "milestones", "mentor"))
    given = cast_of(make, session, mode=mode, state=PairingState.ACCEPTED, clauses={})
    given.pairing.members = [PairingMember(position=0, name="田团员", institution="某县农技站")]
    given.pairing.legs = [
        ExchangeLeg(direction="east", name="西去东", organisation="中宁农技站", starts=TODAY, ends=TODAY)
    ]
    goal = {"title": "提交育种报告", "due": "2027-03-01", "budget": 12.5, "source": "自筹"}
    given.pairing.details = {"milestones": [goal], "mentor_name": "郭师傅", "mentor_share": 40, "trainees": 7}
    session.flush()
    text = generated(given, session, tmp_path)
    for one in (
        "附表一“团队成员”、附表二“互派人员和时间”、附表三“节点和经费”是本协议的组成部分",
        f"{given.expert.name}\n{given.expert.institution}\n团长\n田团员\n某县农技站\n团员",
        f"西部到东部\n西去东\n中宁农技站\n{TODAY} 至 {TODAY}",
        "提交育种报告\n2027-03-01\n12.5\n自筹",
        "导师姓名\n郭师傅",
        "导师承担的专业课比例\n40%",
    ):
        assert one in text, one
    assert "培训或带教人数" not in text  # an answer of a part that this mode does not have


def test_what_is_missing_is_named_before_a_file_is_made(cast: Cast, session: Session, tmp_path: Path) -> None:
    words = dict(cast.pairing.clauses)
    words.pop("ip")
    words["revenue"] = "按____分配"
    cast.pairing.clauses, cast.pairing.post, cast.pairing.pay = words, " ", None
    cast.pairing.expert_agreed_at = None
    session.flush()
    with pytest.raises(IncompleteError) as refused:
        agreements.generate(session, tmp_path, cast.code, by=cast.by(cast.employer))
    assert {one.anchor for one in refused.value.missing} == {"post", "pay", "clause-ip", "clause-revenue", "agree"}
    assert list(tmp_path.rglob("*")) == []


def test_no_pay_is_not_missing_pay(cast: Cast, session: Session, tmp_path: Path) -> None:
    cast.pairing.pay = 0
    assert missing(session, cast.pairing) == []
    assert "不支付报酬" in generated(cast, session, tmp_path)


def test_once_the_terms_are_fixed_the_file_has_blanks_instead(approved: Cast, session: Session, tmp_path: Path) -> None:
    approved.pairing.clauses, approved.pairing.pay = {}, None
    text = generated(approved, session, tmp_path)
    assert "每年人民币 ________ 万元" in text
    assert all(one.text_zh.strip() in text for one in clauses_of(session, approved.pairing.mode))


def test_a_new_text_takes_the_place_of_the_old_one(cast: Cast, session: Session, tmp_path: Path) -> None:
    by = cast.by(cast.employer)
    old = agreements.generate(session, tmp_path, cast.code, by=by)
    new = agreements.generate(session, tmp_path, cast.code, by=cast.by(cast.officer))
    assert open_for(session, tmp_path, new.id, by=by)[0] == new
    with pytest.raises(NotFoundError):
        open_for(session, tmp_path, old.id, by=by)


def test_managers_and_strangers_make_none_and_neither_does_an_early_pairing(
    cast: Cast, make: Maker, session: Session, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowedError):
        agreements.generate(session, tmp_path, cast.code, by=cast.by(cast.manager))
    with pytest.raises(NotFoundError):
        agreements.generate(session, tmp_path, cast.code, by=cast.by(make.employer()[0]))
    cast.pairing.state = PairingState.INVITED
    with pytest.raises(ConflictError):
        agreements.generate(session, tmp_path, cast.code, by=cast.by(cast.employer))


def test_what_people_wrote_stays_text_whatever_it_is(cast: Cast, session: Session, tmp_path: Path) -> None:
    hostile = "<w:p/>&amp; \x00\x0b\uffff{{ 7 * 7 }} ]]>"
    cast.pairing.post = "站长 & <b>"
    cast.pairing.clauses = {code: f"{words} {hostile}" for code, words in cast.pairing.clauses.items()}
    text = generated(cast, session, tmp_path)
    assert "站长 & <b>" in text and "<w:p/>&amp; {{ 7 * 7 }} ]]>" in text


def test_signing_makes_the_assignment_and_keeps_the_digest(approved: Cast, session: Session, tmp_path: Path) -> None:
    request_id = str(uuid4())
    order = type(approved.order())(approved.order().version, request_id)
    for _ in range(2):
        sign(approved, session, tmp_path, order=order)
    agreement = session.scalars(select(Agreement)).one()
    assignment = session.scalars(select(Assignment)).one()
    assert (approved.pairing.state, assignment.pairing_id) == (PairingState.SIGNED, approved.pairing.id)
    assert agreement.signed_sha256 == hashlib.sha256(PDF).hexdigest()
    signed = (agreement.employer_signed_on, agreement.expert_signed_on, agreement.institution_signed_on)
    assert signed == (DATES.employer, DATES.expert, DATES.institution)


def test_only_the_employer_signs_and_only_what_was_approved(cast: Cast, session: Session, tmp_path: Path) -> None:
    with pytest.raises(MoveError, match="state"):
        sign(cast, session, tmp_path)
    cast.pairing.state = PairingState.APPROVED
    for user in (cast.expert_user, cast.officer, cast.manager):
        with pytest.raises(MoveError, match="role"):
            sign(cast, session, tmp_path, user)
    assert session.scalars(select(Assignment)).all() == []


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        (SignedOn(None, TODAY, TODAY), "employer_signed_on"),
        (SignedOn(TODAY, TODAY + timedelta(days=1), TODAY), "expert_signed_on"),
        (SignedOn(TODAY, TODAY, date(2016, 1, 1)), "institution_signed_on"),
        (SignedOn(TODAY, TODAY), "institution_signed_on"),
    ],
)
def test_each_party_has_its_day(approved: Cast, session: Session, tmp_path: Path, dates: SignedOn, field: str) -> None:
    with pytest.raises(InvalidError) as wrong:
        sign(approved, session, tmp_path, dates=dates)
    assert [problem.field for problem in wrong.value.problems] == [field]
    assert approved.pairing.state == PairingState.APPROVED


def test_the_file_of_another_pairing_is_no_signed_agreement(
    approved: Cast, make: Maker, session: Session, tmp_path: Path
) -> None:
    other = signed_copy(cast_of(make, session), session, tmp_path)
    with pytest.raises(NotFoundError):
        sign(approved, session, tmp_path, document=other)


def test_the_agreement_through_its_pages(app: Flask, approved: Cast, browser: Browser, session: Session) -> None:
    mine, page = browser(approved.employer), f"/pairings/{approved.code}/agreement"
    assert "生成协议文本" in mine.get(page).text
    assert mine.post(page).location == page
    draft = session.scalars(select(Document)).one()
    answer = browser(approved.expert_user).get(f"/documents/{draft.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "菌未霜" in words_of(answer.data)
    session.refresh(approved.pairing)
    form = {"version": str(approved.pairing.version), "request_id": str(uuid4())}
    days = {f"{who}_signed_on": TODAY.isoformat() for who in ("employer", "expert", "institution")}

    def upload(data: bytes | None, name: str = "签.pdf", **more: str) -> Any:
        file = {} if data is None else {"file": (io.BytesIO(data), name)}
        return mine.post(f"{page}/sign", data={**form, **days, **more, **file})

    for wrong in (
        upload(None),
        upload(b""),
        upload(b"<html><script>1</script>", "签.pdf"),
        upload(PDF, employer_signed_on="x"),
    ):
        assert wrong.status_code == 422
    huge = PDF + b" " * MOST_BYTES
    assert upload(huge).status_code == 422
    assert upload(huge + b" " * 2**21).status_code == 413
    assert session.scalars(select(Assignment)).all() == []
    assert upload(PDF, "../../etc/签好的协议.pdf").status_code == 302
    shown = mine.get(page).text
    assert hashlib.sha256(PDF).hexdigest() in shown and "签好的协议.pdf" in shown
    assert session.scalars(select(Assignment.pairing_id)).one() == approved.pairing.id


def test_an_incomplete_agreement_says_what_is_missing_on_its_page(
    cast: Cast, browser: Browser, session: Session
) -> None:
    cast.pairing.post = ""
    session.flush()
    mine, page = browser(cast.employer), f"/pairings/{cast.code}/agreement"
    assert "岗位没有填写" in mine.get(page).text
    assert mine.post(page).status_code == 409


@pytest.mark.parametrize(("number", "word"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_articles_are_numbered_in_chinese(number: int, word: str) -> None:
    assert numeral(number) == word
