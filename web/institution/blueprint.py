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
from web.services.errors import ConflictError
from web.services.officer_invitations import DeadLinkError

blueprint = Blueprint("institution", __name__, template_folder="templates")
officer = allows(Role.INSTITUTION)
party = allows(Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION)
everyone = allows(Role.EMPLOYER, Role.EXPERT, Role.INSTITUTION, Role.MANAGER)


@blueprint.url_value_preprocessor
def refuse_strange_codes(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No record is named by characters that nobody can print, and not every database takes them."""
    if not all(str(value).isprintable() for value in (values or {}).values()):
        abort(404)


@blueprint.errorhandler(ConflictError)
def conflict(error: ConflictError) -> tuple[str, int]:
    """Somebody else was first, or something stands in the way: what, and where to see it as it is now."""
    return _not_done(say(error.sentence), 409)


@blueprint.errorhandler(MoveError)
def impossible(error: MoveError) -> tuple[str, int]:
    """The move is not possible now, or not for this side."""
    return _not_done(*move_sentence(error))


@blueprint.errorhandler(DeadLinkError)
def dead_link(error: DeadLinkError) -> tuple[str, int]:
    """A link that opens nothing, and why."""
    db.session.rollback()
    return render_template("institution/dead_link.html", sentence=say(error.sentence)), 404


def _not_done(sentence: str, status: int) -> tuple[str, int]:
    db.session.rollback()
    values = request.view_args or {}
    return render_template("institution/not_done.html", sentence=sentence, code=values.get("pairing_code")), status
