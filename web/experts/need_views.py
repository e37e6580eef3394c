"""Needs that fit: the ranked list, why, and “not for me, because …”."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField

from models.choices import DismissalReason, Role
from web.experts.blueprint import blueprint
from web.experts.fields import ParagraphsField
from web.experts.need_cards import group_rows, miss_rows, need_url, recommended_card, why_panel
from web.experts.need_filters import chips, day_choices, facets, wishes
from web.experts.section_form import SAVED, SeenForm
from web.extensions import db, limiter
from web.labels import pairs
from web.matching import matching
from web.permissions import actor, allows
from web.services.profiles import own_profile
from web.services.recommend_dismissals import NOTE_CHARS, dismiss, dismissed, restore
from web.services.recommend_misses import near_misses
from web.services.recommendations import Outlook, outlook

Answer = str | Response | tuple[str, int]


class DismissalForm(SeenForm):
    """Why not."""

    reason = RadioField(_l("为什么不适合"), choices=pairs(DismissalReason))
    note = ParagraphsField(_l("补充说明"))


@blueprint.get("/me/needs")
@allows(Role.EXPERT)
@limiter.limit("120 per minute")
def recommended() -> str:
    """The needs that are open to the expert, best first, filtered by the URL."""
    asked = wishes()
    found = _outlook()
    if found is None:
        return render_template("experts/recommended_none.html")
    page = found.page(asked, number=request.args.get("page", 1, int))
    return render_template(
        "experts/parts/recommended.html" if request.headers.get("HX-Request") else "experts/recommended.html",
        found=found,
        page=page,
        wishes=asked,
        cards=[recommended_card(item, found) for item in page.items],
        facets=facets(asked, found.counts(asked)),
        chips=chips(asked),
        groups=group_rows(found.groups(), found),
        misses=miss_rows(near_misses(found)),
        excluded=len(found.excluded),
        day_choices=day_choices(asked),
        count_dismissed=len(dismissed(db.session, expert_id=found.expert.id)),
    )


@blueprint.get("/me/needs/<code>/why")
@allows(Role.EXPERT)
def why(code: str) -> Answer:
    """All reasons for one need, or against it; for htmx without the page around them."""
    found = _outlook()
    if found is None:
        return redirect(url_for("experts.home"))
    told = found.why(code)
    template = "experts/parts/why.html" if request.headers.get("HX-Request") else "experts/why.html"
    return render_template(template, why=why_panel(told, found), need=told.need, need_url=need_url(told.need))


@blueprint.route("/me/needs/<code>/not-for-me", methods=["GET", "POST"])
@allows(Role.EXPERT)
def dismissal(code: str) -> Answer:
    """“Not for me, because …”."""
    form = DismissalForm(reason=DismissalReason.FIELD.value)
    if form.is_submitted():
        return _dismiss(code, form)
    found = _outlook()
    if found is None:
        return redirect(url_for("experts.home"))
    part = "experts/parts/dismissal.html" if request.headers.get("HX-Request") else "experts/dismissal.html"
    return render_template(part, form=form, need=found.why(code).need, most=NOTE_CHARS)


@blueprint.post("/me/needs/<code>/restore")
@allows(Role.EXPERT)
def restore_need(code: str) -> Answer:
    """Back on the list."""
    restore(db.session, by=actor(), code=code)
    db.session.commit()
    flash(_("已恢复，这条需求会重新出现在推荐里"), "success")
    return redirect(url_for("experts.recommended"), 303)


@blueprint.get("/me/needs/dismissed")
@allows(Role.EXPERT)
def dismissed_needs() -> str:
    """The needs that were taken off the list."""
    profile = own_profile(db.session, by=actor())
    return render_template("experts/dismissed.html", rows=dismissed(db.session, expert_id=profile.id), url=need_url)


def _dismiss(code: str, form: DismissalForm) -> Answer:
    def act() -> Any:
        reason = DismissalReason(form.reason.data)
        return dismiss(db.session, by=actor(), code=code, reason=reason, note=form.note.data)

    status = form.attempt(act)
    if status != SAVED:
        found = _outlook()
        need = found.why(code).need if found else None
        part = "experts/parts/dismissal.html" if request.headers.get("HX-Request") else "experts/dismissal.html"
        return render_template(part, form=form, need=need, most=NOTE_CHARS), status
    if request.headers.get("HX-Request"):
        return render_template("experts/parts/dismissed.html", code=code)
    flash(_("已记下，这条需求不再推荐给您"), "success")
    return redirect(url_for("experts.recommended"), 303)


def _outlook() -> Outlook | None:
    return outlook(db.session, matching=matching(), by=actor())
