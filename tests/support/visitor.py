"""A browser without a window whose requests know nothing of the test's own application context, as in production."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import current_app, has_app_context
from flask.testing import FlaskClient

from web.extensions import db


class Visitor(FlaskClient):
    """Flask lets a request inside an open application context share its `flask.g`, and so who is signed in.

    Each request of a Visitor gets a context of its own. What the test has made is committed first.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context() and current_app._get_current_object() is self.application:  # type: ignore[attr-defined]
            db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)
