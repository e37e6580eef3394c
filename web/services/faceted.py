"""Lists with filters: what was asked of one, its conditions, and how many records each filter would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from web.services.searching import matches

Facts = Mapping[str, tuple[str, ...]]
"""What the filters see of one record: per filter its values."""
Makers = Mapping[str, Callable[[str], ColumnElement[bool]]]
"""Per filter, the condition that one of its values stands for."""
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked of a list; of several values of one filter any will do."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        """The chosen values of a filter."""
        return self.chosen.get(name, ())


def conditions(wanted: Wanted, makers: Makers) -> Sequence[ColumnElement[bool]]:
    """The chosen filters as conditions."""
    return [or_(*map(make, wanted.values(name))) for name, make in makers.items() if wanted.values(name)]


def has_words(query: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether each word of the query stands in one of the columns."""
    words = query.split()[:MOST_WORDS]
    return and_(true(), *(or_(*(matches(column, word) for column in columns)) for word in words))


def counts(facts: Iterable[Facts], wanted: Wanted, names: Iterable[str]) -> dict[str, Counter[str]]:
    """Per filter, how many records each of its values would leave beside the other filters."""
    chosen = {name: set(wanted.values(name)) for name in names}
    found: dict[str, Counter[str]] = {name: Counter() for name in chosen}
    for fact in facts:
        failed = [name for name, values in chosen.items() if values and values.isdisjoint(fact[name])]
        for name in chosen:
            if not failed or failed == [name]:
                found[name].update(fact[name])
    return found


def ordered(wanted: Wanted, sorts: Mapping[str, Any], tie: Any) -> tuple[Any, ...]:
    """The order that was asked for, records without a value last; `tie` decides between equals."""
    column = sorts[wanted.sort]
    return column.is_(None), column.desc() if wanted.descending else column, tie
