"""One pairing: its page, the moves of the two parties, and contact data on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from models import Pairing
from web.extensions import db
from web.pairings.blueprint import blueprint, everyone, party
from web.pairings.forms import ReasonForm
from web.pairings.page import pairing_page
from web.permissions import actor
from web.services import pairing_contacts, pairing_moves, pairing_terms
from web.services.errors import InvalidError
from web.services.pairings import find

Answer = str | tuple[str, int] | Response
ACTS: Mapping[str, tuple[Callable[..., Pairing], LazyString]] = {
    "accept": (pairing_moves.accept, _l("已接受")),
    "decline": (pairing_moves.decline, _l("已谢绝，原因已告知对方")),
    "withdraw": (pairing_moves.withdraw, _l("已撤回，原因已告知对方")),
    "agree": (pairing_terms.agree, _l("已同意现在的条款")),
}
"""The moves of the two parties: what makes each, and what is said then."""


@blueprint.get("/pairings/<pairing_code>")
@everyone
def show(pairing_code: str) -> Answer:
    """Who, for whom, on which terms, what the rules say, what happened and what comes next."""
    return pairing_page(find(db.session, pairing_code, by=actor()))


@blueprint.post("/pairings/<pairing_code>/<any(accept, decline, withdraw, agree):move>")
@party
def act(pairing_code: str, move: str) -> Answer:
    """Makes the move; a reason that is missing is asked for on the page."""
    make, said = ACTS[move]
    form = ReasonForm()
    try:
        make(db.session, pairing_code, order=form.order(), by=actor())
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return pairing_page(find(db.session, pairing_code, by=actor()), wrong=form, status=422)
    db.session.commit()
    flash(str(said), "success")
    return redirect(url_for("pairings.show", pairing_code=pairing_code), 303)


@blueprint.post("/pairings/<pairing_code>/contact")
@everyone
def contact(pairing_code: str) -> Answer:
    """Shows contact data; each look is kept."""
    known = pairing_contacts.contacts(db.session, pairing_code, by=actor())
    if request.headers.get("HX-Request"):
        page: Answer = render_template("pairings/parts/contact.html", contacts=known)
    else:
        page = pairing_page(find(db.session, pairing_code, by=actor()), contacts=known)
    db.session.commit()
    return page
