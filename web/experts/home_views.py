"""An expert's home: how complete the profile is, what waits, the best needs, and the year."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models.choices import Role
from web.experts.availability_page import next_strip
from web.experts.blueprint import blueprint
from web.experts.need_cards import recommended_card
from web.experts.steps import ORDER, advice, count_done, first_open, lacking, step_bar, step_url
from web.extensions import db
from web.matching import matching
from web.permissions import actor, allows
from web.services.profiles import hide, own_profile
from web.services.recommend_filters import NeedWishes
from web.services.recommendations import outlook

BEST_SHOWN = 3


@blueprint.get("/me")
@allows(Role.EXPERT)
def home() -> str:
    """The home page; the best needs come by themselves, for search may still be opening."""
    profile = own_profile(db.session, by=actor())
    return render_template(
        "experts/home.html",
        profile=profile,
        steps=step_bar(profile),
        done=count_done(profile),
        of=len(ORDER),
        next_url=step_url(first_open(profile)),
        lacking=lacking(profile),
        advice=advice(profile),
        strips=next_strip(profile),
    )


@blueprint.get("/me/best-needs")
@allows(Role.EXPERT)
def best_needs() -> str:
    """The first few recommended needs, for the home page."""
    found = outlook(db.session, matching=matching(), by=actor())
    page = found.page(NeedWishes(), size=BEST_SHOWN) if found else None
    cards = [recommended_card(item, found) for item in page.items] if page and found else []
    return render_template("experts/parts/best.html", cards=cards, total=page.total if page else 0, found=found)


@blueprint.post("/me/hide")
@allows(Role.EXPERT)
def hide_profile() -> Response:
    """Takes the profile out of every search."""
    hide(db.session, by=actor())
    db.session.commit()
    flash(_("资料已隐藏，用人单位现在找不到您"), "success")
    return redirect(url_for("experts.home"), 303)
