"""The one form by which a need is posted. It reads texts into values; the services judge the values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from models import Need
from models.choices import Degree, Mode, Place, TitleRank
from web import labels
from web.language import say
from web.needs.form_fields import DayText, ItemsText, MonthText, NumberText, TermText, lines, named, one_line
from web.services.errors import FieldProblem, Sentence
from web.services.need_names import NAMES
from web.services.need_rules import FIELDS
from web.services.need_sheets import Sheet, new_name

REQUIRED = ("title", "problem", "goal", "keywords", "modes", "starts", "ends", "deadline", "contact_name")
"""Fields that are marked; a draft may lack them, a submission may not."""
NO_TASK = "none"
"""The poster's choice that the need belongs to no task; an empty choice leaves it to the suggestion."""
_CHOICES: Mapping[str, type[StrEnum]] = {"min_title": TitleRank, "min_degree": Degree, "place": Place}
_DAYS, _PEOPLE, _METRES = ("天", "日", "days", "day"), ("人", "名", "位", "people"), ("米", "m", "metres")
_MONEY = ("万元", "万", "万元人民币")


class NeedForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """Every field of a need by its own name, the version that the poster began from, and a box to paste into."""

    code = HiddenField()
    """Which draft the form is of; empty before its first save."""
    version = HiddenField()
    sheet, turn = HiddenField(), HiddenField()
    """The page that shows the form, and how often it has saved: see `need_sheets`."""
    organisation_id = SelectField(_l("发布单位"), validate_choice=False, choices=[])
    pasted = TextAreaField(_l("粘贴需求文字"), filters=[lines])
    undo = HiddenField()
    """What a pasted text replaced, as JSON, so that it can be put back."""

    title = StringField(named("title"), filters=[one_line])
    problem = TextAreaField(named("problem"), filters=[lines])
    indicators = TextAreaField(named("indicators"), filters=[lines])
    goal = TextAreaField(named("goal"), filters=[lines])
    keywords = ItemsText(named("keywords"))
    discipline_code = TermText(named("discipline_code"), kind="discipline")
    industry_code = TermText(named("industry_code"), kind="industry")

    min_title = SelectField(named("min_title"), choices=lambda: labels.pairs(TitleRank), validate_choice=False)
    min_degree = SelectField(named("min_degree"), choices=lambda: labels.pairs(Degree), validate_choice=False)
    headcount = NumberText(named("headcount"), units=_PEOPLE, empty=1)
    languages = SelectMultipleField(named("languages"), choices=lambda: [*labels.LANGUAGES.items()])
    exclude_institutions = ItemsText(named("exclude_institutions"))

    modes = SelectMultipleField(named("modes"), choices=lambda: labels.pairs(Mode))
    place = RadioField(named("place"), choices=lambda: labels.pairs(Place), validate_choice=False)
    region_code = TermText(named("region_code"), kind="region")
    altitude_m = NumberText(named("altitude_m"), units=_METRES)
    days_per_year = NumberText(named("days_per_year"), units=_DAYS)
    starts = MonthText(named("starts"))
    ends = MonthText(named("ends"), last=True)
    deadline = DayText(named("deadline"))
    funding = NumberText(named("funding"), units=_MONEY)

    contact_name = StringField(named("contact_name"), filters=[one_line])
    contact_phone = StringField(named("contact_phone"), filters=[one_line])
    contact_email = StringField(named("contact_email"), filters=[one_line])
    hides_names = BooleanField(named("hides_names"))
    task_code = RadioField(named("task_code"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED:
            self[name].flags.required = True

    @classmethod
    def of(cls, need: Need | None, **defaults: Any) -> NeedForm:
        """The form as it was sent, over the need's present values; `defaults` are for a need that is not there yet."""
        if need is None:
            given = {"headcount": 1, "place": Place.EITHER.value, "task_code": "", **defaults}
            return cls(data={**given, "sheet": new_name(), "turn": "0"})
        values = {name: getattr(need, name) for name in FIELDS}
        values.update({name: values[name].value for name in _CHOICES})
        values["task_code"] = _task_choice(need)
        page = {"code": need.code, "version": str(need.version), "sheet": new_name(), "turn": "0"}
        return cls(data={**values, **page})

    def sound_values(self) -> tuple[dict[str, Any], list[FieldProblem]]:
        """The values that could be read, and the problems of the others."""
        values: dict[str, Any] = {}
        problems = []
        for name in FIELDS:
            if name == "task_confirmed":
                continue
            field = self[name]
            if field.process_errors:
                problems.append(FieldProblem(name, field.process_errors[0]))
            elif field.raw_data or name in {"modes", "languages", "hides_names"}:
                values[name] = field.data
        values.update({name: tuple(values[name]) for name in ("modes", "languages")})
        problems += _read_choices(values)
        if "task_code" in values:
            values.update(_task_values(values["task_code"]))
        return values, problems

    @property
    def begun_from(self) -> int | None:
        """The version that the poster saw; None where the form says none."""
        written = self.version.data or ""
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None

    @property
    def written_on(self) -> Sheet | None:
        """The page that the form was sent from."""
        return Sheet.read(self.sheet.data or "", self.turn.data or "")

    def show(self, problems: list[FieldProblem] | tuple[FieldProblem, ...]) -> None:
        """Puts every problem beside its field."""
        for problem in problems:
            self[problem.field].errors = [*self[problem.field].errors, say(problem.sentence)]


def _read_choices(values: dict[str, Any]) -> list[FieldProblem]:
    """Makes enum members of the choices; one that is not offered becomes a problem."""
    problems = []
    for name in _CHOICES.keys() & values.keys():
        try:
            values[name] = _CHOICES[name](values[name])
        except ValueError:
            del values[name]
            zh, en = NAMES[name].zh, NAMES[name].en
            problems.append(FieldProblem(name, Sentence(f"请在“{zh}”中选择一项", f"{en}: choose one of the list")))
    return problems


def _task_choice(need: Need) -> str:
    if not need.task_confirmed:
        return ""
    return need.task_code or NO_TASK


def _task_values(chosen: str) -> dict[str, Any]:
    return {"task_code": None if chosen in {"", NO_TASK} else chosen, "task_confirmed": bool(chosen)}
