"""The forms of the approval desk. They read texts into values; the services judge the values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from models import Pairing, User
from models.choices import TieKind
from web.labels import pairs
from web.language import say
from web.needs.form_fields import lines, one_line
from web.pairings.fields import TermDay
from web.pairings.forms import NUMBER_DIGITS, ReasonForm
from web.services.bulk_approval import Pick
from web.services.errors import FieldProblem, InvalidError, Sentence


class WaiverForm(ReasonForm):
    """Why one rule is let pass, or which one is not any more."""

    rule_code = HiddenField()

    @classmethod
    def about(cls, pairing: Pairing, rule_code: str) -> WaiverForm:
        """A form for one rule, whose fields no other one on the page is taken for."""
        form: WaiverForm = cls.fresh(pairing, rule_code=rule_code)
        form.reason.id = f"waive-{rule_code}"
        return form


class DeskForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """A form whose problems stand beside their fields."""

    def show(self, error: InvalidError) -> None:
        """Puts every problem beside its field; what has no field here stands on top."""
        for problem in error.problems:
            if problem.field in self:
                self[problem.field].errors = [*self[problem.field].errors, say(problem.sentence)]
            else:
                self.form_errors.append(say(problem.sentence))

    def require_read(self, *names: str) -> None:
        """Raises InvalidError with what could not be read in these fields."""
        unread = [(name, str(self[name].process_errors[0])) for name in names if self[name].process_errors]
        if unread:
            raise InvalidError([FieldProblem(name, Sentence(text, text)) for name, text in unread])


class DelegationForm(DeskForm):
    """Who stands in, from when to when, and why."""

    to_id = SelectField(_l("代办人"), choices=[], validate_choice=False)
    starts = TermDay(_l("开始日期"))
    ends = TermDay(_l("结束日期"))
    reason = StringField(_l("原因"), filters=[one_line])

    def offer(self, people: Iterable[User]) -> None:
        """Who may be chosen."""
        self.to_id.choices = [("", _l("请选择")), *((str(one.id), one.name) for one in people)]

    @property
    def deputy(self) -> int | None:
        """The chosen person's id."""
        return number(self.to_id.data)


class InterestForm(DeskForm):
    """An interest of the manager's own."""

    kind = RadioField(_l("关系"), choices=lambda: list(pairs(TieKind)), validate_choice=False)
    counterpart = StringField(_l("单位或人员"), filters=[one_line])
    note = TextAreaField(_l("说明"), filters=[lines])

    def chosen_kind(self) -> TieKind:
        """The kind. Raises InvalidError for none or an unknown one."""
        written = str(self.kind.data or "")
        if written not in set(TieKind):
            raise InvalidError([FieldProblem("kind", Sentence("请选择关系的种类", "Choose the kind of interest"))])
        return TieKind(written)


class DismissalForm(DeskForm):
    """Why a declared interest stands aside, and until when."""

    reason = TextAreaField(_l("原因"), filters=[lines])
    until = TermDay(_l("有效至"))

    @classmethod
    def apart(cls, number: int) -> DismissalForm:
        """An empty form whose fields no other one on the page is taken for."""
        form = cls(formdata=None)
        for one in form:
            one.id = f"{one.id}-{number}"
        return form


def number(written: Any) -> int | None:
    """A plain number of a form or None."""
    text = str(written or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS else None


def picks(written: Iterable[str]) -> list[Pick]:
    """`CODE:VERSION` of chosen rows; what does not read so is a version that no record has."""
    found = []
    for text in written:
        code, _colon, version = text[:80].partition(":")
        if code.isprintable():
            found.append(Pick(code, number(version) or 0))
    return found


def form_id(written: str) -> str | None:
    """The form's own number, or None where it is none."""
    try:
        return str(UUID(written))
    except ValueError:
        return None
