"""Form fields that read what people type: days with full-width digits, months in any usual spelling."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.widgets import MonthInput

from web.formats import month, number
from web.language import is_chinese

_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")
_SEPARATORS = re.compile(r"[、，；;\n]+")  # a comma may stand inside an English name


def read_number(written: str) -> float | None:
    """The number that was typed, None for nothing. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", written).strip().removesuffix("天").strip()
    if not plain:
        return None
    value = float(plain)
    if not abs(value) < 1e9:  # inf and nan are numbers to Python
        raise ValueError(plain)
    return value


def read_month(written: str) -> date | None:
    """The first day of the month that was typed (2027-03, 2027/3, 2027年3月), None for nothing. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if not plain:
        return None
    found = _MONTH.fullmatch(plain)
    if found is None:
        raise ValueError(plain)
    return date(int(found[1]), int(found[2]), 1)


def month_end(first: date) -> date:
    """The last day of the month."""
    return first.replace(day=monthrange(first.year, first.month)[1])


class DaysField(StringField):  # type: ignore[misc]  # the library is untyped
    """Days; `data` is a float or None."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else number(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed."""
        try:
            self.data = read_number(valuelist[0]) if valuelist else None
        except ValueError as error:
            self.data = None
            raise ValueError(
                _("“%(field)s”填了“%(given)s”，请填数字，如 15 或 0.5", field=self.label.text, given=valuelist[0][:20])
            ) from error


class MonthTextField(StringField):  # type: ignore[misc]  # the library is untyped
    """A month; `data` is its first day or None. Browsers without a month picker show a text field."""

    widget = MonthInput()

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else month(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed."""
        try:
            self.data = read_month(valuelist[0]) if valuelist else None
        except ValueError as error:
            self.data = None
            raise ValueError(
                _("“%(field)s”填了“%(given)s”，请写成 2027-03", field=self.label.text, given=valuelist[0][:20])
            ) from error


class NamesField(StringField):  # type: ignore[misc]  # the library is untyped
    """Names with 、 or ; between; `data` is a tuple."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else ("、" if is_chinese() else "; ").join(self.data or ())

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Reads what was typed, each name once."""
        text = "、".join(valuelist).replace("\x00", "")
        self.data = tuple(dict.fromkeys(name for part in _SEPARATORS.split(text) if (name := part.strip())))
