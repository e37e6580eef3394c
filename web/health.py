"""What a supervisor of the server asks: is it up, and can it search yet?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, jsonify
from werkzeug.wrappers import Response

from web.matching import matching
from web.permissions import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def show() -> tuple[Response, int]:
    """The search in figures, as JSON; 503 while it is being opened.

    `position` is the index's last change that is searched; `warm`: the encoders are loaded.
    """
    search = matching()
    done, total = search.progress
    answer: dict[str, Any] = {"ready": search.is_ready, "warm": search.is_warm, "progress": [done, total]}
    if search.is_ready:
        answer |= {
            "position": search.position,
            "experts": int(search.snapshot().live.sum()),
            "needs": len(search.need_table()),
        }
    return jsonify(answer), 200 if search.is_ready else 503


def bind(app: Flask) -> None:
    """Adds the address."""
    app.register_blueprint(blueprint)
