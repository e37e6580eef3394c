"""Flask-Security's forms with labels and messages in our words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar

from flask import g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_security import forms as library
from flask_security.change_email import ChangeEmailForm
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message
from wtforms import StringField
from wtforms.validators import DataRequired


class InOurWords:
    """Gives the fields of a library's form our labels."""

    WORDS: ClassVar[dict[str, LazyString]] = {
        "email": _l("邮箱"),
        "password": _l("密码"),
        "password_confirm": _l("再输入一次"),
        "new_password": _l("新密码"),
        "new_password_confirm": _l("再输入一次新密码"),
        "remember": _l("30 天内在这台设备上保持登录"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:  # type: ignore[attr-defined]  # a form is iterable
            if field.name in self.WORDS:
                field.label.text = self.WORDS[field.name]


def digits(written: str | None) -> str | None:
    """A code as people type it: full-width digits, spaces and dashes are fine."""
    return "".join(c for c in unicodedata.normalize("NFKC", written) if c.isalnum()) if written else written


def recovery_code(written: str | None) -> str | None:
    """A recovery code as it was shown, however it was typed: 1a2b-3c4d-5e6f."""
    plain = (digits(written) or "").lower()
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


class Discreet(InOurWords):
    """A form of a visitor. Flask-Security hides all its messages, so that nobody learns who has an account.

    What is merely not filled in, or not an address, reveals nothing: it is kept and shown beside its field.
    """

    harmless: dict[str, list[str]]

    def keep(self, names: Iterable[str]) -> None:
        """Keeps the messages of the fields; one of them stands for all while Flask-Security looks."""
        self.harmless = {name: list(self[name].errors) for name in names if self[name].errors}  # type: ignore[index]
        self.form_errors: list[str] = [message for found in self.harmless.values() for message in found][:1]

    def settle(self) -> None:
        """Puts the messages back in their places."""
        if getattr(self, "harmless", {}):
            self.form_errors = []
            for name, messages in self.harmless.items():
                self[name].errors = messages  # type: ignore[index]


class Addressed(Discreet):
    """A form that asks for an address and writes a letter to it."""

    def validate(self, **kwargs: Any) -> bool:
        """Keeps apart what the person may be told."""
        is_valid = bool(super().validate(**kwargs))  # type: ignore[misc]
        about_the_text = {get_message(key)[0] for key in ("EMAIL_NOT_PROVIDED", "INVALID_EMAIL_ADDRESS")}
        if about_the_text & {str(message) for message in self["email"].errors}:  # type: ignore[index]
            self.keep(["email"])
        return is_valid


class SignInForm(Discreet, library.LoginForm):
    """E-mail and password; a wrong pair is said in general."""

    def validate(self, **kwargs: Any) -> bool:
        """Keeps apart what the person may be told."""
        is_valid = super().validate(**kwargs)
        if self.user_authenticated:  # the password was right: say what else is in the way
            self.form_errors.extend(self.email.errors)
            self.email.errors = []
        elif not is_valid and self.ifield is None:  # nothing has been looked up yet
            self.keep(["email", "password"])
        return is_valid


class VerifyPasswordForm(InOurWords, library.VerifyForm):
    """The password once more before something delicate."""


class ForgottenForm(Addressed, library.ForgotPasswordForm):
    """Asks for a reset."""


class ResetForm(InOurWords, library.ResetPasswordForm):
    """A new password after a reset."""


class ChangePasswordForm(InOurWords, library.ChangePasswordForm):
    """A new password by one's own wish."""

    WORDS: ClassVar[dict[str, LazyString]] = {**InOurWords.WORDS, "password": _l("原密码")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.flags.required = True


class ResendForm(Addressed, library.SendConfirmationForm):
    """Asks for the confirmation mail once more."""


class NewEmailForm(InOurWords, ChangeEmailForm):
    """Another e-mail to sign in with."""

    WORDS: ClassVar[dict[str, LazyString]] = {**InOurWords.WORDS, "email": _l("新邮箱")}


class CodeForm(library.TwoFactorVerifyCodeForm):
    """Six digits of the authenticator application."""

    code = StringField(_l("6 位验证码"), filters=[digits], validators=[DataRequired(_l("请填写 6 位验证码"))])

    def validate(self, **kwargs: Any) -> bool:
        """Leaves a form of the set-up that failed in `g`, where `second_factor` finds it: the library forgets it."""
        is_valid = bool(super().validate(**kwargs))
        if self.is_setup and not is_valid:
            g.failed_setup = self
        return is_valid


class RecoveryForm(MfRecoveryForm):
    """A recovery code instead of the six digits."""

    code = StringField(_l("恢复码"), filters=[recovery_code], validators=[DataRequired(_l("请填写恢复码"))])


FORMS: dict[str, type] = {
    "login_form": SignInForm,
    "verify_form": VerifyPasswordForm,
    "forgot_password_form": ForgottenForm,
    "reset_password_form": ResetForm,
    "change_password_form": ChangePasswordForm,
    "send_confirmation_form": ResendForm,
    "change_email_form": NewEmailForm,
    "two_factor_verify_code_form": CodeForm,
    "mf_recovery_form": RecoveryForm,
}
"""What Flask-Security calls a form → ours."""
