"""Form fields that read what people type: full-width digits, half days, dates in any usual spelling, lists of words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField, TextAreaField
from wtforms.widgets import DateInput, TextArea

from matcher.records import cells
from web.formats import number
from web.language import is_chinese
from web.services.profile_texts import listed, one_line, paragraphs

SHOWN = 20


def read_days(written: str) -> float | None:
    """The days that a URL asks for; None for nothing, and for what is no number of days."""
    plain = unicodedata.normalize("NFKC", written[:20]).strip()
    try:
        days = float(plain)
    except ValueError:
        return None
    return days if 0 < days <= 366 else None


class _Box:
    """Makes the components draw a field as the kind of control that it is."""

    drawn_as = "TextAreaField"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = self.drawn_as


class LineField(StringField):  # type: ignore[misc]  # the library is untyped
    """One line without control characters; `data` is a str."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed."""
        self.data = one_line(valuelist[0]) if valuelist else ""


class TitleField(_Box, LineField):
    """One line that may be long, and so stands in a box."""

    widget = TextArea()


class ParagraphsField(_Box, TextAreaField):  # type: ignore[misc]  # the library is untyped
    """Several lines without control characters; `data` is a str."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed."""
        self.data = paragraphs(valuelist[0]) if valuelist else ""


class WordsField(_Box, TextAreaField):  # type: ignore[misc]  # the library is untyped
    """Words with 、 or commas between; `data` is a tuple."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ("、" if is_chinese() else ", ").join(self.data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed, each word once."""
        self.data = listed(valuelist[0]) if valuelist else ()


class _ReadField(_Box, StringField):  # type: ignore[misc]  # the library is untyped
    """A text that is read as something else; what cannot be read stays in the box."""

    def read(self, plain: str) -> Any:
        """The value of a text that is not empty. Raises CellError or ValueError."""
        raise NotImplementedError

    def complaint(self, given: str) -> str:
        """What is wrong with what was typed, and how it should look."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The value as text."""
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed; None for nothing."""
        plain = one_line(unicodedata.normalize("NFKC", valuelist[0][:200])) if valuelist else ""
        self.data = None
        if not plain:
            return
        try:
            self.data = self.read(plain)
        except (cells.CellError, ValueError) as error:
            raise ValueError(self.complaint(plain[:SHOWN])) from error


class DaysField(_ReadField):
    """Days, halves allowed; `data` is a float or None. The service checks how many."""

    drawn_as = "DecimalField"

    def read(self, plain: str) -> float:
        """15, 15天, 0.5 or 30.5 days."""
        given = float(plain.lower().removesuffix("days").removesuffix("天").strip())
        if not abs(given) < 1e6:  # inf and nan are numbers to Python
            raise ValueError(plain)
        return given

    def complaint(self, given: str) -> str:
        """As in the class."""
        return str(_("“%(field)s”填了“%(given)s”，请填数字，如 15 或 0.5", field=self.label.text, given=given))

    def show(self, value: float) -> str:
        """Without a needless decimal point."""
        return number(value)


class YearField(_ReadField):
    """A year; `data` is an int or None."""

    drawn_as = "IntegerField"

    def read(self, plain: str) -> int:
        """1978 or 1978年."""
        return cells.year(plain)

    def complaint(self, given: str) -> str:
        """As in the class."""
        return str(_("“%(field)s”填了“%(given)s”，请填四位年份，如 1978", field=self.label.text, given=given))


class DayField(_ReadField):
    """A date, or a month that means its first or last day; `data` is a date or None."""

    drawn_as = "DateField"

    widget = DateInput()

    def __init__(self, *args: Any, read_as: Callable[[object], date] = cells.first_day, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_as = read_as

    def read(self, plain: str) -> date:
        """2027-03-01, 2027年3月1日 or 2027-03."""
        return self._read_as(plain)

    def complaint(self, given: str) -> str:
        """As in the class."""
        return str(_("“%(field)s”填了“%(given)s”，请写成 2027-03-01", field=self.label.text, given=given))

    def show(self, value: date) -> str:
        """As browsers want it."""
        return value.isoformat()
