"""Permission is denied unless granted: every view says who may call it, and a guard refuses the rest.

A view says so by `@public`, `@signed_in` or `@allows(Role…)`. Views of libraries are named in LIBRARY_ENDPOINTS.
Jurisdiction (whose need, which province) is checked by the services, which take the actor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from models.choices import Role
from web.extensions import db
from web.services.access import NOBODY, Actor, actor_for

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a view: everybody, everybody who has signed in, or those with one of the roles."""

    is_public: bool = False
    roles: tuple[Role, ...] = ()


LIBRARY_ENDPOINTS: dict[str, Access] = {
    "static": Access(is_public=True),
    "security.login": Access(is_public=True),
    "security.logout": Access(is_public=True),
    "security.verify": Access(),
    "security.send_confirmation": Access(is_public=True),
    "security.confirm_email": Access(is_public=True),
    "security.forgot_password": Access(is_public=True),
    "security.reset_password": Access(is_public=True),
    "security.change_password": Access(),
    "security.change_email": Access(),
    "security.change_email_confirm": Access(is_public=True),
    "security.two_factor_setup": Access(),
    "security.two_factor_setup_validate": Access(),
    "security.two_factor_token_validation": Access(is_public=True),
    "security.mf_recovery_codes": Access(),
    "security.mf_recovery": Access(is_public=True),
}
"""Views of Flask and Flask-Security; the steps of signing in and the links in mail are public by nature."""


def public(view: View) -> View:
    """Everybody may call the view."""
    view.__access__ = Access(is_public=True)  # type: ignore[attr-defined]  # read by access_of
    return view


def signed_in(view: View) -> View:
    """Everybody who has signed in may call the view."""
    view.__access__ = Access()  # type: ignore[attr-defined]  # read by access_of
    return view


def allows(*roles: Role) -> Callable[[View], View]:
    """Those with one of the roles may call the view."""

    def mark(view: View) -> View:
        view.__access__ = Access(roles=roles)  # type: ignore[attr-defined]  # read by access_of
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the view of an endpoint says; None when it says nothing, which means nobody."""
    if endpoint in LIBRARY_ENDPOINTS:
        return LIBRARY_ENDPOINTS[endpoint]
    return getattr(app.view_functions.get(endpoint), "__access__", None)


def actor() -> Actor:
    """Who makes the present request, with the roles that hold now; NOBODY when nobody has signed in."""
    if "actor" not in g:
        user = getattr(current_user, "user", None)
        g.actor = actor_for(db.session, user) if user is not None else NOBODY
    return g.actor  # type: ignore[no-any-return]  # flask.g is untyped


def guard() -> Response | None:
    """Refuses the request unless its view grants it; who has not signed in is sent to do so."""
    if request.endpoint is None:
        return None  # no such page: Flask answers 404
    access = access_of(current_app, request.endpoint)
    if access is None:
        current_app.logger.error("the view %s names nobody who may call it", request.endpoint)
        abort(403)
    if access.is_public:
        return None
    if not current_user.is_authenticated:
        return _send_to_sign_in()
    if access.roles and not any(actor().has(role) for role in access.roles):
        abort(403)
    return None


def _send_to_sign_in() -> Response:
    """To the sign-in page and back to this page afterwards; htmx is told to leave the page as a whole."""
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        target = page.path + (f"?{page.query}" if page.query else "")
        return Response(status=401, headers={"HX-Redirect": url_for("security.login", next=target or None)})
    target = request.full_path.rstrip("?")
    return redirect(url_for("security.login", next=target if request.method == "GET" else None))
