"""The blueprint that the modules of this folder put their pages on, and what it answers to whom comes too late."""

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

blueprint = Blueprint("assignments", __name__, template_folder="templates")
party = allows(Role.EMPLOYER, Role.EXPERT)
host = allows(Role.EMPLOYER)
server = allows(Role.EXPERT)
everyone = allows(Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION, Role.MANAGER)
AT = "/assignments/<assignment_code>"
"""Where the pages of one assignment lie."""
ID = "<int(max=2147483647)"


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
    """The move is not possible now, or not for this side."""
    return not_done(*move_sentence(error))


def not_done(sentence: str, status: int) -> tuple[str, int]:
    """The page that says why nothing was done, with a link to the assignment as it is now."""
    db.session.rollback()
    code = (request.view_args or {}).get("assignment_code")
    return render_template("assignments/not_done.html", sentence=sentence, code=code), status
