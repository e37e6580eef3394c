"""Files that show a claimed outcome."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from models import Document, IndicatorClaim
from models.choices import DocumentKind, Subject
from web.services import documents
from web.services.access import Actor
from web.services.assignment_documents import Upload
from web.services.errors import FieldProblem, InvalidError, Sentence

MOST_FILES = 20


def attach_all(session: Session, folder: Path, claim: IndicatorClaim, uploads: Iterable[Upload], *, by: Actor) -> None:
    """Keeps the files in the transaction that claimed; one that is there already is not kept twice.

    Raises InvalidError (field `file`) for what is no document, or for too many.
    """
    known = {one.sha256 for one in documents.documents_of(session, Subject.INDICATOR, [claim.id])}
    for upload in uploads:
        new = _store(session, folder, claim, upload, by)
        if new.sha256 in known:
            session.delete(new)
            session.flush()
        known.add(new.sha256)
    if len(known) > MOST_FILES:
        sentence = Sentence(f"一项成果最多 {MOST_FILES} 份凭据", f"At most {MOST_FILES} files for one outcome")
        raise InvalidError([FieldProblem("file", sentence)])


def _store(session: Session, folder: Path, claim: IndicatorClaim, upload: Upload, by: Actor) -> Document:
    return documents.store(
        session,
        folder,
        subject=Subject.INDICATOR,
        subject_id=claim.id,
        kind=DocumentKind.OUTCOME_EVIDENCE,
        name=upload.filename or "",
        stream=upload.stream,
        by=by,
    )
