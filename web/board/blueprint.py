"""The blueprint of the approval desk, and what it answers to whom comes too late."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from models.choices import Role
from models.state_machine import MoveError
from web.extensions import db
from web.language import say
from web.permissions import allows
from web.problems import move_sentence
from web.services.orders import OvertakenError

blueprint = Blueprint("board", __name__, template_folder="templates")
manager = allows(Role.MANAGER)


@blueprint.url_value_preprocessor
def refuse_strange_codes(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No record is named by characters that nobody can print, and not every database takes them."""
    if not all(str(value).isprintable() for value in (values or {}).values()):
        abort(404)


@blueprint.errorhandler(OvertakenError)
def overtaken(error: OvertakenError) -> tuple[str, int]:
    """Somebody else was first: who, and where to see it as it is now."""
    return not_done(say(error.sentence), 409)


@blueprint.errorhandler(MoveError)
def impossible(error: MoveError) -> tuple[str, int]:
    """The move is not possible now."""
    return not_done(*move_sentence(error))


def not_done(sentence: str, status: int) -> tuple[str, int]:
    """The page that says why nothing was done, with a link to the pairing as it is now."""
    db.session.rollback()
    code = (request.view_args or {}).get("pairing_code")
    return render_template("pairings/not_done.html", sentence=sentence, code=code), status
