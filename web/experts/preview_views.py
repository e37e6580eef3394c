"""The last step: the profile as employers will see it, the needs that it would match, and making it public."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Expert
from models.choices import ExpertState, Role
from web.experts.blueprint import blueprint
from web.experts.need_cards import employers_card, recommended_card
from web.experts.section_form import SAVED
from web.experts.section_forms import ConsentForm
from web.experts.steps import advice, lacking, step_bar
from web.extensions import db
from web.match_cards import expert_card
from web.matches.people import year_strips
from web.matching import matching
from web.permissions import actor, allows
from web.services.need_submission import today_in_china
from web.services.profiles import own_profile, publish
from web.services.recommend_filters import NeedWishes
from web.services.recommendations import outlook

BEST_SHOWN = 5

Answer = str | Response | tuple[str, int]


@blueprint.route("/me/preview", methods=["GET", "POST"])
@allows(Role.EXPERT)
def preview() -> Answer:
    """What employers see, and the button that lets them."""
    form = ConsentForm()
    status = SAVED
    if form.is_submitted():
        status = form.attempt(lambda: publish(db.session, by=actor()))
        if status == SAVED:
            flash(_("资料已公开，几秒之内就能被检索到"), "success")
            return redirect(url_for("experts.home"), 303)
    profile = own_profile(db.session, by=actor())
    page = render_template(
        "experts/preview.html",
        form=form,
        profile=profile,
        steps=step_bar(profile, "preview"),
        lacking=lacking(profile),
        advice=advice(profile),
        is_public=profile.state == ExpertState.PUBLIC,
        card=_card(profile),
        expert=profile,
        years=year_strips(profile, today_in_china()),
    )
    return page, status


@blueprint.get("/me/preview/needs")
@allows(Role.EXPERT)
def preview_needs() -> str:
    """The needs that the profile as it stands would match, with reasons; before it is public, too."""
    found = outlook(db.session, matching=matching(), by=actor())
    page = found.page(NeedWishes(), size=BEST_SHOWN) if found else None
    cards = [recommended_card(item, found) for item in page.items] if page and found else []
    best = page.items[0] if page and page.items else None
    return render_template(
        "experts/parts/preview.html",
        cards=cards,
        total=page.total if page else 0,
        found=found,
        card=_card(found.expert) if found else None,
        seen=employers_card(best, found) if best and found else None,
    )


def _card(profile: Expert) -> dict[str, Any] | None:
    """The card that lists show; None before there is a profile."""
    return expert_card(profile, url_for("matches.expert", code=profile.code)) if profile.code else None
