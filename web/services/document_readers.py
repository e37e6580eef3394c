"""Who may read a document: those who take part in the record that it belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Assignment, Certificate, Document, Expert, IndicatorClaim, Organisation, Pairing, ServiceLog
from models.choices import Role, Side, Subject
from models.pairing import CONTACT_STATES
from web.services.access import Actor
from web.services.assignments import serves_in
from web.services.documents import open_document
from web.services.errors import NotFoundError
from web.services.pairing_conflicts import conflict_of
from web.services.pairings import sides_of

_OF_TEAM = (Subject.ASSIGNMENT, Subject.SERVICE_LOG)
"""Records whose files the members of the team may read too."""


def open_for(session: Session, folder: Path, document_id: int, *, by: Actor) -> tuple[Document, BinaryIO]:
    """The file, open for reading, for those who take part in its record. Raises NotFoundError for all others.

    `folder` is the service's own.
    """
    document = session.get(Document, document_id)
    if document is None or not may_see(session, document, by):
        raise NotFoundError("没有这份文件", "There is no such file")
    return open_document(session, folder, document.id, subject=document.subject, subject_ids=[document.subject_id])


def may_see(session: Session, document: Document, by: Actor) -> bool:
    """Whether the person may read it: a party, the home institution's officer or the manager who answers for it."""
    if by.user_id is None:
        return False
    if document.subject == Subject.EXPERT:
        return _may_see_experts(session, document.subject_id, by)
    if document.subject == Subject.ORGANISATION:
        return _may_see_organisations(session, document.subject_id, by)
    pairing = pairing_of(session, document)
    if pairing is None:
        return False
    if document.subject == Subject.PAIRING:
        return _may_see_pairings(session, pairing, document, by)
    return bool(sides_of(pairing, by)) or (document.subject in _OF_TEAM and serves_in(session, pairing, by))


def pairing_of(session: Session, document: Document) -> Pairing | None:
    """The pairing that it comes from in the end; None where it comes from none."""
    if document.subject == Subject.PAIRING:
        return session.get(Pairing, document.subject_id)
    if document.subject == Subject.ASSIGNMENT:
        assignment = session.get(Assignment, document.subject_id)
        return assignment.pairing if assignment is not None else None
    part: ServiceLog | IndicatorClaim | Certificate | None = None
    if document.subject == Subject.SERVICE_LOG:
        part = session.get(ServiceLog, document.subject_id)
    elif document.subject == Subject.INDICATOR:
        part = session.get(IndicatorClaim, document.subject_id)
    elif document.subject == Subject.CERTIFICATE:
        part = session.get(Certificate, document.subject_id)
    return part.assignment.pairing if part is not None else None


def _may_see_pairings(session: Session, pairing: Pairing, document: Document, by: Actor) -> bool:
    """One's own file, else as contact data: after acceptance, until a refusal, and no manager with an interest."""
    sides = set(sides_of(pairing, by))
    if sides and document.added_by_id == by.user_id:
        return True
    if not sides or pairing.state not in CONTACT_STATES:
        return False
    return sides != {Side.MANAGER} or conflict_of(session, pairing, by) is None


def _may_see_experts(session: Session, expert_id: int, by: Actor) -> bool:
    expert = session.get(Expert, expert_id)
    if expert is None:
        return False
    if expert.user_id == by.user_id:
        return True
    theirs = select(Pairing).where(Pairing.expert_id == expert_id, Pairing.state.in_(CONTACT_STATES))
    return any(sides_of(pairing, by) for pairing in session.scalars(theirs))


def _may_see_organisations(session: Session, organisation_id: int, by: Actor) -> bool:
    if organisation_id in by.organisations(Role.EMPLOYER) | by.organisations(Role.INSTITUTION):
        return True
    organisation = session.get(Organisation, organisation_id)
    return organisation is not None and by.manages(organisation.jurisdiction_code)
