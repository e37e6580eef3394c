"""The blueprint of the rules' pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from models.choices import Role
from web.permissions import allows

blueprint = Blueprint("policy", __name__, template_folder="templates")
administrator = allows(Role.ADMINISTRATOR)


@blueprint.url_value_preprocessor
def refuse_strange_codes(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No rule is named by characters that nobody can print, and not every database takes them."""
    if not all(str(value).isprintable() for value in (values or {}).values()):
        abort(404)


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """What templates need to name the parts of rules."""
    from web.policy import words

    return {"rule_words": words}
