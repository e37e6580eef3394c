"""BibTeX: LaTeX becomes letters, a broken entry is named by its line, and the others are kept."""

from __future__ import annotations

import time

import pytest

from models.choices import WorkKind
from web.services.errors import InvalidError
from web.services.works_bibtex import NO_TITLE, TOO_DEEP, TOO_LONG, UNPAIRED, read_bibtex
from web.services.works_import import MOST_BYTES, file_text

FILE = r"""% exported
@string{pd = "Plant Disease"}
@article{wang2023,
  title = {Biological control of {W}olfberry {\'e}tude: {\"U}ber $\alpha$-amylase \& caf\'e},
  author = {Wang, L. and Zhang, S.},
  journal = pd, year = 2023, keywords = {goji, 枸杞；anthracnose},
  abstract = {Line one
   line two.}
}
@patent{p1, title = "一种枸杞烘干装置", number = {CN201910123456}, year = {2020}}
@book{wang2023, title = {Same key book}, publisher = {科学出版社}, date = {2018-05}}
@article{broken, title = {Never closed, year = 2001
@inproceedings{ok, title = {After the broken one}, booktitle = {Proc. of Goji}, year = 1999}
@misc{untitled, year = 2000}
"""


def test_entries_are_read_and_broken_ones_named_by_line() -> None:
    reading = read_bibtex(FILE)
    assert [(one.place, one.work.kind, one.work.title, one.work.year, one.work.venue) for one in reading.works] == [
        (3, WorkKind.PAPER, "Biological control of Wolfberry étude: Über α-amylase & café", 2023, "Plant Disease"),
        (10, WorkKind.PATENT, "一种枸杞烘干装置", 2020, "CN201910123456"),
        (11, WorkKind.BOOK, "Same key book", 2018, "科学出版社"),
        (13, WorkKind.PAPER, "After the broken one", 1999, "Proc. of Goji"),
    ]
    assert [(one.place, one.reason) for one in reading.unread] == [(12, UNPAIRED), (14, NO_TITLE)]
    assert reading.unread[0].written.startswith("@article{broken")
    first = reading.works[0].work
    assert first.keywords == ("goji", "枸杞", "anthracnose") and first.abstract == "Line one line two."


def test_latex_reads_no_file_and_leaves_no_trace_of_it() -> None:
    (read,) = read_bibtex(r"@article{a, title = {\input{/etc/passwd} Harmless title}}").works
    assert read.work.title == "Harmless title"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("@article{a, title = {" + "{" * 50 + "x" + "}" * 50 + "}}", TOO_DEEP),
        (r"@article{a, title = {" + r"\begin{a}" * 900 + "}}", TOO_DEEP),
        ("@article{a, title = {" + "x" * 10_001 + "}}", TOO_LONG),
        ("@article{a, title = {" + "{\n" * 9000 + "}" * 9000 + "}}", TOO_LONG),
        ("@article{" * 500, UNPAIRED),
        ('@article{a, title = "never closed', UNPAIRED),
    ],
)
def test_bombs_are_named_at_once_and_the_rest_is_read(entry: str, reason: object) -> None:
    began = time.process_time()
    reading = read_bibtex(entry + "\n@article{b, title = {The sound one}}")
    assert time.process_time() - began < 5
    assert [one.work.title for one in reading.works] == ["The sound one"]
    assert reason in [one.reason for one in reading.unread]


@pytest.mark.parametrize("text", ["", "no entries", "x" * 1_000_000, "{}" * 30_000, "@article{a, title={x}}\n" * 500])
def test_what_is_no_bibliography_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidError) as error:
        read_bibtex(text, field="file")
    assert error.value.problems[0].field == "file"


def test_files_of_older_chinese_programs_are_read() -> None:
    text = "@article{a, title = {枸杞病害}}"
    assert file_text(text.encode("gb18030"), "file") == file_text(text.encode("utf-8-sig"), "file") == text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\xff\xff\x00", b"x" * (MOST_BYTES + 1)])
def test_binary_and_large_files_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidError):
        file_text(data, "file")
