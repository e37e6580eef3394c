"""Flask-Security as this service uses it: what is switched on, how it looks and speaks, and what it may not do."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, after_this_request, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_security import Security
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from models.database import begin_writing
from web.accounts import limits, signals
from web.accounts.credential import Credential, CredentialStore, NoRole
from web.accounts.mail import AccountMail
from web.accounts.messages import MESSAGES, OurWords
from web.accounts.passwords import SHORTEST, PasswordRules
from web.accounts.second_factor import ISSUER, OnceOnlyTotp, keep_secret
from web.accounts.security_forms import FORMS, Discreet
from web.extensions import db
from web.settings import ServiceSettings

TEMPLATES = {
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "VERIFY_TEMPLATE": "accounts/verify.html",
    "FORGOT_PASSWORD_TEMPLATE": "accounts/forgotten.html",
    "RESET_PASSWORD_TEMPLATE": "accounts/reset.html",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "CHANGE_EMAIL_TEMPLATE": "accounts/change_email.html",
    "SEND_CONFIRMATION_TEMPLATE": "accounts/resend.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "accounts/second_factor.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery.html",
    "EMAIL_TEMPLATE_CONFIRM": "accounts/mail/confirm",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "accounts/mail/reset",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "accounts/mail/was_reset",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "accounts/mail/was_changed",
    "CHANGE_EMAIL_EMAIL_TEMPLATE": "accounts/mail/new_email",
}
"""Names of their own: the library's folder is looked through before ours."""

CLOSED = frozenset({"security.two_factor_rescue", "security.tf_select"})
"""Views that come with two-factor sign-in and have no use here: there are recovery codes, and one kind of code."""
WRITING_LINKS = frozenset({"security.confirm_email", "security.change_email_confirm"})
"""Links in mail that change something although they are opened by GET."""


SWITCHES: dict[str, Any] = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_LENGTH_MIN": SHORTEST,
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "REGISTERABLE": False,
    "CONFIRMABLE": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "CHANGE_EMAIL": True,
    "TRACKABLE": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TOTP_ISSUER": ISSUER,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "FRESHNESS": timedelta(hours=1),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
    "API_ENABLED_METHODS": ["session"],
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "allow_smtputf8": False},
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    "JOIN_USER_ROLES": False,
    "RETURN_GENERIC_RESPONSES": True,
    "STATIC_FOLDER": None,
    "POST_LOGIN_VIEW": "/home",
    "POST_LOGOUT_VIEW": "/",
    "POST_CHANGE_VIEW": "accounts.settings",
    "POST_CHANGE_EMAIL_VIEW": "accounts.settings",
    "POST_VERIFY_VIEW": "accounts.settings",
    "VERIFY_URL": "/confirm-password",
    "TWO_FACTOR_POST_SETUP_VIEW": "accounts.settings",
}
"""What Flask-Security does here. Registration has pages of its own; a code may be half a minute early or late."""


def security_config(settings: ServiceSettings) -> dict[str, Any]:
    """Flask-Security's settings, with secrets that are derived from the service's keys."""
    keys = settings.kept_data_keys()
    secrets = {
        "PASSWORD_SALT": hashlib.sha256(b"dongcai password salt" + settings.kept_secret_key().encode()).hexdigest(),
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": keys,
        "TOTP_SECRETS": {number: key.decode() for number, key in enumerate(reversed(keys), 1)},
    }
    messages = {f"MSG_{key}": message for key, message in MESSAGES.items()}
    chosen = {**SWITCHES, **TEMPLATES, **messages, **secrets}
    return {
        "REMEMBER_COOKIE_DURATION": timedelta(days=30),
        **{f"SECURITY_{key}": value for key, value in chosen.items()},
    }


def bind(app: Flask) -> None:
    """Binds Flask-Security to the application."""
    store = CredentialStore(db, Credential, NoRole)
    app.extensions["credentials"] = store
    app.before_request(_narrow)
    security = Security(
        app,
        store,
        mail_util_cls=AccountMail,
        password_util_cls=PasswordRules,
        totp_cls=OnceOnlyTotp,
        render_template=render_page,
        **FORMS,  # type: ignore[arg-type]  # named forms among other keywords
    )
    security.want_json(lambda _request: False)
    security.i18n_domain = OurWords()  # type: ignore[assignment]  # only `gettext` is asked of it
    keep_secret(app)
    limits.bind(app)
    signals.bind(app)


def _narrow() -> AnyResponse | None:
    """What Flask-Security's views may not be asked for, before any of them begins."""
    endpoint = request.endpoint or ""
    if endpoint in CLOSED:
        abort(404)
    if endpoint.startswith("security.") and request.is_json:
        abort(415)
    if endpoint in WRITING_LINKS and "writing" not in g:
        g.writing = begin_writing()
    if endpoint == "security.two_factor_token_validation" and current_user.is_authenticated:
        return redirect(url_for("accounts.home"))  # the library would sign the person out
    return None


def render_page(template: str, **context: Any) -> str:
    """A page of Flask-Security; with errors in its form it is answered with 422."""
    for value in context.values():
        if isinstance(value, Discreet):
            value.settle()
        if isinstance(value, FlaskForm) and value.errors and request.method == "POST":
            after_this_request(_unprocessable)
    return render_template(template, **context)


def _unprocessable(response: Response) -> Response:
    response.status_code = 422
    return response
