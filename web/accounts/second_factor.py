"""Codes of an authenticator application: each works once, and a wrong one does not end the set-up."""

from __future__ import annotations

from functools import wraps
from typing import Any, cast

from flask import Flask, current_app, g, session
from flask_login import current_user
from flask_security import Totp, UserMixin
from werkzeug.wrappers import Response

from web.accounts.credential import Credential

ISSUER = "东才西用"
"""The name that the application shows beside the code."""
CONFIRM = "security.two_factor_setup_validate"


class OnceOnlyTotp(Totp):
    """Flask-Security's codes; whoever looks over the shoulder cannot use the same one again."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The time step of the last code that was accepted."""
        return cast("Credential", user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        """Keeps the time step of an accepted code."""
        cast("Credential", user).tf_last_counter = tmatch.counter


def keep_secret(app: Flask) -> None:
    """Answers a wrong code of the set-up with the same page again, its QR code and secret unchanged.

    Flask-Security sends the person back to the beginning, which makes another secret, although the signed token in
    the address still holds the first one and stays good.
    """
    library: Any = app.view_functions[CONFIRM]

    @wraps(library)
    def confirm(token: str) -> Response | str:
        answer: Response | str = library(token)
        failed = g.pop("failed_setup", None)
        if failed is None:
            return answer
        session.pop("_flashes", None)  # the message stands beside the field
        return _same_page(token, failed)

    app.view_functions[CONFIRM] = confirm


def _same_page(token: str, form: Any) -> str:
    security = current_app.extensions["security"]
    shown = security.totp_factory.fetch_setup_values(form.tf_totp_secret, current_user)
    page: str = security.render_template(
        current_app.config["SECURITY_TWO_FACTOR_SETUP_TEMPLATE"],
        two_factor_setup_form=form,
        two_factor_verify_code_form=form,
        chosen_method=form.primary_method,
        state_token=token,
        authr_qrcode=shown["image"],
        authr_key=shown["key"],
    )
    return page
