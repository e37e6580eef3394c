"""The forms of pairings. They read texts into values; the services judge the values."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from web.language import say
from web.needs.form_fields import lines
from web.services.errors import InvalidError
from web.services.orders import Order

NUMBER_DIGITS = 9


class OrderForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """What every form that moves a pairing says: the version that was seen, and a number of its own."""

    version = HiddenField()
    request_id = HiddenField()

    @classmethod
    def fresh(cls, record: Any = None, **values: Any) -> Any:
        """A form for the pairing, or another record with a version, as it is now, with a new number."""
        version = "0" if record is None else str(record.version)
        return cls(formdata=None, data={"version": version, "request_id": str(uuid4()), **values})

    def order(self) -> Order:
        """What was sent. A version that is no number is 0, which no record has; a form's strange number is none."""
        written = str(self.version.data or "")
        is_number = written.isascii() and written.isdigit() and len(written) <= NUMBER_DIGITS
        reason = lines(self.reason.data) if "reason" in self else ""
        return Order(int(written) if is_number else 0, _uuid(str(self.request_id.data or "")), reason)

    def show(self, error: InvalidError) -> None:
        """Puts every problem beside its field; what has no field here stands on top."""
        for problem in error.problems:
            if problem.field in self:
                self[problem.field].errors = [*self[problem.field].errors, say(problem.sentence)]
            else:
                self.form_errors.append(say(problem.sentence))


class ReasonForm(OrderForm):
    """A move that needs a reason."""

    reason = TextAreaField(_l("原因"))


def _uuid(written: str) -> str | None:
    try:
        return str(UUID(written))
    except ValueError:
        return None
