"""What the institution is asked: the list, one request, and its answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from web.extensions import db
from web.institution.blueprint import blueprint, officer
from web.institution.forms import OrderForm, ReasonForm
from web.institution.request_page import request_page, seen
from web.permissions import actor
from web.services import consents, organisations
from web.services.errors import InvalidError
from web.services.paging import page_of

Answer = str | Response | tuple[str, int]


@blueprint.get("/institution/requests")
@officer
def requests() -> str:
    """Requests to the person's institutions, by what became of them; the longest waiting first."""
    by = actor()
    group = request.args.get("group", "waiting")
    group = group if group in consents.GROUPS else "waiting"
    number = request.args.get("page", 1, type=int)
    return render_template(
        "institution/requests.html",
        group=group,
        counts={name: consents.count(db.session, by=by, group=name) for name in consents.GROUPS},
        page=page_of(db.session, consents.requests_for(by=by, group=group), number=number),
        unverified=[one for one in organisations.mine(db.session, by=by) if one.verification != "verified"],
    )


@blueprint.get("/institution/requests/<pairing_code>")
@officer
def show_request(pairing_code: str) -> str:
    """One request."""
    return request_page(seen(pairing_code))


@blueprint.post("/institution/requests/<pairing_code>/consent")
@officer
def give_consent(pairing_code: str) -> Answer:
    """The institution consents."""
    consents.consent(db.session, pairing_code, order=OrderForm().order(), by=actor())
    db.session.commit()
    flash(_("已同意，项目管理人员会收到通知"), "success")
    return back(pairing_code)


@blueprint.post("/institution/requests/<pairing_code>/refuse")
@officer
def refuse_consent(pairing_code: str) -> Answer:
    """The institution refuses, with the reason."""
    form = ReasonForm()
    try:
        consents.refuse(db.session, pairing_code, order=form.order(), by=actor())
    except InvalidError as error:
        return wrong(pairing_code, error, refuse=form)
    db.session.commit()
    flash(_("已回复不同意，双方会看到原因"), "success")
    return back(pairing_code)


def wrong(pairing_code: str, error: InvalidError, **sent: OrderForm) -> Answer:
    """The page once more, with the problems beside the fields of the form that was sent."""
    db.session.rollback()
    for form in sent.values():
        form.show(error)
    return request_page(seen(pairing_code), **sent), 422


def back(pairing_code: str, anchor: str | None = None) -> Response:
    """To the request."""
    return redirect(url_for("institution.show_request", pairing_code=pairing_code, _anchor=anchor))
