"""Files: known by their content, kept by their digest, shown by a harmless name."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from factories import Maker
from sqlalchemy.orm import Session

from models.choices import DocumentKind, Subject
from web.services import documents
from web.services.access import Actor
from web.services.errors import InvalidError, NotFoundError

PDF, PNG, JPG = b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0...."


def office(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for part in ("[Content_Types].xml", *parts):
            file.writestr(part, "<x/>")
    return out.getvalue()


def store(session: Session, folder: Path, data: bytes, name: str, by: Actor) -> documents.Document:
    return documents.store(
        session,
        folder,
        subject=Subject.ASSIGNMENT,
        subject_id=1,
        kind=DocumentKind.OTHER,
        name=name,
        stream=io.BytesIO(data),
        by=by,
    )


@pytest.fixture
def by(make: Maker) -> Actor:
    return Actor(make.user().id)


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (PDF, ".pdf"),
        (PNG, ".png"),
        (JPG, ".jpg"),
        (office("word/document.xml"), ".docx"),
        (office("xl/workbook.xml"), ".xlsx"),
    ],
)
def test_the_type_comes_from_the_content(session: Session, tmp_path: Path, by: Actor, data: bytes, ending: str) -> None:
    kept = store(session, tmp_path, data, "照片.exe", by)
    assert (kept.name, kept.size) == (f"照片.exe{ending}", len(data))
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (tmp_path / "documents" / kept.sha256[:2] / kept.sha256).read_bytes() == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"GIF89a",
        b"PK\x03\x04 broken",
        office("other.xml"),
        office("word/document.xml", "word/vbaProject.bin"),
    ],
)
def test_other_files_are_refused_and_leave_nothing(session: Session, tmp_path: Path, by: Actor, data: bytes) -> None:
    with pytest.raises(InvalidError) as refused:
        store(session, tmp_path, data, "证明.pdf", by)
    assert [problem.field for problem in refused.value.problems] == ["file"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_over_the_limit_is_refused(session: Session, tmp_path: Path, by: Actor) -> None:
    largest = PDF + b" " * (documents.MOST_BYTES - len(PDF))
    assert store(session, tmp_path, largest, "a.pdf", by).size == documents.MOST_BYTES
    with pytest.raises(InvalidError, match="20 MB"):
        store(session, tmp_path, largest + b" ", "b.pdf", by)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\windows\\system32\\证明.PDF", "证明.pdf"),
        ("/", "文件.pdf"),
        ("...", "文件.pdf"),
        (".pdf", "文件.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ("证明\u202efdp.exe", "证明fdp.exe.pdf"),
        ('"><script>.pdf', "script.pdf"),
        ("长" * 300 + ".pdf", "长" * documents.MOST_NAME + ".pdf"),
    ],
)
def test_hostile_names_become_harmless(session: Session, tmp_path: Path, by: Actor, name: str, shown: str) -> None:
    kept = store(session, tmp_path, PDF, name, by)
    assert kept.name == shown
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / "documents" / kept.sha256[:2] / kept.sha256]


def test_a_file_is_opened_only_as_part_of_its_record(session: Session, tmp_path: Path, by: Actor) -> None:
    kept = store(session, tmp_path, PDF, "a.pdf", by)
    _row, file = documents.open_document(session, tmp_path, kept.id, subject=Subject.ASSIGNMENT, subject_ids=[1])
    with file:
        assert file.read() == PDF
    for subject, ids in ((Subject.ASSIGNMENT, [2]), (Subject.PAIRING, [1]), (Subject.ASSIGNMENT, [])):
        with pytest.raises(NotFoundError):
            documents.open_document(session, tmp_path, kept.id, subject=subject, subject_ids=ids)
    documents.remove(kept)
    with pytest.raises(NotFoundError):
        documents.open_document(session, tmp_path, kept.id, subject=Subject.ASSIGNMENT, subject_ids=[1])
