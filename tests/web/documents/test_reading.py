"""A file is opened by those who take part in its record, always as an attachment under a harmless name."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from consent_cast import Cast, cast_of
from factories import Maker, sign_in
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from visitor import Visitor

from models import AuditEvent, Document, Tie, User
from models.choices import DocumentKind, PairingState, Role, Subject, TieKind
from models.columns import utc_now
from web.services.document_readers import may_see
from web.services.documents import remove, store, sweep

Browser = Callable[[User], FlaskClient]
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def cast(make: Maker, session: Session) -> Cast:
    return cast_of(make, session, state=PairingState.SIGNED)


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    app.test_client_class = Visitor

    def open_for(user: User) -> FlaskClient:
        session.commit()
        fresh = app.test_client()
        sign_in(fresh, user, session)
        session.commit()
        return fresh

    return open_for


def keep(app: Flask, session: Session, cast: Cast, subject: Subject, subject_id: int, name: str = "a.pdf") -> Document:
    return store(
        session,
        app.config["SETTINGS"].var_dir,
        subject=subject,
        subject_id=subject_id,
        kind=DocumentKind.OTHER,
        name=name,
        stream=io.BytesIO(PDF),
        by=cast.by(cast.employer),
    )


def readers(cast: Cast, session: Session, document: Document, make: Maker) -> list[str]:
    people = {
        "employer": cast.employer,
        "expert": cast.expert_user,
        "officer": cast.officer,
        "manager": cast.manager,
        "other employer": make.employer()[0],
        "other expert": make.expert(make.user()).user,
        "other manager": make.manager("62"),
        "administrator": make.administrator(),
    }
    return [name for name, user in people.items() if may_see(session, document, cast.by(user))]


@pytest.mark.parametrize("subject", [Subject.PAIRING, Subject.ASSIGNMENT])
def test_parties_officers_and_the_manager_read_and_nobody_else(
    app: Flask, cast: Cast, make: Maker, session: Session, subject: Subject
) -> None:
    assignment = make.assignment(cast.pairing)
    subject_id = cast.pairing.id if subject == Subject.PAIRING else assignment.id
    document = keep(app, session, cast, subject, subject_id)
    assert readers(cast, session, document, make) == ["employer", "expert", "officer", "manager"]


@pytest.mark.parametrize("state", [PairingState.APPLIED, PairingState.REFUSED, PairingState.WITHDRAWN])
def test_a_pairings_files_are_closed_before_acceptance_and_after_a_refusal_but_to_who_brought_them(
    app: Flask, cast: Cast, make: Maker, session: Session, state: PairingState
) -> None:
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id)
    cast.pairing.state = state
    session.flush()
    assert readers(cast, session, document, make) == ["employer"]


def test_a_manager_with_an_interest_does_not_read(app: Flask, cast: Cast, make: Maker, session: Session) -> None:
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id)
    cast.expert.ties = [Tie(kind=TieKind.KINSHIP, counterpart=cast.manager.name)]
    session.flush()
    assert readers(cast, session, document, make) == ["employer", "expert", "officer"]


def test_an_organisations_files_are_its_peoples_and_its_managers(
    app: Flask, cast: Cast, make: Maker, session: Session
) -> None:
    document = keep(app, session, cast, Subject.ORGANISATION, cast.host.id)
    assert readers(cast, session, document, make) == ["employer", "manager"]


def test_an_experts_files_are_closed_until_acceptance(app: Flask, cast: Cast, make: Maker, session: Session) -> None:
    document = keep(app, session, cast, Subject.EXPERT, cast.expert.id)
    assert readers(cast, session, document, make) == ["employer", "expert", "officer", "manager"]
    cast.pairing.state = PairingState.INVITED
    session.flush()
    assert readers(cast, session, document, make) == ["expert"]


@pytest.mark.parametrize("subject", [Subject.USER, Subject.PAIRING, Subject.ASSIGNMENT, Subject.SERVICE_LOG])
def test_the_file_of_no_record_is_nobodys(
    app: Flask, cast: Cast, make: Maker, session: Session, subject: Subject
) -> None:
    document = keep(app, session, cast, subject, 2_000_000)
    assert readers(cast, session, document, make) == []


def test_a_file_comes_as_an_attachment_that_no_browser_runs(
    app: Flask, cast: Cast, browser: Browser, session: Session
) -> None:
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id, '"><script>x\r\nX: y.pdf')
    answer = browser(cast.expert_user).get(f"/documents/{document.id}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_look_at_what_another_has_brought_is_kept(app: Flask, cast: Cast, browser: Browser, session: Session) -> None:
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id)
    assert browser(cast.employer).get(f"/documents/{document.id}").status_code == 200
    assert browser(cast.expert_user).get(f"/documents/{document.id}").status_code == 200
    session.expire_all()
    looks = session.scalars(select(AuditEvent).where(AuditEvent.action == "document.look")).all()
    assert [(one.actor_id, one.subject_id) for one in looks] == [(cast.expert_user.id, document.id)]


def test_bytes_that_no_row_names_are_swept_after_a_day(app: Flask, cast: Cast, session: Session) -> None:
    folder, tomorrow = app.config["SETTINGS"].var_dir, utc_now() + timedelta(days=2)
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id)
    path = folder / "documents" / document.sha256[:2] / document.sha256
    sweep(session, folder, now=tomorrow)
    assert path.is_file(), "a row names it"
    session.delete(document)
    session.flush()
    sweep(session, folder)
    assert path.is_file(), "it may belong to a transaction that goes on"
    assert sweep(session, folder, now=tomorrow) >= 1
    assert not path.exists()


def test_others_removed_files_and_wrong_numbers_are_not_there(
    app: Flask, cast: Cast, make: Maker, browser: Browser, session: Session
) -> None:
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id)
    stranger = make.user()
    make.grant(stranger, Role.INSTITUTION, organisation_id=make.organisation().id)
    assert browser(stranger).get(f"/documents/{document.id}").status_code == 404
    mine = browser(cast.expert_user)
    for path in ("0", "999999", "2147483648", "-1", "..%2f..%2fetc%2fpasswd", "%00"):
        assert mine.get(f"/documents/{path}").status_code == 404
    remove(document)
    assert mine.get(f"/documents/{document.id}").status_code == 404


def test_visitors_sign_in_first(app: Flask, cast: Cast, session: Session) -> None:
    document = keep(app, session, cast, Subject.PAIRING, cast.pairing.id)
    session.commit()
    assert app.test_client().get(f"/documents/{document.id}").location.startswith("/login")
