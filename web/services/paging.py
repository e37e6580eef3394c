"""Pages of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1, `total` is all items."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the page's first item, from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the page's last item."""
        return (self.number - 1) * self.size + len(self.items)


def page_of(session: Session, statement: Select[T], *, number: int, size: int = PAGE_SIZE) -> Page[T]:
    """The page of an ordered statement; a number past the end gives the last page."""
    plain: Select[Any] = statement.order_by(None).options()
    total = session.scalar(select(func.count()).select_from(plain.subquery())) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    items = session.scalars(statement.limit(size).offset((number - 1) * size)).unique().all()
    return Page(items, number, size, total)
