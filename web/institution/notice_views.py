"""公示: begun, objected to, settled, ended."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _

from web.extensions import db
from web.institution.blueprint import blueprint, officer
from web.institution.forms import EndForm, NoticeForm, ObjectionForm, SettleForm
from web.institution.request_page import settle_name
from web.institution.request_views import Answer, back, wrong
from web.permissions import actor
from web.services import public_notices
from web.services.errors import InvalidError


@blueprint.post("/institution/requests/<pairing_code>/notice")
@officer
def start_notice(pairing_code: str) -> Answer:
    """Begins a notice."""
    form = NoticeForm()
    place, starts = form.place.data or "", form.starts.data
    try:
        public_notices.start(db.session, pairing_code, place=place, starts=starts, order=form.order(), by=actor())
    except InvalidError as error:
        return wrong(pairing_code, error, notice=form)
    db.session.commit()
    flash(_("公示已登记"), "success")
    return back(pairing_code, "notice")


@blueprint.post("/institution/requests/<pairing_code>/notice/end")
@officer
def end_notice(pairing_code: str) -> Answer:
    """Ends it."""
    form = EndForm()
    try:
        public_notices.end(db.session, pairing_code, ends=form.ends.data, order=form.order(), by=actor())
    except InvalidError as error:
        return wrong(pairing_code, error, end=form)
    db.session.commit()
    flash(_("公示已结束"), "success")
    return back(pairing_code, "notice")


@blueprint.post("/institution/requests/<pairing_code>/objections")
@officer
def record_objection(pairing_code: str) -> Answer:
    """Records an objection."""
    form = ObjectionForm()
    day, text = form.received_on.data, form.text.data or ""
    try:
        public_notices.object_to(db.session, pairing_code, received_on=day, text=text, order=form.order(), by=actor())
    except InvalidError as error:
        return wrong(pairing_code, error, object=form)
    db.session.commit()
    flash(_("异议已登记，处理后才能结束公示"), "success")
    return back(pairing_code, "notice")


@blueprint.post("/institution/requests/<pairing_code>/objections/<int(max=2147483647):objection_id>")
@officer
def settle_objection(pairing_code: str, objection_id: int) -> Answer:
    """Says what became of an objection."""
    form = SettleForm()
    is_upheld, settlement = form.result.data == "upheld", form.settlement.data or ""
    try:
        public_notices.settle(
            db.session,
            pairing_code,
            objection_id,
            settlement=settlement,
            is_upheld=is_upheld,
            order=form.order(),
            by=actor(),
        )
    except InvalidError as error:
        return wrong(pairing_code, error, **{settle_name(objection_id): form})
    db.session.commit()
    flash(_("异议成立，公示已终止") if is_upheld else _("异议已处理"), "success")
    return back(pairing_code, "notice")
