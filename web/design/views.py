"""`/design`: public, the same for everyone."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from web.design import catalogue, samples
from web.permissions import public

blueprint = Blueprint("design", __name__, template_folder="templates")

PARTS = frozenset({"why", "results"})


@blueprint.get("/design")
@public
def page() -> str:
    """The whole page, or for htmx the part that an example asks for by `?part=`."""
    part = request.args.get("part", "results")
    if request.headers.get("HX-Request") and part in PARTS:
        return render_template(f"design/parts/{part}.html", **samples.values())
    return render_template(
        "design/page.html",
        chapters=catalogue.chapters(current_app.jinja_env),
        tokens=catalogue.TOKENS,
        **samples.values(),
    )
