"""Nothing that others or the service wrote still names a removed person, and nobody leaves what needs them still."""

from __future__ import annotations

import io

import pytest
from consent_cast import Cast, cast_of
from factories import Maker
from flask import Flask
from sqlalchemy import String, Text, cast, select
from sqlalchemy.orm import Session

from models import (
    Appraisal,
    Base,
    Delegation,
    Document,
    ExchangeLeg,
    IndicatorClaim,
    Notification,
    OfficerInvitation,
    Pairing,
    PairingMember,
    PolicyRule,
    RuleCheck,
    RuleResult,
    RuleWaiver,
    TieDismissal,
)
from models.choices import (
    DocumentKind,
    GrantState,
    NeedState,
    Outcome,
    PairingState,
    Role,
    RuleState,
    Severity,
    Side,
    Subject,
    TieKind,
)
from models.columns import Facts, utc_now
from web.services import erasure
from web.services.access import Actor
from web.services.audit_trail import verify
from web.services.documents import store
from web.services.errors import ConflictError, Sentence
from web.services.journal import note_move, notify

NAME = "菌未霜"


@pytest.fixture
def people(make: Maker, session: Session) -> Cast:
    return cast_of(make, session, state=PairingState.SIGNED)


def test_nothing_names_the_person_any_more(app: Flask, people: Cast, make: Maker, session: Session) -> None:
    pairing, user = people.pairing, people.expert_user
    people.expert.name = NAME
    pairing.details = {"mentor": NAME}
    pairing.clauses = {"post": f"{NAME}任首席专家"}
    pairing.state_note = f"{NAME}同意"
    assignment = make.assignment(pairing, state_note=f"{NAME}病假")
    rule = session.scalars(select(PolicyRule).where(PolicyRule.state == RuleState.PUBLISHED)).first()
    assert rule is not None
    _write_everywhere(session, people, assignment.id, rule)
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move="return",
        change=("accepted", "accepted"),
        by=people.by(people.manager),
        role=Role.MANAGER,
        reason=f"请{NAME}补充",
    )
    folder = app.config["SETTINGS"].var_dir
    for subject, number, kind in (
        (Subject.PAIRING, pairing.id, DocumentKind.ALTITUDE_CLEARANCE),
        (Subject.EXPERT, people.expert.id, DocumentKind.QUALIFICATION),
        (Subject.PAIRING, pairing.id, DocumentKind.AGREEMENT_SIGNED),
    ):
        file = io.BytesIO(b"%PDF-1.7")
        by = people.by(user)
        store(session, folder, subject=subject, subject_id=number, kind=kind, name="a.pdf", stream=file, by=by)
    session.commit()
    assert len(_naming(session, NAME)) >= 15, "the search sees what is to go"
    erasure.erase(session, user.id)
    session.commit()
    session.expire_all()
    assert _naming(session, NAME) == []
    assert session.scalars(select(Document.kind)).all() == [DocumentKind.AGREEMENT_SIGNED]
    assert session.scalars(select(Notification.text_zh)).all() == ["别的事"]
    assert verify(session)[1] == []


def _write_everywhere(session: Session, people: Cast, assignment_id: int, rule: PolicyRule) -> None:
    pairing, manager = people.pairing, people.manager
    pairing.legs = [
        ExchangeLeg(direction="west", name=NAME, organisation="甲", starts=pairing.starts, ends=pairing.ends)
    ]
    check = RuleCheck(pairing_id=pairing.id, purpose="approve")
    which = {"rule_code": rule.code, "rule_version": rule.version}
    said = {"sentence_zh": f"{NAME}是教授", "sentence_en": NAME, "waiver_reason": NAME, "facts": {"title": NAME}}
    check.results = [RuleResult(**which, **said, outcome=Outcome.PASS, severity=Severity.WAIVABLE)]
    session.add_all(
        [
            check,
            RuleWaiver(**which, pairing_id=pairing.id, reason=f"{NAME}够格"),
            IndicatorClaim(assignment_id=assignment_id, indicator_code=_indicator(session), value=1, note=NAME),
            Appraisal(assignment_id=assignment_id, side=Side.EMPLOYER, comment=f"{NAME}很好"),
            TieDismissal(
                expert_id=people.expert.id, kind=TieKind.KINSHIP, counterpart="丁", reason=NAME, until=pairing.ends
            ),
            Delegation(
                from_id=people.expert_user.id, to_id=manager.id, starts=pairing.starts, ends=pairing.ends, reason=NAME
            ),
            OfficerInvitation(
                pairing=pairing,
                institution=f"{NAME}工作室",
                officer_name="周处长",
                email_digest="a" * 64,
                token_digest="b" * 64,
                expires_at=utc_now(),
                invited_by_id=people.expert_user.id,
            ),
        ]
    )
    notify(session, [manager.id], Sentence(f"{NAME}接受了邀请", f"{NAME} accepted"), path="")
    notify(session, [manager.id], Sentence("别的事", "Something else"), path="")


def _indicator(session: Session) -> str:
    from models import Indicator

    code = session.scalars(select(Indicator.code)).first()
    assert code is not None
    return code


def _naming(session: Session, name: str) -> list[str]:
    """Columns of any table that hold the name, also inside JSON."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            escaped = name.encode("unicode-escape").decode()
            text = cast(column, Text)
            holds = text.contains(name, autoescape=True) | text.contains(escaped, autoescape=True)
            is_text = isinstance(column.type, String | Facts)
            if is_text and session.execute(select(1).select_from(table).where(holds).limit(1)).first():
                found.append(f"{table.name}.{column.name}")
    return found


def test_the_last_administrator_stays(make: Maker, session: Session) -> None:
    last = make.administrator()
    with pytest.raises(ConflictError, match="last administrator"):
        erasure.ask(session, by=Actor(last.id))
    make.administrator()
    erasure.ask(session, by=Actor(last.id))


def test_a_member_of_a_running_team_stays(make: Maker, session: Session) -> None:
    member = make.expert(make.user())
    assignment = make.assignment()
    assignment.pairing.members = [PairingMember(position=1, name="丁一", expert=member)]
    session.flush()
    assert member.user_id is not None
    assert erasure.open_duties(session, member.user_id) == [assignment.code]


def test_the_only_officer_stays_while_a_pairing_waits(people: Cast, make: Maker, session: Session) -> None:
    people.pairing.state = PairingState.ACCEPTED
    people.pairing.need.state = NeedState.CLOSED
    session.flush()
    assert erasure.open_duties(session, people.officer.id) == [people.code]
    make.grant(make.user(), Role.INSTITUTION, organisation_id=people.institution.id, state=GrantState.PENDING)
    assert erasure.open_duties(session, people.officer.id) == [people.code], "who has only asked does not act"
    make.grant(make.user(), Role.INSTITUTION, organisation_id=people.institution.id)
    assert erasure.open_duties(session, people.officer.id) == []
    assert session.scalars(select(Pairing.id)).all() == [people.pairing.id]
