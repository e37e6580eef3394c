"""How the accounts' forms read what was typed, and where they show what a service found wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from web.language import say
from web.services.errors import FieldProblem


def one_line(written: str | None) -> str:
    """A single line without control characters; several spaces count as one."""
    return " ".join(_visible(written or "").split())


def lines(written: str | None) -> str:
    """Several lines without other control characters, with plain line ends."""
    return _visible((written or "").replace("\r\n", "\n")).strip()


def show_problems(form: Any, problems: Iterable[FieldProblem]) -> None:
    """Puts each problem beside the field it names, or on top of the form where there is no such field."""
    for problem in problems:
        sentence = say(problem.sentence)
        if problem.field in form:
            form[problem.field].errors = [*form[problem.field].errors, sentence]
        else:
            form.form_errors.append(sentence)


def _visible(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
