"""Codes of an authenticator application, each of which works once."""

from __future__ import annotations

from typing import Any, cast

from flask_security import Totp, UserMixin

from web.accounts.credential import Credential

ISSUER = "东才西用"
"""The name that the application shows beside the code."""


class OnceOnlyTotp(Totp):
    """Flask-Security's codes; whoever looks over the shoulder cannot use the same one again."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The time step of the last code that was accepted."""
        return cast("Credential", user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        """Keeps the time step of an accepted code."""
        cast("Credential", user).tf_last_counter = tmatch.counter
