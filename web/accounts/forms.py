"""The forms of registration and of one's own account."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import EmailValidateException, hash_password
from flask_security.proxies import _security
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms import ValidationError as FieldError
from wtforms.validators import DataRequired

from models import Organisation
from models.choices import OrganisationKind
from web import labels
from web.accounts.passwords import normalise, problems
from web.accounts.place_fields import PlaceFields
from web.accounts.texts import lines, one_line, show_problems
from web.language import say
from web.services.accounts import Person, check_name
from web.services.errors import InvalidError
from web.services.organisation_details import Details, problems_of_texts, read_credit_code

NEW_PASSWORD = {"autocomplete": "new-password"}
_ORDER = ("credit_code", "name", "name_en", "kind", "province", "city", "county", "is_xpcc", "intro")


class AccountForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """Who registers."""

    name = StringField(
        _l("姓名"), [DataRequired(_l("请填写姓名"))], filters=[one_line], render_kw={"autocomplete": "name"}
    )
    email = EmailField(_l("邮箱"), [DataRequired(_l("请填写邮箱"))], render_kw={"autocomplete": "email"})
    password = PasswordField(_l("密码"), [DataRequired(_l("请填写密码"))], render_kw=NEW_PASSWORD)

    def validate_name(self, field: StringField) -> None:
        """See `check_name`."""
        field.data = _checked(check_name, field.data)

    def validate_email(self, field: EmailField) -> None:
        """An address in its normal form that mail can be sent to."""
        try:
            field.data = _security.mail_util.validate(field.data)
        except EmailValidateException as error:
            raise FieldError(error.msg) from error

    def validate_password(self, field: PasswordField) -> None:
        """See `web.accounts.passwords`."""
        field.data = normalise(field.data or "")
        found = problems(field.data, email=self.email.data or "")
        if found:
            raise FieldError(found[0])

    def person(self, locale: str) -> Person:
        """Who registers, with the password hashed."""
        return Person(self.name.data, self.email.data, hash_password(self.password.data), locale)


class CreditCodeForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """Which organisation."""

    credit_code = StringField(_l("统一社会信用代码"), [DataRequired(_l("请填写统一社会信用代码"))], filters=[one_line])

    def validate_credit_code(self, field: StringField) -> None:
        """See `read_credit_code`."""
        field.data = _checked(read_credit_code, field.data)


class DetailsForm(PlaceFields):
    """What a new organisation is, and where."""

    name = StringField(_l("单位全称"), [DataRequired(_l("请填写单位全称"))], filters=[one_line])
    name_en = StringField(_l("英文名称"), filters=[one_line])
    kind = SelectField(_l("单位属性"), [DataRequired(_l("请选择单位属性"))])
    intro = TextAreaField(_l("单位简介"), filters=[lines])

    def __init__(self, *args: Any, western_only: bool = False, **kwargs: Any) -> None:
        self.western_only = western_only
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _l("请选择")), *labels.pairs(OrganisationKind)]
        self.province.flags.required = True

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page, which the summary of errors follows."""
        return iter(sorted(super().__iter__(), key=lambda f: _ORDER.index(f.name) if f.name in _ORDER else -1))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also what the service finds wrong with the texts, all at once."""
        is_valid = super().validate(extra_validators)
        found = problems_of_texts(self.name.data, self.name_en.data, self.intro.data)
        show_problems(self, found)
        return bool(is_valid and not found)

    def validate_province(self, field: SelectField) -> None:
        """Chosen."""
        if not field.data:
            raise FieldError(_l("请选择所在的省（区、市）"))

    def validate_city(self, field: SelectField) -> None:
        """Chosen where the province has any."""
        if field.choices and not field.data:
            raise FieldError(_l("请选择市（州、盟）；省级单位选“本级单位”"))

    def validate_county(self, field: SelectField) -> None:
        """Chosen where the city has any."""
        if field.choices and not field.data:
            raise FieldError(_l("请选择县（市、区）；市级单位选“本级单位”"))

    def details(self) -> Details:
        """The fields as the service takes them."""
        return Details(
            name=self.name.data,
            name_en=self.name_en.data,
            kind=OrganisationKind(self.kind.data),
            region_code=self.region_code,
            is_xpcc=self.is_xpcc.data,
            intro=self.intro.data,
        )


class OrganisationForm(DetailsForm, CreditCodeForm):
    """Both, for an organisation that is known; `version` tells whether somebody else has changed it meanwhile."""

    version = HiddenField()

    @classmethod
    def of(cls, organisation: Organisation, *, western_only: bool) -> OrganisationForm:
        """The form filled with what is known, or with what was just sent."""
        return cls(obj=organisation, place=organisation.region_code, western_only=western_only)

    def seen_version(self) -> int:
        """The version that the person saw; 0 for nonsense."""
        written = unicodedata.normalize("NFKC", self.version.data or "")
        return int(written) if written.isdecimal() and len(written) < 10 else 0


class SettingsForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """One's own name and language."""

    name = StringField(
        _l("姓名"), [DataRequired(_l("请填写姓名"))], filters=[one_line], render_kw={"autocomplete": "name"}
    )
    locale = RadioField(_l("界面和邮件的语言"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = [("zh", "中文"), ("en", "English")]

    def validate_name(self, field: StringField) -> None:
        """See `check_name`."""
        field.data = _checked(check_name, field.data)


def _checked(check: Any, written: str | None) -> str:
    try:
        return str(check(written or ""))
    except InvalidError as error:
        raise FieldError(say(error.problems[0].sentence)) from error
