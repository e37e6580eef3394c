"""What follows from events of Flask-Security."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, session
from flask_security import signals as library

from web.accounts.credential import Credential
from web.accounts.drafts import Draft
from web.accounts.mail import send
from web.extensions import db
from web.services import grants


def bind(app: Flask) -> None:
    """Connects the receivers; they live as long as the application's module."""
    library.user_authenticated.connect(start_afresh, app)
    library.user_confirmed.connect(announce, app)
    library.tf_disabled.connect(forget_recovery_codes, app)
    library.change_email_confirmed.connect(tell_old_address, app)


def start_afresh(_app: Flask, **_: Any) -> None:
    """A session that somebody else may have begun is worth nothing after the sign-in: a new CSRF token, no draft."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    Draft.clear()


def announce(_app: Flask, user: Credential, **_: Any) -> None:
    """Now that the address is confirmed, colleagues hear who asks to join them."""
    grants.announce(db.session, *user.user.grants)


def forget_recovery_codes(_app: Flask, user: Credential, **_: Any) -> None:
    """Without a second factor its recovery codes go too."""
    user.mf_recovery_codes = None


def tell_old_address(_app: Flask, user: Credential, old_email: str, **_: Any) -> None:
    """Whoever owned the old address learns that it is no longer used."""
    send("accounts/mail/email_was_changed", old_email, user.user.locale)
