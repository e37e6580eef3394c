"""Files of assignments and of days of service: added once for each form by those who may."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Protocol

from sqlalchemy.orm import Session

from models import Assignment, Document, ServiceLog
from models.choices import DocumentKind, Subject
from web.services import assignments, documents
from web.services.access import Actor
from web.services.assignment_notices import PARTIES
from web.services.errors import ConflictError
from web.services.orders import Order

MOST_FILES = 100


class Upload(Protocol):
    """A file as a browser sends it."""

    filename: str | None
    stream: IO[bytes]


def add(session: Session, folder: Path, code: str, upload: Upload, *, order: Order, by: Actor) -> Assignment:
    """Keeps a party's file on the assignment. Raises InvalidError for what is no document, ConflictError for too many,
    NotAllowedError, NotFoundError."""
    assignment = assignments.locked(session, code, by=by)
    side = assignments.require_side(assignment, by, *PARTIES)
    if assignments.was_done_to(session, assignment, order):
        return assignment
    if len(documents.documents_of(session, Subject.ASSIGNMENT, [assignment.id])) >= MOST_FILES:
        raise ConflictError(f"一项任务最多 {MOST_FILES} 份材料", f"At most {MOST_FILES} documents for one assignment")
    kept = _store(session, folder, Subject.ASSIGNMENT, assignment.id, DocumentKind.OTHER, upload, by)
    assignments.note_act(session, assignment, "add_document", side=side, by=by, order=order, detail=kept.name)
    return assignment


def attach(session: Session, folder: Path, row: ServiceLog, upload: Upload, *, by: Actor) -> Document:
    """Keeps what shows that a day was served, in the transaction that logged it; one that is there already stays."""
    mine = documents.documents_of(session, Subject.SERVICE_LOG, [row.id])
    new = _store(session, folder, Subject.SERVICE_LOG, row.id, DocumentKind.SERVICE_EVIDENCE, upload, by)
    same = next((one for one in mine if one.sha256 == new.sha256), None)
    if same is None:
        return new
    session.delete(new)
    session.flush()
    return same


def _store(
    session: Session, folder: Path, subject: Subject, subject_id: int, kind: DocumentKind, upload: Upload, by: Actor
) -> Document:
    return documents.store(
        session,
        folder,
        subject=subject,
        subject_id=subject_id,
        kind=kind,
        name=upload.filename or "",
        stream=upload.stream,
        by=by,
    )
