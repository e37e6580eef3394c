"""The steps of the profile, one page each; saved on “next”, to be left and taken up again at any time."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Expert
from models.choices import ExpertState, Mode, Role
from web.experts.availability_page import strips
from web.experts.blueprint import blueprint
from web.experts.section_form import SAVED, SectionForm
from web.experts.section_forms import BasicsForm, TimesForm
from web.experts.steps import SECTIONS, Step, next_url, step_bar
from web.experts.texts import BIO_EXAMPLE, MODE_NOTES, USUAL_TITLES
from web.extensions import db
from web.language import chosen_language, say
from web.permissions import actor, allows
from web.services.profile_sections import Section, Times
from web.services.profiles import own_profile, save_section

Answer = str | Response | tuple[str, int]


@blueprint.route("/me/profile/<any(basics, expertise, cooperation, ties, contact):name>", methods=["GET", "POST"])
@allows(Role.EXPERT)
def step(name: str) -> Answer:
    """One section of the profile."""
    spec = SECTIONS[name]
    profile = own_profile(db.session, by=actor())
    form = spec.form.opened(spec.section.of(profile))
    if not form.is_submitted() or form.changes_rows() or "refresh" in request.form:
        return _page(spec, form, profile)
    status = _save(form)
    if status != SAVED:
        return _page(spec, form, profile), status
    return redirect(next_url(name) if "next" in request.form else url_for("experts.home"), 303)


@blueprint.route("/me/availability", methods=["GET", "POST"])
@allows(Role.EXPERT)
def availability() -> Answer:
    """Days a year and windows alone, for whoever only wants to change these."""
    profile = own_profile(db.session, by=actor())
    form = TimesForm.opened(Times.of(profile))
    status = SAVED
    if form.is_submitted() and not form.changes_rows():
        status = _save(form)
        if status == SAVED:
            return redirect(url_for("experts.availability"), 303)
    page = render_template("experts/availability.html", form=form, profile=profile, strips=strips(form, profile))
    return page, status


@blueprint.get("/me/places")
@allows(Role.EXPERT)
def places() -> str:
    """The list of a province's cities."""
    if not request.headers.get("HX-Request"):
        abort(404)
    form = BasicsForm()
    form.offer_cities(request.args.get("province", ""))
    return render_template("experts/parts/region.html", form=form, standalone=True)


def _save(form: SectionForm) -> int:
    kept: list[Section] = []

    def act() -> None:
        kept.append(form.section())
        save_section(db.session, by=actor(), section=kept[0], seen=form.seen.data)

    status = form.attempt(act)
    if status == SAVED:
        flash(_("已保存"), "success")
        for note in kept[0].notes():
            flash(say(note), "info")
    return status


def _page(spec: Step, form: SectionForm, profile: Expert) -> str:
    return render_template(
        f"experts/{spec.name}.html",
        step=spec,
        form=form,
        profile=profile,
        is_public=profile.state == ExpertState.PUBLIC,
        steps=step_bar(profile, spec.name),
        usual_titles=USUAL_TITLES[chosen_language()],
        bio_example=BIO_EXAMPLE,
        mode_notes={mode.value: MODE_NOTES[mode] for mode in Mode},
        strips=strips(form, profile) if isinstance(form, TimesForm) else [],
    )
