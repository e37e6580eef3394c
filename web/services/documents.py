"""Files of people: checked by their content, kept under their SHA-256, given back with a name that is safe to show."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Document
from models.choices import DocumentKind, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import FieldProblem, InvalidError, NotFoundError, Sentence

MOST_BYTES = 20 * 2**20
FOLDER = "documents"
"""Under the service's folder."""
MOST_NAME = 120
_CHUNK = 2**16
_OFFICE = "application/vnd.openxmlformats-officedocument."
ENDINGS: Mapping[str, str] = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
}
"""The types that are taken, each with the ending of its names."""


def store(
    session: Session,
    folder: Path,
    *,
    subject: Subject,
    subject_id: int,
    kind: DocumentKind,
    name: str,
    stream: IO[bytes],
    by: Actor,
) -> Document:
    """Keeps the file: its bytes at `folder`/documents/<sha256[:2]>/<sha256>, what it is in a new row.

    What it is is read from its content, never from its name. Raises InvalidError (field `file`) for an empty file, one
    of more than MOST_BYTES, or one of another type. The bytes of a transaction that fails stay; they name nobody.
    """
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, written = tempfile.mkstemp(dir=place)
    waiting = Path(written)
    try:
        with os.fdopen(handle, "w+b") as copy:
            sha256, size = _copied(stream, copy)
            media_type = _type_of(copy)
        target = _path(folder, sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        waiting.replace(target)
    finally:
        waiting.unlink(missing_ok=True)
    document = Document(
        subject=subject,
        subject_id=subject_id,
        kind=kind,
        name=shown_name(name, media_type),
        media_type=media_type,
        size=size,
        sha256=sha256,
        added_by_id=by.user_id,
    )
    session.add(document)
    session.flush()
    return document


def open_document(
    session: Session, folder: Path, document_id: int, *, subject: Subject, subject_ids: Iterable[int]
) -> tuple[Document, BinaryIO]:
    """A file of one of these records, open for reading. Who may read it is for the caller to know.

    Raises NotFoundError where there is none, it was removed, or its bytes are gone.
    """
    wanted = (Document.id == document_id, Document.subject == subject, Document.subject_id.in_(list(subject_ids)))
    document = session.scalar(select(Document).where(*wanted, Document.removed_at.is_(None)))
    path = _path(folder, document.sha256) if document is not None else None
    if document is None or path is None or not path.is_file():
        raise NotFoundError("没有这份文件", "There is no such file")
    return document, path.open("rb")


def documents_of(session: Session, subject: Subject, subject_ids: Iterable[int]) -> Sequence[Document]:
    """The files of these records, oldest first."""
    mine = (Document.subject == subject, Document.subject_id.in_(list(subject_ids)), Document.removed_at.is_(None))
    return session.scalars(select(Document).where(*mine).order_by(Document.id)).all()


def remove(document: Document) -> None:
    """Takes the file away from the pages; its bytes and its row stay, for the record."""
    document.removed_at = utc_now()


def sweep(session: Session, folder: Path, *, now: datetime | None = None) -> int:
    """Removes bytes that no row names, as an erasure or a failed upload leaves them; how many files.

    What came within the last day stays: its transaction may still be going on.
    """
    latest = ((now or utc_now()) - timedelta(days=1)).timestamp()
    named = set(session.scalars(select(Document.sha256)))
    count = 0
    for path in (folder / FOLDER).glob("*/*"):
        if path.name not in named and path.is_file() and path.stat().st_mtime < latest:
            path.unlink(missing_ok=True)
            count += 1
    return count


def shown_name(name: str, media_type: str) -> str:
    """The name that people see: without folders, control or direction characters, with the ending of its type.

    It is never used as a path.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(one for one in last if unicodedata.category(one)[0] != "C" and one not in '<>:"|?*')
    stem, dot, ending = " ".join(plain.split()).strip(". ").rpartition(".")
    wanted = ENDINGS[media_type]
    same = ending.lower() in (wanted[1:], "jpeg" if media_type == "image/jpeg" else wanted[1:])
    bare = (stem if same else f"{stem}{dot}{ending}").strip(". ")
    return (bare[:MOST_NAME].rstrip(". ") or "文件") + wanted


def _path(folder: Path, sha256: str) -> Path:
    return folder / FOLDER / sha256[:2] / sha256


def _copied(stream: IO[bytes], copy: IO[bytes]) -> tuple[str, int]:
    """(sha256, bytes) of what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise _refused("文件超过 20 MB，请压缩后再传", "The file is over 20 MB; make it smaller")
        digest.update(chunk)
        copy.write(chunk)
    if not size:
        raise _refused("这是一个空文件", "This file is empty")
    copy.flush()
    os.fsync(copy.fileno())
    return digest.hexdigest(), size


def _type_of(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(16)
    for media_type, is_it in _TYPES.items():
        if is_it(head, file):
            return media_type
    raise _refused(
        "只能上传 PDF、JPG、PNG、Word（.docx）和 Excel（.xlsx），请另存为其中一种",
        "Only PDF, JPG, PNG, Word (.docx) and Excel (.xlsx) files; save it as one of them",
    )


def _office(part: str) -> Callable[[bytes, IO[bytes]], bool]:
    """Whether a file is an Office file with that main part, and without macros."""

    def is_it(head: bytes, file: IO[bytes]) -> bool:
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            file.seek(0)
            names = set(zipfile.ZipFile(file).namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names and not has_macros

    return is_it


_TYPES: Mapping[str, Callable[[bytes, IO[bytes]], bool]] = {
    "application/pdf": lambda head, _file: head.startswith(b"%PDF-"),
    "image/jpeg": lambda head, _file: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head, _file: head.startswith(b"\x89PNG\r\n\x1a\n"),
    f"{_OFFICE}wordprocessingml.document": _office("word/document.xml"),
    f"{_OFFICE}spreadsheetml.sheet": _office("xl/workbook.xml"),
}


def _refused(zh: str, en: str) -> InvalidError:
    return InvalidError([FieldProblem("file", Sentence(zh, en))])
