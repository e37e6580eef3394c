"""The blueprint of the manager's desk, and what its pages answer to whom comes too late."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from models.choices import Role
from web.extensions import db
from web.language import say
from web.permissions import allows
from web.services.desk_acts import OvertakenError

blueprint = Blueprint("desk", __name__, template_folder="templates", url_prefix="/desk")
manager = allows(Role.MANAGER)


@blueprint.url_value_preprocessor
def refuse_strange_codes(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No record is named by characters that nobody can print, and not every database takes them."""
    if not all(str(value).isprintable() for value in (values or {}).values()):
        abort(404)


@blueprint.errorhandler(OvertakenError)
def overtaken(error: OvertakenError) -> tuple[str, int]:
    """Somebody else was first: who, and where to go on."""
    db.session.rollback()
    known = {"sentence": say(error.sentence), "args": request.view_args or {}}
    return render_template("desk/overtaken.html", **known), 409
