"""The messages that accounts send: plain text, in the person's language, with links to the configured address only."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import gettext as translate
from flask_security import MailUtil

from web.language import in_language


def _(text: str) -> str:
    """Marks a text for translation; it is translated when the message is written."""
    return text


SUBJECTS = {
    "accounts/mail/confirm": _("请确认您的邮箱"),
    "accounts/mail/known": _("您的邮箱已经注册过"),
    "accounts/mail/reset": _("重设密码"),
    "accounts/mail/was_reset": _("您的密码已重设"),
    "accounts/mail/was_changed": _("您的密码已修改"),
    "accounts/mail/new_email": _("请确认新的登录邮箱"),
    "accounts/mail/email_was_changed": _("您的登录邮箱已更换"),
}
LINKS = {
    "accounts/mail/confirm": ("security.confirm_email", "confirmation_token"),
    "accounts/mail/reset": ("security.reset_password", "reset_token"),
    "accounts/mail/new_email": ("security.change_email_confirm", "token"),
    "accounts/mail/known": ("security.forgot_password", ""),
    "accounts/mail/was_reset": ("security.forgot_password", ""),
    "accounts/mail/was_changed": ("security.forgot_password", ""),
    "accounts/mail/email_was_changed": ("public.help_page", ""),
}
"""Template → the page it leads to and the name of the token in the context."""


class AccountMail(MailUtil):
    """Flask-Security's mail through our queue; an address is read in its normal form (NFKC)."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Queues the message of a template; what Flask-Security rendered is not used."""
        send(template, str(recipient), kwargs["user"].user.locale, **kwargs)

    def normalize(self, email: str) -> str:
        """The address to look for. Raises EmailValidateException."""
        return str(super().normalize(_plain(email)))

    def validate(self, email: str) -> str:
        """The address to write to. Raises EmailValidateException."""
        return str(super().validate(_plain(email)))


def send(template: str, recipient: str, language: str, **context: Any) -> None:
    """Queues one of the messages named in SUBJECTS.

    The link begins with the configured public address: the request's Host header may be forged.
    """
    from web.jobs.mail import send_mail

    endpoint, token = LINKS[template]
    path = url_for(endpoint, **({"token": context[token]} if token else {}))
    link = current_app.config["SETTINGS"].public_url.rstrip("/") + path
    with in_language(language):
        text = render_template(f"{template}.txt", link=link, address=recipient)
        send_mail(recipient, translate(SUBJECTS[template]), text)


def _plain(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip()
