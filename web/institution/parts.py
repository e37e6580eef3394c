"""What the pairing page shows of the home institution's consent and of the agreement.

`consent_part` and `agreement_part` give the context of `institution/parts/consent.html` and `agreement.html`, under the
names `consent` and `agreement`; None where the part has nothing to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from models import Agreement, Assignment, Document, OfficerInvitation, Pairing, StateChange
from models.choices import PairingState, Side
from web.extensions import db
from web.institution.request_page import notice_value
from web.services import agreements, consents, officer_invitations, public_notices
from web.services.access import Actor
from web.services.agreement_text import Missing, approved_on, missing
from web.services.pairing_terms import can_settle
from web.services.pairings import sides_of


@dataclass(frozen=True, slots=True)
class ConsentPart:
    """How far the home institution is. `notice`: the last one, as `notice_value` gives it."""

    has_officer: bool
    may_name: bool
    invitation: OfficerInvitation | None
    notice: dict[str, Any] | None
    progress: public_notices.Progress
    request_url: str | None
    """For officers: where they act."""


@dataclass(frozen=True, slots=True)
class AgreementPart:
    """How far the agreement is."""

    row: Agreement | None
    draft: Document | None
    signed: Document | None
    missing: tuple[Missing, ...]
    is_three: bool
    may_make: bool
    may_sign: bool
    approval: StateChange | None
    terms_url: str | None
    assignment_url: str | None


def consent_part(pairing: Pairing, by: Actor) -> ConsentPart | None:
    """The context of the part; None where the mode needs no consent."""
    if not pairing.mode.needs_consent:
        return None
    notice = pairing.notices[-1] if pairing.notices else None
    is_officer = Side.INSTITUTION in sides_of(pairing, by)
    return ConsentPart(
        has_officer=consents.has_officer(db.session, pairing),
        may_name=officer_invitations.may_name(db.session, pairing, by),
        invitation=officer_invitations.latest(db.session, pairing),
        notice=notice_value(pairing, notice) if notice is not None else None,
        progress=public_notices.progress_of(db.session, pairing, notice),
        request_url=url_for("institution.show_request", pairing_code=pairing.code) if is_officer else None,
    )


def agreement_part(pairing: Pairing, by: Actor) -> AgreementPart | None:
    """The context of the part; None before both sides have accepted, and where it came to nothing."""
    row = agreements.agreement_of(db.session, pairing)
    is_due = pairing.state in agreements.OPEN_TO_DRAFT
    if not is_due and row is None:
        return None
    sides = sides_of(pairing, by)
    lacking = tuple(missing(db.session, pairing)) if is_due else ()
    must = bool(agreements.musts(db.session, pairing)) if is_due else False
    is_party = bool(set(agreements.MAKERS) & set(sides))
    return AgreementPart(
        row=row,
        draft=_document(row.draft_id if row is not None else None),
        signed=_document(row.signed_id if row is not None else None),
        missing=lacking,
        is_three=pairing.mode.needs_consent,
        may_make=is_party and is_due and not must,
        may_sign=Side.EMPLOYER in sides and pairing.state == PairingState.APPROVED,
        approval=approved_on(db.session, pairing),
        terms_url=_terms_url(pairing) if any(can_settle(pairing, side) for side in sides) else None,
        assignment_url=_assignment_url(pairing),
    )


def _document(document_id: int | None) -> Document | None:
    document = db.session.get(Document, document_id) if document_id is not None else None
    return document if document is not None and document.removed_at is None else None


def _assignment_url(pairing: Pairing) -> str | None:
    code = db.session.scalar(select(Assignment.code).where(Assignment.pairing_id == pairing.id))
    return url_for("assignments.show", assignment_code=code) if code is not None else None


def _terms_url(pairing: Pairing) -> str:
    return url_for("pairings.revise", pairing_code=pairing.code)
