"""The blueprint of outcomes, and how its pages go back to the page of the assignment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from models.choices import Role
from models.state_machine import MoveError
from web.assignments.blueprint import not_done
from web.assignments.page import assignment_page
from web.extensions import db
from web.language import say
from web.permissions import actor, allows
from web.problems import move_sentence
from web.services import assignments
from web.services.errors import ConflictError, InvalidError

Answer = str | tuple[str, int] | Response
AT = "/assignments/<assignment_code>"
CLAIM = f"{AT}/outcomes/<int(max=2147483647):claim_id>"
blueprint = Blueprint("outcomes", __name__, template_folder="templates")
expert = allows(Role.EXPERT)
party = allows(Role.EMPLOYER, Role.EXPERT)
decider = allows(Role.EMPLOYER, Role.MANAGER)
manager = allows(Role.MANAGER)


@blueprint.url_value_preprocessor
def refuse_strange_codes(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No record is named by characters that nobody can print, and not every database takes them."""
    if not all(str(value).isprintable() for value in (values or {}).values()):
        abort(404)


@blueprint.errorhandler(ConflictError)
def conflict(error: ConflictError) -> tuple[str, int]:
    """Somebody else was first, or it is the wrong time: why, with a link to the assignment as it is now."""
    return not_done(say(error.sentence), 409)


@blueprint.errorhandler(MoveError)
def impossible(error: MoveError) -> tuple[str, int]:
    """The move is not possible now, or not for this side."""
    return not_done(*move_sentence(error))


def back(assignment_code: str, anchor: str = "outcomes") -> Response:
    """To the page of the assignment."""
    return redirect(url_for("assignments.show", assignment_code=assignment_code, _anchor=anchor), 303)


def refused(assignment_code: str, name: str, form: Any, error: InvalidError) -> tuple[str, int]:
    """The page of the assignment again, with what is wrong beside the fields of one of the forms here."""
    db.session.rollback()
    form.show(error)
    assignment = assignments.find(db.session, assignment_code, by=actor())
    return assignment_page(assignment, wrong={name: form}, status=422)
