"""Errors that services raise on purpose. Each carries a sentence in both languages; the web maps it to a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a form; `field` is the form's name of it."""

    field: str
    sentence: Sentence


class ServiceError(Exception):
    """Base of the named errors; `sentence` is for the person who acts."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(zh, en)


class NotFoundError(ServiceError):
    """There is no such record, or none that this person may know of."""


class NotAllowedError(ServiceError):
    """The record is there, but this person may not do that with it."""


class ConflictError(ServiceError):
    """Somebody else changed or moved the record meanwhile, or it is in a state that forbids the act."""


class InvalidError(ServiceError):
    """Fields that cannot be accepted, with every problem."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "；".join(problem.sentence.zh for problem in problems), "; ".join(p.sentence.en for p in problems)
        )
