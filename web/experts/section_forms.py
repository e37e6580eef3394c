"""One form a section of the profile. The forms read; the services check."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Optional, ValidationError

from matcher.records import cells
from models.choices import Degree, ExpertKind, Gender, Mode, TieKind
from models.place import WESTERN_PREFIXES
from web.experts.fields import DayField, DaysField, LineField, ParagraphsField, WordsField, YearField
from web.experts.region_fields import RegionFields
from web.experts.section_form import SectionForm, SeenForm, change_rows
from web.gazetteer import province_name
from web.labels import LANGUAGES, label, pairs
from web.services import profile_contact
from web.services.availability import MOST_WINDOWS, Window
from web.services.profile_sections import (
    MOST_TIES,
    Basics,
    Contact,
    Cooperation,
    Expertise,
    Ties,
    TieValue,
    Times,
)


def _blank_or(value: Any) -> Any:
    """An enum member's value, an empty text for None: what a select holds."""
    return "" if value is None else getattr(value, "value", value)


class BasicsForm(RegionFields):
    """Who the expert is."""

    places = {"region_code": "province"}  # noqa: RUF012 - never changed

    kind = RadioField(_l("人员类别"), choices=pairs(ExpertKind))
    name = LineField(_l("姓名"), render_kw={"autocomplete": "name"})
    gender = SelectField(_l("性别"), choices=[("", _l("不填写")), *pairs(Gender)])
    birth_year = YearField(_l("出生年"), validators=[Optional()])
    degree = SelectField(
        _l("学历学位"), choices=[("", _l("请选择")), *((d.value, label(d)) for d in reversed(Degree) if d.value)]
    )
    title = LineField(_l("职称"))
    institution = LineField(_l("工作单位"), render_kw={"autocomplete": "organization"})
    department = LineField(_l("部门"))
    position = LineField(_l("职务"))

    @classmethod
    def values_of(cls, section: Basics) -> dict[str, Any]:
        """As in the base."""
        return {name: _blank_or(value) for name, value in SectionForm.values_of(section).items() if value is not None}

    def section(self) -> Basics:
        """What the form says."""
        return Basics(
            kind=ExpertKind(self.kind.data or ExpertKind.EXPERT),
            name=self.name.data,
            gender=Gender(self.gender.data) if self.gender.data else None,
            birth_year=self.birth_year.data,
            degree=Degree(self.degree.data or ""),
            title=self.title.data,
            institution=self.institution.data,
            department=self.department.data,
            position=self.position.data,
            region_code=self.region_code,
        )


class ExpertiseForm(SectionForm):
    """What the expert knows."""

    bio = ParagraphsField(_l("专业特长"))
    keywords = WordsField(_l("研究方向"))

    def section(self) -> Expertise:
        """What the form says."""
        return Expertise(self.bio.data, self.keywords.data)


