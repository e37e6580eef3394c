"""Form fields that take what people type: full-width digits, units, months in words, names instead of codes.

A text that cannot be read raises ValueError with a Sentence, stays in the form as it was typed, and is not in `data`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import StringField
from wtforms.widgets import DateInput, MonthInput, TextInput

from matcher.records import cells
from web.language import chosen_language, is_chinese, say
from web.needs.term_lists import terms
from web.services.errors import Sentence
from web.services.need_names import NAMES
from web.services.need_terms import Kind

_SEPARATORS = re.compile(r"[;；、,，|\n]+")
_HAN_GAP = re.compile(r"(?<=[㐀-鿿]) (?=[㐀-鿿])")
_NUMBER = re.compile(r"[+-]?\d[\d,]{0,14}(?:\.\d{1,6})?")


def named(name: str) -> LazyString:
    """The name of a need's field in the page's language, for its label."""
    return LazyString(lambda: say(NAMES[name]))


def one_line(written: str | None) -> str:
    """A single line without control characters; several spaces count as one."""
    return " ".join(lines(written).split())


def lines(written: str | None) -> str:
    """Several lines without other control characters, with plain line ends."""
    text = (written or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


class TypedText(StringField):  # type: ignore[misc]  # the library is untyped
    """A line of text that stands for a value; `read` makes it, `show` writes it."""

    def read(self, text: str) -> Any:
        """The value of a text that is not empty. Raises ValueError with a Sentence."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The value as it is written."""
        raise NotImplementedError

    @property
    def empty(self) -> Any:
        """The value of an empty text."""
        return None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Reads what was typed; nothing typed at all leaves the value."""
        if valuelist:
            text = lines(valuelist[0])
            self.data = self.read(text) if text else self.empty

    @property
    def text(self) -> str:
        """What the box shows: what was typed where that cannot be read, else the value."""
        if self.raw_data:
            return lines(str(self.raw_data[0])) if self.process_errors else self.show(self.data)
        return "" if self.data in (None, ()) else self.show(self.data)

    def _value(self) -> str:
        return self.text


class NumberText(TypedText):
    """A number, with or without one of its units; whole ones become int."""

    def __init__(self, *args: Any, units: Sequence[str] = (), empty: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units, self._empty = units, empty

    @property
    def empty(self) -> Any:
        """What an empty text means."""
        return self._empty

    def read(self, text: str) -> float:
        """３０, 15.5 天, 1,200."""
        written = "".join(unicodedata.normalize("NFKC", text).lower().split())
        for unit in sorted(self._units, key=len, reverse=True):
            if written.endswith(unit):
                written = written.removesuffix(unit)
                break
        if not _NUMBER.fullmatch(written):
            raise ValueError(_unreadable(self.short_name, text, "应是数字，例如 15", "should be a number such as 15"))
        number = float(written.replace(",", ""))
        return int(number) if number.is_integer() else number

    def show(self, value: Any) -> str:
        """Without needless zeros."""
        return "" if value is None else f"{value:.10g}"


class DayText(TypedText):
    """A date. Browsers with a picker show it; where they have none, people type."""

    picker, pattern = DateInput(), re.compile(r"\d{4}-\d\d-\d\d")
    example = "2027-06-30"
    parse: Callable[[object], date] = staticmethod(cells.last_day)

    def read(self, text: str) -> date:
        """2027-06-30, 2027年6月30日, 2027/6/30."""
        written = "".join(unicodedata.normalize("NFKC", text).split())
        try:
            return self.parse(written)
        except cells.CellError as error:
            zh, en = f"应是日期，例如 {self.example}", f"should be a date such as {self.example}"
            raise ValueError(_unreadable(self.short_name, text, zh, en)) from error

    def show(self, value: Any) -> str:
        """As browsers' pickers read it."""
        return "" if value is None else value.isoformat()

    def __call__(self, **kwargs: Any) -> Any:
        """The picker, or a plain box for a text that the picker would hide."""
        value = self.text
        widget = self.picker if not value or self.pattern.fullmatch(value) else TextInput()
        return widget(self, **kwargs)


class MonthText(DayText):
    """A month: its first day, or with `last` its last one."""

    picker, pattern = MonthInput(), re.compile(r"\d{4}-\d\d")
    example = "2027-03"

    def __init__(self, *args: Any, last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parse = cells.last_day if last else cells.first_day

    def show(self, value: Any) -> str:
        """As browsers' pickers read it."""
        return "" if value is None else f"{value:%Y-%m}"


class ItemsText(TypedText):
    """Several short texts in one line."""

    @property
    def empty(self) -> tuple[str, ...]:
        """No items."""
        return ()

    def read(self, text: str) -> tuple[str, ...]:
        """枸杞、黑果；打药, also 枸杞 黑果; wind power stays one."""
        items = [one_line(item) for item in _SEPARATORS.split(text)]
        return tuple(dict.fromkeys(part for item in items for part in _HAN_GAP.split(item) if part))

    def show(self, value: Any) -> str:
        """With the page's comma between."""
        return ("、" if is_chinese() else ", ").join(value)


class TermText(TypedText):
    """A row of a code table by name, pinyin or code; shown as its name and code."""

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def read(self, text: str) -> str:
        """The code of the one row that the text means."""
        if len(text) > 200:
            raise ValueError(
                _unreadable(self.short_name, text, "太长，请填名称或代码", "is too long; give a name or code")
            )
        found = terms(self.kind).resolved(text)
        if len(found) == 1:
            return found[0].code
        if found:
            listed = [("、".join(t.text("zh") for t in found)), "; ".join(t.text("en") for t in found)]
            zh, en = f"不止一个，请选一个：{listed[0]}", f"may mean several; choose one: {listed[1]}"
        else:
            zh, en = "没有找到，请换个说法，或填代码", "was not found; try another word, or the code"
        raise ValueError(_unreadable(self.short_name, text, zh, en))

    def show(self, value: Any) -> str:
        """Name and code; nothing for a code that the table lacks."""
        term = terms(self.kind).get(value)
        return "" if term is None else term.text(chosen_language())


def _unreadable(name: str, text: str, zh: str, en: str) -> Sentence:
    short = one_line(text[:40])
    return Sentence(f"“{NAMES[name].zh}”填了“{short}”，{zh}", f"{NAMES[name].en} is “{short}”; it {en}")
