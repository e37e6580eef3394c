"""The forms of assignments. They read texts into values; the services judge the values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField

from models import Expert, ServiceLog
from web.needs.form_fields import lines, one_line
from web.pairings.fields import Amount, TermDay
from web.pairings.forms import OrderForm
from web.services.assignment_milestones import Goal
from web.services.errors import FieldProblem, InvalidError, Sentence
from web.services.log_rules import Entry
from web.services.training import Course

PARTS = [("day", _l("全天")), ("am", _l("上午")), ("pm", _l("下午"))]
WAYS = [("west", _l("专家西行授课")), ("east", _l("学员东行进修"))]


class ReadForm(OrderForm):
    """A form with fields that may hold what cannot be read."""

    def read(self, *names: str) -> None:
        """Raises InvalidError for what stands in these fields and cannot be read."""
        unread = [name for name in names if self[name].process_errors]
        if unread:
            raise InvalidError([_problem(name, str(self[name].process_errors[0])) for name in unread])


class DocumentForm(OrderForm):
    """One file."""

    file = FileField(_l("文件"))

    @property
    def upload(self) -> FileStorage | None:
        """The file that was chosen."""
        given = self.file.data
        return given if isinstance(given, FileStorage) and given.filename else None

    def needed_upload(self) -> FileStorage:
        """The same where one must be there. Raises InvalidError."""
        if self.upload is None:
            raise InvalidError([FieldProblem("file", Sentence("请选择文件", "Choose a file"))])
        return self.upload


class LogForm(ReadForm, DocumentForm):
    """A day of service, with a photo or paper where there is one."""

    expert = SelectField(_l("服务人"), choices=[], validate_choice=False)
    day = TermDay(_l("日期"), last=True)
    part = RadioField(_l("时段"), choices=PARTS, validate_choice=False)
    hours = Amount(_l("小时数"))
    is_travel = BooleanField(_l("这一天在路上"))
    place = StringField(_l("地点"), filters=[one_line])
    done = TextAreaField(_l("做了什么"), filters=[one_line])
    file = FileField(_l("照片或材料"))

    def about(self, people: Sequence[Expert]) -> LogForm:
        """The form with those whose days may be logged; the first is the reader."""
        self.expert.choices = [(str(one.id), one.name) for one in people]
        for name in ("day", "done"):
            self[name].flags.required = True
        return self

    @classmethod
    def of(cls, row: ServiceLog) -> LogForm:
        """The form of a day as it stands, to be amended."""
        names = ("day", "part", "hours", "is_travel", "place", "done")
        form: LogForm = cls.fresh(row, **{name: getattr(row, name) for name in names})
        return form

    def entry(self) -> Entry:
        """What was written. Raises InvalidError for what cannot be read."""
        self.read("day", "hours")
        return Entry(
            day=self.day.data,
            part=str(self.part.data or "day"),
            hours=self.hours.data,
            place=self.place.data or "",
            done=self.done.data or "",
            is_travel=bool(self.is_travel.data),
        )

    @property
    def expert_id(self) -> int | None:
        """Whose day; None is the reader's own."""
        written = str(self.expert.data or "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


class GoalForm(ReadForm):
    """A milestone."""

    title = StringField(_l("要达到什么"), filters=[one_line])
    due = TermDay(_l("期限"), last=True)
    budget = Amount(_l("经费"))
    source = StringField(_l("经费来源"), filters=[one_line])
    note = TextAreaField(_l("说明"), filters=[lines])

    def goal(self) -> Goal:
        """What was written. Raises InvalidError for what cannot be read."""
        self.read("due", "budget")
        return Goal(
            title=self.title.data or "",
            due=self.due.data,
            note=self.note.data or "",
            budget=self.budget.data,
            source=self.source.data or "",
        )


class CourseForm(ReadForm):
    """A session of training."""

    title = StringField(_l("培训内容"), filters=[one_line])
    direction = RadioField(_l("方向"), choices=WAYS, validate_choice=False)
    held_on = TermDay(_l("日期"), last=True)
    hours = Amount(_l("学时"))
    headcount = Amount(_l("人数"))
    certificates = Amount(_l("发证数"))

    def course(self) -> Course:
        """What was written. Raises InvalidError for what cannot be read."""
        self.read("held_on", "hours", "headcount", "certificates")
        people = (self.headcount.data, self.certificates.data or 0)
        for name, value in zip(("headcount", "certificates"), people, strict=True):
            if value is not None and value % 1:
                raise InvalidError([FieldProblem(name, Sentence("请填整数", "Give a whole number"))])
        return Course(
            title=self.title.data or "",
            direction=str(self.direction.data or ""),
            held_on=self.held_on.data,
            hours=self.hours.data,
            headcount=None if people[0] is None else int(people[0]),
            certificates=int(people[1]),
        )


class MessageForm(OrderForm):
    """A message to the other party."""

    text = TextAreaField(_l("留言"), filters=[lines])


class RenewForm(ReadForm):
    """The terms of a renewal that are new; the others stay as they were."""

    starts = TermDay(_l("开始日期"))
    ends = TermDay(_l("结束日期"), last=True)
    days_per_year = Amount(_l("每年天数"))
    message = TextAreaField(_l("留言"), filters=[lines])


def chosen(form_values: Iterable[str]) -> dict[int, int]:
    """Ticked days as id → the version that was seen, from values such as `12:3`; strange ones are left out."""
    found = {}
    for value in form_values:
        number, _colon, version = value.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) < 10 for part in (number, version)):
            found[int(number)] = int(version)
    return found


def _problem(name: str, text: str) -> FieldProblem:
    return FieldProblem(name, Sentence(text, text))


def marked_required(form: Any, *names: str) -> Any:
    """The form with these fields marked as such; the services say what is missing."""
    for name in names:
        form[name].flags.required = True
    return form
