"""Links for officers: the token is signed with the service's key, so that a made-up one costs no look-up."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from web.jobs.mail import send_mail
from web.language import chosen_language, in_language
from web.services.officer_invitations import VALID_DAYS, Sent, forged

SALT = "officer invitation"


def signed(token: str) -> str:
    """The token as it stands in a link."""
    text = _serializer().dumps(token)
    return text.decode() if isinstance(text, bytes) else text


def unsigned(written: str) -> str:
    """The token of a link. Raises DeadLinkError for one that was not signed here."""
    try:
        token = _serializer().loads(written)
    except BadSignature as error:
        raise forged() from error
    return str(token)


def send_link(sent: Sent) -> None:
    """Mails the link to the officer; it begins with the configured address, for a Host header may be forged."""
    path = url_for("institution.officer_link", token=signed(sent.token))
    link = current_app.config["SETTINGS"].public_url.rstrip("/") + path
    with in_language(chosen_language()):
        text = render_template("institution/mail/officer.txt", sent=sent, link=link, days=VALID_DAYS)
        send_mail(sent.email, _("请为本单位专家办理外出服务的同意手续"), text)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
