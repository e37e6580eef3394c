"""Help while the form is filled in: codes looked up, a pasted text read."""

from __future__ import annotations

from flask import abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from models.choices import Role
from web.extensions import limiter
from web.language import chosen_language
from web.needs.blueprint import blueprint
from web.needs.edit_page import blank_form
from web.needs.form_fields import lines
from web.needs.live_views import person_key
from web.needs.pasting import filled_from, paste_message, shown
from web.needs.term_lists import terms
from web.permissions import allows
from web.services.need_paste import read_pasted
from web.services.need_terms import KINDS

LONGEST_QUERY = 60


@blueprint.get("/employer/terms/<kind>")
@allows(Role.EMPLOYER)
@limiter.limit("240 per minute", key_func=person_key)
def term_search(kind: str) -> str:
    """Rows of a code table that fit what was typed, as choices under the box."""
    if kind not in KINDS:
        abort(404)
    field = request.args.get("field", f"{kind}_code")
    query = request.args.get(field, request.args.get("q", ""))[:LONGEST_QUERY]
    found = terms(kind).search(query, near=request.args.get("near", "")[:6])
    language = chosen_language()
    rows = [{"value": term.text(language), "above": term.above(language)} for term in found]
    return render_template("needs/terms.html", rows=rows, field=field, query=query.strip())


@blueprint.post("/employer/needs/paste")
@allows(Role.EMPLOYER)
def paste() -> Response:
    """What a pasted text puts into which field, for the page's script; without scripts the form itself is sent."""
    form = blank_form()
    text = form.pasted.data or ""
    pasted = read_pasted(lines(text))
    filled_from(form, pasted.fields)
    fields = {name: shown(form[name]) for name in pasted.fields}
    return jsonify(fields=fields, message=paste_message(pasted, text))
