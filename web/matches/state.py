"""What the ranked page shows, as its URL has it: filters, order, page, experts to compare, wishes that are tried out.

A link with the same query shows the same page; what a URL has wrong is left out, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from models.choices import Mode
from web.formats import month, number
from web.labels import LANGUAGES
from web.matches.fields import month_end, read_month, read_number
from web.matches.forms import PREFIX
from web.services.comparing import MOST_COMPARED
from web.services.match_filters import CHOICES, Filters
from web.services.match_wishes import Wishes
from web.services.ranking import SORTS

Pairs = list[tuple[str, str]]
Value = TypeVar("Value")
KEYS = frozenset((*CHOICES, "from", "to", "days", "institution", "sort", "page", "compare", "try"))
"""What a query may say, beside the wishes that are tried out."""
_WISH_KEYS = frozenset(field.name for field in fields(Wishes))


@dataclass(frozen=True, slots=True)
class ListState:
    """The state; `tried` are wishes in place of the need's own, None for the need as it stands."""

    filters: Filters = field(default_factory=Filters)
    sort: str = "match"
    page: int = 1
    compare: tuple[str, ...] = ()
    tried: Wishes | None = None

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> ListState:
        """The state of a query, but for wishes, which a form reads."""
        starts, ends = _read(read_month, args.get("from", "")), _read(read_month, args.get("to", ""))
        days = _read(read_number, args.get("days", ""))
        filters = Filters(
            province=_known(args, "province", lambda code: len(code) == 2 and code.isdigit()),
            mode=_known(args, "mode", lambda code: code in set(Mode)),
            title=_known(args, "title", lambda rank: rank in ("0", "1", "2", "3", "4")),
            language=_known(args, "language", lambda code: code in LANGUAGES),
            english=_known(args, "english", lambda value: value == "1"),
            starts=starts,
            ends=ends and month_end(ends),
            days=days if days and days > 0 else None,
            institution=args.get("institution", "").replace("\x00", "").strip()[:120],
        )
        codes = ",".join(args.getlist("compare")).replace("\x00", "").split(",")
        compare = tuple(dict.fromkeys(code.strip() for code in codes if code.strip()))[:MOST_COMPARED]
        sort = args.get("sort", "match")
        page = args.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(filters, sort if sort in SORTS else "match", max(1, number), compare)

    def pairs(self, *, but: Iterable[str] = ()) -> Pairs:
        """The query, in a fixed order; nothing for what is as usual. `but` leaves out keys, `try` all wishes."""
        f = self.filters
        found: Pairs = [(group, v) for group in CHOICES for v in f.chosen(group)]
        found += [("from", month(f.starts)), ("to", month(f.ends)), ("days", number(f.days))]
        found += [("institution", f.institution), ("sort", "" if self.sort == "match" else self.sort)]
        found += [("page", str(self.page) if self.page > 1 else ""), ("compare", ",".join(self.compare))]
        left_out = set(but)
        found = [(key, value) for key, value in found if value and key not in left_out]
        return found if self.tried is None or "try" in left_out else found + wishes_pairs(self.tried)

    def url(self, endpoint: str, *, code: str, values: dict[str, Any] | None = None, **changes: Any) -> str:
        """The URL of a page of the need in this state, changed; `values` are further parts of the path."""
        state = replace(self, **changes) if changes else self
        return url_for(endpoint, code=code, **(values or {})) + state.query()

    def query(self) -> str:
        """`?province=31&page=2`, or nothing for the state as it is at first."""
        pairs = self.pairs()
        return f"?{urlencode(pairs)}" if pairs else ""


def wishes_pairs(wishes: Wishes) -> Pairs:
    """Wishes as the query tries them out."""
    found = [("modes", code) for code in wishes.modes]
    found += [("min_title", wishes.min_title), ("min_degree", wishes.min_degree)]
    found += [("days_per_year", number(wishes.days_per_year))]
    found += [("starts", month(wishes.starts)), ("ends", month(wishes.ends))]
    found += [("place", wishes.place)]
    found += [("exclude_institutions", "、".join(wishes.exclude_institutions))]
    return [("try", "1"), *((PREFIX + key, value) for key, value in found if value)]


def _known(args: MultiDict[str, str], key: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in args.getlist(key) if is_known(value)))


def _read(reader: Callable[[str], Value | None], written: str) -> Value | None:
    """What the reader makes of it; a URL that somebody has mistyped filters by nothing there."""
    try:
        return reader(written)
    except ValueError:
        return None


def tidied(args: MultiDict[str, str]) -> Pairs:
    """The query as it was given, without empty values and keys that mean nothing here."""
    return [(key, value) for key, value in args.items(multi=True) if value and _is_known(key)]


def _is_known(key: str) -> bool:
    return key in KEYS or key.removeprefix(PREFIX) in _WISH_KEYS


def span(starts: date | None, ends: date | None) -> str:
    """2027-03 – 2028-12, with … for an open end; empty for none."""
    return f"{month(starts) or '…'} – {month(ends) or '…'}" if starts or ends else ""
