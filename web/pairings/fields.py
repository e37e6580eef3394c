"""Fields of terms that take what people type. What cannot be read stays as typed, with a sentence beside it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from flask_babel import gettext as _

from matcher.records import cells
from web.needs.form_fields import DayText, NumberText, lines, one_line

_UNITS = ("万元", "天", "日", "days", "day")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


class TermDay(DayText):
    """A day of the term; a month alone means its first day, or with `last` its last one."""

    def __init__(self, *args: Any, last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parse = cells.last_day if last else cells.first_day

    def read(self, text: str) -> date:
        """2027-06-30, 2027年6月30日, 2027/6/30."""
        try:
            return self.parse("".join(unicodedata.normalize("NFKC", text).split()))
        except cells.CellError as error:
            wrong = _("“%(name)s”填了“%(text)s”，应是日期，例如 2027-06-30", name=self.label.text, text=_short(text))
            raise ValueError(wrong) from error


class Amount(NumberText):
    """A number that is not negative, with or without its unit."""

    def read(self, text: str) -> float:
        """15, １５.5 天, 1,200."""
        written = "".join(unicodedata.normalize("NFKC", text).lower().split())
        unit = next((unit for unit in _UNITS if written.endswith(unit)), "")
        plain = written.removesuffix(unit).replace(",", "")
        if not _NUMBER.fullmatch(plain):
            raise ValueError(_("“%(name)s”填了“%(text)s”，应是数字，例如 15", name=self.label.text, text=_short(text)))
        return float(plain)


def _short(text: str) -> str:
    return one_line(lines(text)[:40])
