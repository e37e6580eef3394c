"""The form of a rule's draft: the same for every kind, but for the fields of the kind's own parameters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.widgets import DateInput

from models import PolicyRule
from models.choices import RuleKind, Severity
from models.rules import KINDS
from models.rules.parameters import Spec, spec_of
from web.extensions import db
from web.language import pick, say
from web.needs.form_fields import lines, one_line
from web.pairings.forms import OrderForm
from web.policy.words import SEVERITY_NAMES, code_name, spec_label
from web.services.errors import FieldProblem, Sentence
from web.services.policy import clause_names
from web.services.policy_checks import PARAMETER
from web.services.policy_drafts import RuleContent
from web.services.policy_views import all_modes

TEXTS = (
    "name_zh", "name_en", "pass_zh", "pass_en", "fail_zh", "fail_en", "citation", "citation_en", "citation_url",
)  # fmt: skip
DATES = ("effective_from", "effective_to")
REGIONS = ("provinces", "plateau")
"""Parameters that are lists of region codes, typed in one line."""
_CODES = re.compile(r"[\s,，、;；]+")


class PublishForm(OrderForm):
    """Why the draft becomes the next version."""

    reason = TextAreaField(_l("修改说明"))

    @classmethod
    def for_draft(cls, draft: PolicyRule) -> Any:
        """An empty form for the draft as it is now."""
        form = cls.fresh()
        form.version.data = str(draft.revision)
        return form


class RuleForm(OrderForm):
    """What an administrator may change in a rule; `rule_form` adds the parameters of its kind."""

    severity = RadioField(_l("不满足时"), choices=lambda: [(one.value, name) for one, name in SEVERITY_NAMES.items()])
    modes = SelectMultipleField(_l("适用的合作方式"), validate_choice=False)
    effective_from = StringField(_l("生效日期"), widget=DateInput(), filters=[one_line])
    effective_to = StringField(_l("失效日期"), widget=DateInput(), filters=[one_line])
    name_zh = StringField(_l("中文名称"), filters=[one_line])
    name_en = StringField(_l("英文名称"), filters=[one_line])
    pass_zh = TextAreaField(_l("满足时的说明（中文）"), filters=[lines])
    pass_en = TextAreaField(_l("满足时的说明（英文）"), filters=[lines])
    fail_zh = TextAreaField(_l("不满足时的说明（中文）"), filters=[lines])
    fail_en = TextAreaField(_l("不满足时的说明（英文）"), filters=[lines])
    citation = TextAreaField(_l("依据（中文）"), filters=[lines])
    citation_en = TextAreaField(_l("依据（英文）"), filters=[lines])
    citation_url = StringField(_l("依据的网址"), filters=[one_line])

    kind: RuleKind

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes.choices = [(mode.code, pick(mode, "name")) for mode in all_modes(db.session)]

    @property
    def parameter_fields(self) -> list[Field]:
        """The fields of the kind's own parameters."""
        return [self[PARAMETER + one.name] for one in fields(KINDS[self.kind].parameters)]

    def content(self) -> tuple[RuleContent, list[FieldProblem]]:
        """What was sent, and what of it cannot even be read."""
        values: dict[str, Any] = {name: self[name].data or "" for name in TEXTS}
        problems = []
        for name in DATES:
            values[name], problem = _date(name, self[name].data or "")
            problems += problem
        severity = self.severity.data if self.severity.data in list(Severity) else ""
        if not severity:
            problems.append(FieldProblem("severity", Sentence("请选择一项", "Choose one")))
        values["severity"] = Severity(severity or Severity.WARN)
        values["modes"] = tuple(self.modes.data or ())
        return RuleContent(parameters=self._parameters(), **values), problems

    def _parameters(self) -> dict[str, Any]:
        read = {one.name: self[PARAMETER + one.name] for one in fields(KINDS[self.kind].parameters)}
        specs = {one.name: spec_of(one) for one in fields(KINDS[self.kind].parameters)}
        values = {name: _value(field.data, specs[name]) for name, field in read.items()}
        return {name: value for name, value in values.items() if value is not None}

    def show_problems(self, problems: list[FieldProblem]) -> None:
        """Puts every problem beside its field; one of an unreadable date is said once."""
        for problem in problems:
            if problem.field not in self:
                self.form_errors.append(say(problem.sentence))
            elif not self[problem.field].errors:
                self[problem.field].errors = [say(problem.sentence)]


def rule_form(draft: PolicyRule, *, is_fresh: bool) -> RuleForm:
    """The form of the draft: as it stands, or as it was sent."""
    own = {PARAMETER + one.name: _field(one.name, spec_of(one)) for one in fields(KINDS[draft.kind].parameters)}
    kind: type[RuleForm] = type("RuleFormOfKind", (RuleForm,), {**own, "kind": draft.kind})
    if not is_fresh:
        return kind()
    values = {name: getattr(draft, name) for name in (*TEXTS, "modes")}
    values |= {name: str(getattr(draft, name) or "") for name in DATES}
    values |= {PARAMETER + name: _text(name, value) for name, value in draft.parameters.items()}
    form: RuleForm = kind.fresh(severity=draft.severity.value, **values)
    form.version.data = str(draft.revision)
    return form


def _field(name: str, spec: Spec) -> Field:
    label = spec_label(spec, with_unit=True)
    if spec.type == "flag":
        return BooleanField(label)
    if spec.type == "choice" and not spec.is_list:
        return SelectField(
            label, choices=[(one, code_name(name, one) if one else "–") for one in spec.options], validate_choice=False
        )
    if spec.type == "choice":
        return SelectMultipleField(
            label, choices=[(one, code_name(name, one)) for one in spec.options], validate_choice=False
        )
    if name == "clauses":
        titles = [(code, say(title)) for code, title in clause_names(db.session).items()]
        return SelectMultipleField(label, choices=titles, validate_choice=False)
    return StringField(label, filters=[one_line])


def _value(written: Any, spec: Spec) -> Any:
    """What was typed as the kinds take it; None where nothing was. What cannot be read is passed on to be refused."""
    if spec.type == "flag":
        return bool(written)
    if spec.is_list:
        return written if isinstance(written, list) else [one for one in _CODES.split(written or "") if one]
    text = unicodedata.normalize("NFKC", str(written or "")).strip()
    if spec.type == "choice":
        return text
    if not text:
        return None
    if re.fullmatch(r"[+-]?\d{1,9}", text):
        return int(text)
    return float(text) if re.fullmatch(r"[+-]?\d{1,9}\.\d{1,6}", text) else text


def _text(name: str, value: Any) -> Any:
    """A kept parameter as its field shows it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return " ".join(value) if name in REGIONS else value
    return f"{value:g}" if isinstance(value, int | float) else value


def _date(name: str, written: str) -> tuple[date | None, list[FieldProblem]]:
    if not written:
        return None, []
    try:
        return date.fromisoformat(written), []
    except ValueError:
        zh, en = f"“{written}”应是日期，例如 2027-01-01", f"{written!r} should be a date such as 2027-01-01"
        return None, [FieldProblem(name, Sentence(zh, en))]
