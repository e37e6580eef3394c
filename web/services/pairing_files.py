"""The medical clearance that comes with terms: kept in the transaction of the terms, the latest stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from models import Document, Pairing
from models.choices import DocumentKind, Subject
from web.services.access import Actor
from web.services.documents import documents_of, remove, store
from web.services.errors import FieldProblem, InvalidError

FIELD = "clearance_file"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, and the service's folder."""

    folder: Path
    name: str
    stream: IO[bytes]


def clearances(session: Session, pairing: Pairing) -> Sequence[Document]:
    """The clearances of the pairing, oldest first."""
    files = documents_of(session, Subject.PAIRING, [pairing.id])
    return [one for one in files if one.kind == DocumentKind.ALTITUDE_CLEARANCE]


def keep_clearance(session: Session, pairing: Pairing, upload: Upload, *, by: Actor) -> Document:
    """Keeps it in place of an earlier one. Raises InvalidError for what is no document."""
    try:
        kept = store(
            session,
            upload.folder,
            subject=Subject.PAIRING,
            subject_id=pairing.id,
            kind=DocumentKind.ALTITUDE_CLEARANCE,
            name=upload.name,
            stream=upload.stream,
            by=by,
        )
    except InvalidError as error:
        raise InvalidError([FieldProblem(FIELD, one.sentence) for one in error.problems]) from error
    for earlier in clearances(session, pairing):
        if earlier.id != kept.id:
            remove(earlier)
    return kept
