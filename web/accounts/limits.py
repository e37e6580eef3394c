"""How often one may try. Of sign-ins only the failed count, so that an office can share one address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request, session
from flask_limiter.util import get_remote_address
from flask_login import current_user

from models.encryption import lookup_digest
from web.accounts.passwords import normalise
from web.extensions import limiter

Key = Callable[[], str]


def by_email() -> str:
    """The digest of the e-mail that was typed, whether or not anybody has it."""
    return lookup_digest(normalise(request.form.get("email", ""))[:254].strip().lower())


def by_person() -> str:
    """Who is signed in or has given the first factor; else the address."""
    return str(current_user.get_id() or session.get("tf_user_id") or get_remote_address())


def has_failed(response: Response) -> bool:
    """Whether what was typed was wrong."""
    return response.status_code == 422


@dataclass(frozen=True, slots=True)
class Limit:
    """So many posts to a view; with `failures` only those that were answered with an error count."""

    amount: str
    key: Key
    failures: bool = False


_PASSWORD = (Limit("10 per 15 minutes", by_person, failures=True),)
_LETTER = (Limit("5 per hour", by_email), Limit("30 per hour", get_remote_address))
LIMITS: dict[str, tuple[Limit, ...]] = {
    "security.login": (
        Limit("10 per 15 minutes", by_email, failures=True),
        Limit("60 per 15 minutes", get_remote_address, failures=True),
    ),
    "security.two_factor_token_validation": (Limit("5 per 15 minutes", by_person, failures=True),),
    "security.mf_recovery": (Limit("5 per 15 minutes", by_person, failures=True),),
    "security.forgot_password": _LETTER,
    "security.send_confirmation": _LETTER,
    "security.reset_password": (Limit("20 per hour", get_remote_address),),
    "security.change_email": (Limit("5 per hour", by_person),),
    "security.verify": _PASSWORD,
    "security.change_password": _PASSWORD,
}
"""Views of Flask-Security → their limits."""

registrations = limiter.shared_limit("60 per hour", scope="registration", methods=["POST"])
"""Decorates the views that register somebody."""
look_ups = limiter.shared_limit("60 per minute", scope="credit_code")
"""Decorates the look-up of credit codes, which anybody may call."""


def bind(app: Flask) -> None:
    """Puts the limits on Flask-Security's views."""
    for endpoint, limits in LIMITS.items():
        view: Any = app.view_functions[endpoint]
        for limit in limits:
            count_when = has_failed if limit.failures else None
            view = limiter.limit(limit.amount, key_func=limit.key, methods=["POST"], deduct_when=count_when)(view)
        app.view_functions[endpoint] = view
