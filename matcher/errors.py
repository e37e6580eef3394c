"""The errors that the engine raises; each says what is wrong and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


class MatcherError(Exception):
    """Base of every error that the engine raises on purpose."""


class UnknownChoiceError(MatcherError):
    """A name that is none of the valid ones."""

    def __init__(self, what: str, got: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"unknown {what} {got!r}; valid: {', '.join(valid)}")
        self.what, self.got, self.valid = what, got, valid


class EncoderUnavailableError(MatcherError):
    """The encoder asked for cannot be loaded. Nothing falls back to another one."""


class IndexDamagedError(MatcherError):
    """A saved index is incomplete, or its checksum does not agree with its manifest."""


class IndexForeignError(MatcherError):
    """A saved index was made by another encoder, another layout or another version."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in an input file: where, what stands there, what was expected."""

    file: str
    row: int
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}: row {self.row}" if self.row else self.file
        field = f", {self.field}" if self.field else ""
        return f"{where}{field}: got {self.value!r}, expected {self.expected}"


class InputError(MatcherError):
    """Every problem found in the input files, all at once."""

    def __init__(self, problems: tuple[RowProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