class WindowRow(Form):  # type: ignore[misc]  # the library is untyped
    """One span of days."""

    starts = DayField(_l("从"))
    ends = DayField(_l("到"), read_as=cells.last_day)

    def validate_starts(self, field: DayField) -> None:
        """Both days, or neither."""
        if self.ends.data and not field.data and not field.process_errors:
            raise ValidationError(_l("请填开始日期"))

    def validate_ends(self, field: DayField) -> None:
        """As in `validate_starts`."""
        if self.starts.data and not field.data and not field.process_errors:
            raise ValidationError(_l("请填结束日期"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into the row."""
        return not any("".join(field.raw_data or ()) for field in (self.starts, self.ends))


class TimesForm(SectionForm):
    """Days a year, and the windows in which they may fall."""

    days_per_year = DaysField(_l("每年可服务天数"))
    windows = FieldList(FormField(WindowRow), min_entries=1, max_entries=MOST_WINDOWS + 1)

    def validate(self, extra_validators: Any = None) -> bool:
        """Rows in which nothing was typed are no rows."""
        kept = [entry for entry in self.windows.entries if not entry.form.is_blank]
        self.windows.entries[:] = kept or self.windows.entries[:1]
        for number, entry in enumerate(self.windows.entries):
            _rename(entry, f"windows-{number}")
        return bool(super().validate(extra_validators))

    def changes_rows(self) -> bool:
        """As in the base."""
        return change_rows(self.windows)

    @property
    def window_values(self) -> tuple[Window, ...]:
        """The windows, in the order of the rows."""
        rows = (entry.form for entry in self.windows.entries)
        return tuple(Window(row.starts.data, row.ends.data) for row in rows if row.starts.data and row.ends.data)

    @classmethod
    def values_of(cls, section: Any) -> dict[str, Any]:
        """As in the base."""
        values = SectionForm.values_of(section)
        windows = [{"starts": window.starts, "ends": window.ends} for window in section.windows]
        return {**values, "windows": windows}

    def section(self) -> Times:
        """What the form says."""
        return Times(self.days_per_year.data, self.window_values)


class CooperationForm(TimesForm):
    """How, when and where."""

    modes = SelectMultipleField(_l("合作方式"), choices=pairs(Mode))
    languages = SelectMultipleField(_l("工作语言"), choices=list(LANGUAGES.items()))
    regions_served = SelectMultipleField(_l("愿意服务的地区"), choices=[(code, code) for code in WESTERN_PREFIXES])
    altitude = RadioField(
        _l("高海拔适应"), choices=[("yes", _l("适应")), ("no", _l("不适应")), ("", _l("不确定"))], default=""
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions_served.choices = [(code, province_name(f"{code}0000")) for code in WESTERN_PREFIXES]

    @classmethod
    def values_of(cls, section: Any) -> dict[str, Any]:
        """As in the base."""
        return {**TimesForm.values_of(section), "altitude": {True: "yes", False: "no", None: ""}[section.altitude_ok]}

    def section(self) -> Cooperation:
        """What the form says."""
        return Cooperation(
            days_per_year=self.days_per_year.data,
            windows=self.window_values,
            modes=tuple(self.modes.data or ()),
            languages=tuple(self.languages.data or ()),
            regions_served=tuple(self.regions_served.data or ()),
            altitude_ok={"yes": True, "no": False}.get(self.altitude.data or ""),
        )


class TieRow(Form):  # type: ignore[misc]  # the library is untyped
    """One declared interest."""

    kind = SelectField(_l("关系"), choices=[("", _l("请选择")), *pairs(TieKind)])
    counterpart = LineField(_l("对方单位或个人"))
    note = LineField(_l("说明"))

    def validate_kind(self, field: SelectField) -> None:
        """Chosen where anything else is given."""
        if not field.data and (self.counterpart.data or self.note.data):
            raise ValidationError(_l("请选择关系"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.kind.data or self.counterpart.data or self.note.data)


class TiesForm(SectionForm):
    """Declared interests: some, or explicitly none."""

    places = {"ties": "declared", "ties_declared": "declared"}  # noqa: RUF012 - never changed

    declared = RadioField(
        _l("您与西部的用人单位或其负责人有没有利益关系？"),
        choices=[("none", _l("没有")), ("some", _l("有，逐条说明"))],
        validators=[Optional()],
    )
    ties = FieldList(FormField(TieRow), min_entries=1, max_entries=MOST_TIES + 1)

    def validate(self, extra_validators: Any = None) -> bool:
        """Empty rows are no rows; “none” and a row contradict each other."""
        kept = [entry for entry in self.ties.entries if not entry.form.is_blank]
        self.ties.entries[:] = kept or self.ties.entries[:1]
        for number, entry in enumerate(self.ties.entries):
            _rename(entry, f"ties-{number}")
        is_valid = bool(super().validate(extra_validators))
        if self.declared.data == "none" and kept:
            self.declared.errors = [*self.declared.errors, _l("选了“没有”，下面却还有内容；请改选“有”，或删去各行")]
            return False
        if self.declared.data == "some" and not kept:
            self.declared.errors = [*self.declared.errors, _l("选了“有”，请至少填一条")]
            return False
        return is_valid

    def changes_rows(self) -> bool:
        """As in the base."""
        return change_rows(self.ties)

    @classmethod
    def values_of(cls, section: Any) -> dict[str, Any]:
        """As in the base."""
        rows = [{"kind": tie.kind.value, "counterpart": tie.counterpart, "note": tie.note} for tie in section.ties]
        declared = "some" if rows else "none" if section.ties_declared else None
        return {"declared": declared, "ties": rows}

    def section(self) -> Ties:
        """What the form says."""
        rows = (entry.form for entry in self.ties.entries if not entry.form.is_blank)
        ties = tuple(TieValue(TieKind(row.kind.data), row.counterpart.data, row.note.data) for row in rows)
        return Ties(self.declared.data in ("none", "some"), ties)


class ContactForm(SectionForm):
    """How to reach the expert."""

    phone = LineField(_l("手机或电话"), render_kw={"autocomplete": "tel", "inputmode": "tel"})
    email = LineField(_l("电子邮箱"), render_kw={"autocomplete": "email", "inputmode": "email"})
    id_number = LineField(_l("身份证号"), render_kw={"autocomplete": "off"})

    def section(self) -> Contact:
        """What the form says, in its usual spelling."""
        return Contact(
            phone=profile_contact.tidy_phone(self.phone.data),
            email=profile_contact.tidy_email(self.email.data),
            id_number=profile_contact.tidy_id_number(self.id_number.data),
        )


class ConsentForm(SeenForm):
    """The agreement to be found."""

    agreed = BooleanField(_l("我同意公开以上资料"), validators=[DataRequired(_l("请先勾选同意"))])


def _rename(entry: FormField, name: str) -> None:
    """Gives a row and its fields the names of another place."""
    for field in entry.form:
        field.name = field.id = f"{name}-{field.short_name}"
        field.label.field_id = field.id
    entry.name = entry.id = name
