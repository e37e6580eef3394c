"""Column types: UTC times, short lists, closed choices, and text that is encrypted at rest."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Enum, Text, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, mapped_column
from sqlalchemy.types import TypeDecorator

from models import encryption

Names = tuple[str, ...]


_TOLD: ContextVar[datetime | None] = ContextVar("the time that is taken for the present", default=None)


def utc_now() -> datetime:
    """The present, aware, in UTC."""
    return _TOLD.get() or datetime.now(UTC)


@contextmanager
def time_taken_for_present(moment: datetime) -> Iterator[None]:
    """Has everything done inside happen at that moment: the demo's past is played through the services themselves."""
    token = _TOLD.set(moment)
    try:
        yield
    finally:
        _TOLD.reset(token)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC without a zone, so that SQLite and PostgreSQL agree."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time, aware, in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class NameList(TypeDecorator[Names]):
    """A short tuple of strings as JSON text; immutable in Python, so a change is always an assignment."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        """The list as JSON."""
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Names:
        """The list as a tuple."""
        return tuple(json.loads(value)) if value else ()


class Facts(TypeDecorator[dict[str, Any]]):
    """A small JSON object; changed only by assignment."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str:
        """The object as JSON with sorted keys."""
        return json.dumps(value or {}, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        """The object."""
        return json.loads(value) if value else {}


def has_item(column: InstrumentedAttribute[Names], item: str) -> ColumnElement[bool]:
    """Whether a NameList column holds the item."""
    return type_coerce(column, Text).contains(json.dumps(item, ensure_ascii=False), autoescape=True)


class EncryptedText(TypeDecorator[str]):
    """Text that stands encrypted in the database (see `models.encryption`); an empty text is kept empty."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The token."""
        return encryption.encrypt(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The plain text. Raises KeyMissingError when none of the keys opens it."""
        return encryption.decrypt(value) if value else value


def contact_text() -> Any:
    """A column of personal data: encrypted, and read only when somebody asks for it, together with its like."""
    return mapped_column(EncryptedText, default="", deferred=True, deferred_group="contact")


def choice(kind: type[enum.StrEnum]) -> Any:
    """A column type for a closed choice, kept as its value and checked by the database."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
