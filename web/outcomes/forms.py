"""The forms of outcomes, appraisals and evaluations. They read texts into values; the services judge the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, MultipleFileField, RadioField, SelectField, TextAreaField

from models import Indicator, IndicatorClaim
from models.choices import Side
from web.language import pick
from web.needs.form_fields import lines
from web.pairings.fields import Amount
from web.pairings.forms import OrderForm
from web.services.errors import FieldProblem, InvalidError, Sentence
from web.services.grading_data import criteria_of

MARKS = [("1", _l("1 很差")), ("2", "2"), ("3", _l("3 一般")), ("4", "4"), ("5", _l("5 很好"))]
MOST_AT_ONCE = 5


class AmendForm(OrderForm):
    """A value with what shows it."""

    value = Amount(_l("数值"), id="claim-value")
    note = TextAreaField(_l("说明与凭据"), id="claim-note", filters=[lines])
    file = MultipleFileField(_l("凭据文件"), id="claim-file")

    @classmethod
    def of(cls, claim: IndicatorClaim) -> AmendForm:
        """The form of a claim as it stands."""
        form: AmendForm = cls.fresh(claim, value=claim.value, note=claim.note)
        return form

    def given(self) -> dict[str, Any]:
        """What was written. Raises InvalidError for what cannot be read."""
        if self.value.process_errors:
            text = str(self.value.process_errors[0])
            raise InvalidError([FieldProblem("value", Sentence(text, text))])
        return {"value": self.value.data, "note": self.note.data or ""}

    def uploads(self) -> list[FileStorage]:
        """The files that were chosen. Raises InvalidError for too many."""
        chosen = [one for one in self.file.data or () if isinstance(one, FileStorage) and one.filename]
        if len(chosen) > MOST_AT_ONCE:
            sentence = Sentence(f"一次最多上传 {MOST_AT_ONCE} 个文件", f"At most {MOST_AT_ONCE} files at once")
            raise InvalidError([FieldProblem("file", sentence)])
        return chosen


class ClaimForm(AmendForm):
    """A new claim."""

    indicator = SelectField(_l("指标"), id="claim-indicator", choices=[], validate_choice=False)

    def about(self, rows: Sequence[Indicator]) -> ClaimForm:
        """The form with the indicators that may still be claimed, each with its unit."""
        self.indicator.choices = [("", _l("请选择")), *((row.code, indicator_text(row)) for row in rows)]
        for name in ("indicator", "value", "note"):
            self[name].flags.required = True
        return self


class AppraisalForm(OrderForm):
    """Marks from 1 to 5 and a comment; the criteria are data, so the fields are made for a side."""

    comment = TextAreaField(_l("评语"), id="appraisal-comment", filters=[lines])

    def marks(self) -> dict[str, int | None]:
        """Code of a criterion → the mark; None where none was given."""
        names = [name for name in self._fields if name.startswith("mark-")]
        return {name.removeprefix("mark-"): _mark(self[name].data) for name in names}

    def criteria(self) -> list[Any]:
        """The fields of the marks, in their order."""
        return [field for name, field in self._fields.items() if name.startswith("mark-")]


def appraisal_form(side: Side) -> type[AppraisalForm]:
    """The form of what this side is asked."""
    fields = {
        f"mark-{one.code}": RadioField(pick(one, "name"), choices=MARKS, validate_choice=False)
        for one in criteria_of(side)
    }
    return type("SideAppraisalForm", (AppraisalForm,), fields)


class EvaluationForm(OrderForm):
    """The manager's evaluation; the grade itself comes from the formula."""

    is_exemplary = BooleanField(_l("列为典型案例"), id="evaluation-exemplary")
    summary = TextAreaField(_l("公开摘要"), id="evaluation-summary", filters=[lines])


def indicator_text(row: Indicator) -> str:
    """培训人次（人次）."""
    return f"{pick(row, 'name')} ({pick(row, 'unit')})"


def _mark(written: Any) -> int | None:
    return int(written) if str(written) in {value for value, _text in MARKS} else None
