"""Works read from a list, a BibTeX file or a sheet: what was understood, and what was not and why. Nothing is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from web.services.errors import FieldProblem, InvalidError, Sentence
from web.services.works import WorkValue

MOST_BYTES = 2 * 2**20
"""Of a file, and of a text that is pasted."""
MOST_READ = 400
"""Works that one import shows; more than a profile holds, so that one can choose among them."""


@dataclass(frozen=True, slots=True)
class ReadWork:
    """A work as it was understood; `place` is its line or row, `written` what stood there."""

    place: int
    written: str
    work: WorkValue


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read: where, in which column of a sheet (else empty), what stood there, why not."""

    place: int
    written: str
    reason: Sentence
    column: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a list, file or sheet gave, in its order."""

    works: tuple[ReadWork, ...] = ()
    unread: tuple[Unread, ...] = ()


def file_text(data: bytes, field: str) -> str:
    """The text of a file in UTF-8 or, as older Chinese programs write, GB 18030. Raises InvalidError."""
    check_size(len(data), field)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal(
        field,
        "文件不是文本：请保存为 UTF-8 编码的文件再上传",
        "This is no text file; save it as UTF-8 and upload it again",
    )


def check_size(size: int, field: str) -> None:
    """Raises InvalidError for more than MOST_BYTES."""
    if size > MOST_BYTES:
        raise refusal(
            field,
            f"内容有 {size / 2**20:.1f} MB，最多 {MOST_BYTES // 2**20} MB；请分几次导入",
            f"This is {size / 2**20:.1f} MB, at most {MOST_BYTES // 2**20} MB; import it in several parts",
        )


def refusal(field: str, zh: str, en: str) -> InvalidError:
    """An error about the whole of what was sent."""
    return InvalidError([FieldProblem(field, Sentence(zh, en))])


def check_count(works: Iterable[ReadWork], field: str) -> None:
    """Raises InvalidError when there are more works than one import shows."""
    count = sum(1 for _ in works)
    if count > MOST_READ:
        raise refusal(
            field,
            f"共有 {count} 项成果，一次最多导入 {MOST_READ} 项；请分几次导入",
            f"There are {count} works; at most {MOST_READ} can be imported at a time. Import them in several parts",
        )
