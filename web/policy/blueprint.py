"""The blueprint of the rules' pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from flask.blueprints import BlueprintSetupState

from models.choices import Role
from web.permissions import allows

blueprint = Blueprint("policy", __name__, template_folder="templates")
administrator = allows(Role.ADMINISTRATOR)


@blueprint.url_value_preprocessor
def refuse_strange_codes(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No rule is named by characters that nobody can print, and not every database takes them."""
    if not all(str(value).isprintable() for value in (values or {}).values()):
        abort(404)


@blueprint.record_once
def name_things(state: BlueprintSetupState) -> None:
    """Macros see no context, so that the names of the parts of rules are a global of the templates."""
    from web.policy import words

    state.app.jinja_env.globals["rule_words"] = words
