"""Fields of the parts of terms: rows of people, legs and milestones, and answers to the rules' questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FieldList,
    FileField,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)

from models.choices import TieKind
from web.labels import pairs
from web.language import say
from web.needs.form_fields import one_line
from web.pairings.fields import Amount, TermDay
from web.services.pairing_files import FIELD
from web.services.pairing_parts import GOALS, MOST_ROWS, Shown
from web.services.policy_details import Detail

NONE = "none"
"""The value of the box that says that there are no ties."""
YES_NO = [("yes", _l("是")), ("no", _l("否")), ("", _l("暂不说明"))]


class Row(Form):  # type: ignore[misc]  # the library is untyped
    """One row; a row in which nothing is written is none."""

    idle: tuple[str, ...] = ()
    """Fields that are filled before anybody writes."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return not any(one.data or one.process_errors for one in self if one.short_name not in self.idle)


class MemberRow(Row):
    """One of the team."""

    idle = ("role",)

    name = StringField(_l("姓名"), filters=[one_line])
    institution = StringField(_l("工作单位"), filters=[one_line])
    code = StringField(_l("专家编号"), filters=[one_line])
    role = SelectField(_l("角色"), choices=[("member", _l("团员")), ("leader", _l("团长"))], validate_choice=False)
    civil = SelectField(
        _l("公务员或参公管理人员"),
        choices=[("", _l("请选择")), ("no", _l("否")), ("yes", _l("是"))],
        validate_choice=False,
    )


class LegRow(Row):
    """One leg of an exchange."""

    idle = ("direction",)

    direction = SelectField(_l("方向"), choices=[("west", _l("赴西部")), ("east", _l("来东部"))], validate_choice=False)
    name = StringField(_l("姓名"), filters=[one_line])
    organisation = StringField(_l("派出的单位"), filters=[one_line])
    starts = TermDay(_l("从"))
    ends = TermDay(_l("到"), last=True)


class GoalRow(Row):
    """A milestone."""

    title = StringField(_l("节点与交付"), filters=[one_line])
    due = TermDay(_l("完成日期"), last=True)


class MoneyRow(GoalRow):
    """A milestone with its budget line."""

    budget = Amount(_l("经费（万元）"))
    source = StringField(_l("经费来源"), filters=[one_line])


class TiesField(SelectMultipleField):  # type: ignore[misc]  # the library is untyped
    """Ties, or explicitly none; nothing ticked is not said. A hidden empty value tells that the boxes were there."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Takes what was ticked."""
        if valuelist:
            self.data = [one for one in valuelist if one]

    def read(self) -> list[str] | None:
        """The ties. Raises ValueError where none and some are both ticked."""
        chosen = [one for one in self.data or () if one in {*TieKind, NONE}]
        if NONE in chosen and len(chosen) > 1:
            raise ValueError(_("选了“没有”，又选了关系，请核对"))
        return None if not chosen else [one for one in chosen if one != NONE]


def part_fields(asked: Shown) -> dict[str, Any]:
    """Name → field of everything that is asked."""
    found: dict[str, Any] = {one.key: field_of(one) for one in asked.details}
    if "team" in asked.parts:
        found["members"] = _rows(MemberRow)
    if "legs" in asked.parts:
        found["legs"] = _rows(LegRow)
    if "milestones" in asked.parts:
        found[GOALS] = _rows(MoneyRow if "funding" in asked.parts else GoalRow)
    if "site" in asked.parts:
        found["site_id"] = SelectField(_l("飞地站点"), choices=[], validate_choice=False)
    if asked.takes_clearance:
        found[FIELD] = FileField(_l("体检证明"))
    return found


def field_of(one: Detail) -> Any:
    """The field of a question."""
    name = say(one.question)
    if one.type == "flag":
        return RadioField(name, choices=YES_NO, validate_choice=False)
    if one.type == "ties":
        choices = [(NONE, _l("没有")), *pairs(TieKind)]
        return TiesField(name, choices=choices, validate_choice=False)
    if one.type == "day":
        return TermDay(name, last=True)
    return StringField(name, filters=[one_line]) if one.type == "text" else Amount(name)


def every_field(form: Form) -> dict[str, Field]:
    """Name → field, those of rows too; a row is counted among those in which something is written."""
    found: dict[str, Field] = {}
    for field in form:
        found[field.name] = field
        if isinstance(field, FieldList):
            for number, row in enumerate(written_rows(field)):
                found |= {f"{field.name}-{number}-{one.short_name}": one for one in row}
    return found


def written_rows(rows: FieldList) -> list[Row]:
    """The rows in which something is written."""
    return [entry.form for entry in rows.entries if not entry.form.is_blank]


def _rows(kind: type[Row]) -> FieldList:
    return FieldList(FormField(kind), min_entries=1, max_entries=MOST_ROWS)
