"""Forms of the ranked page."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, TextAreaField

from models.choices import Degree, Mode, Place, TitleRank
from web.labels import pairs
from web.language import say
from web.matches.fields import DaysField, MonthTextField, NamesField, month_end
from web.services.errors import FieldProblem
from web.services.match_wishes import Wishes

PREFIX = "try_"
"""Before the names of the wishes in a URL."""


class WishesForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """The wishes of a need: posted to be saved, or in the URL to be tried out."""

    modes = SelectMultipleField(_l("合作方式"), choices=lambda: pairs(Mode))
    min_title = SelectField(_l("职称不低于"), choices=lambda: pairs(TitleRank), default="")
    min_degree = SelectField(_l("学位不低于"), choices=lambda: pairs(Degree), default="")
    days_per_year = DaysField(_l("每年天数"))
    starts = MonthTextField(_l("开始年月"))
    ends = MonthTextField(_l("结束年月"))
    place = SelectField(_l("工作地点"), choices=lambda: pairs(Place), default=Place.EITHER.value)
    exclude_institutions = NamesField(_l("回避单位"))

    def wishes(self, own: Wishes) -> Wishes:
        """What was filled in. A month that is still the need's own keeps the need's day."""
        starts, ends = self.starts.data, self.ends.data and month_end(self.ends.data)
        if starts and own.starts and (starts.year, starts.month) == (own.starts.year, own.starts.month):
            starts = own.starts
        if ends and own.ends and (ends.year, ends.month) == (own.ends.year, own.ends.month):
            ends = own.ends
        return replace(
            own,
            modes=tuple(self.modes.data or ()),
            min_title=self.min_title.data or "",
            min_degree=self.min_degree.data or "",
            days_per_year=self.days_per_year.data,
            starts=starts,
            ends=ends,
            place=self.place.data,
            exclude_institutions=self.exclude_institutions.data or (),
        )

    def show(self, problems: tuple[FieldProblem, ...]) -> None:
        """Puts what a service found wrong beside the fields."""
        for problem in problems:
            field = self[problem.field]
            field.errors = [*field.errors, say(problem.sentence)]


class NoteForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """The employer's note on an expert of the short list; its length is checked by the service."""

    note = TextAreaField(_l("备注（只有本单位能看到）"))

    def named(self, element_id: str) -> NoteForm:
        """The form with another id of its field, for a page that has many."""
        self.note.id = self.note.label.field_id = element_id
        return self

    def show(self, problems: tuple[FieldProblem, ...]) -> None:
        """Puts what the service found wrong beside the field."""
        self.note.errors = [say(problem.sentence) for problem in problems]
