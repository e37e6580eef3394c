"""What the form's page shows around the form: where one is, what is missing, help, and a colleague's newer version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user

from models import Need, Organisation
from models.place import lies_high
from web.cards import need_card
from web.extensions import db
from web.language import pick
from web.needs.facts import name_of, public_rows, text_of
from web.needs.forms import NO_TASK, NeedForm
from web.needs.pasting import filled_from, paste_message, put_back
from web.needs.progress import lacking_links, section_steps
from web.needs.texts import EXAMPLES, HINTS, MODE_NOTES
from web.needs.writing import being_written, blank_need
from web.permissions import actor
from web.services import need_rules
from web.services.need_drafts import StaleDraftError
from web.services.need_home import employer_organisations
from web.services.need_paste import read_pasted
from web.services.need_tasks import offered_tasks

Answer = tuple[str, int]


def blank_form() -> NeedForm:
    """The form of a draft that is not begun yet; the poster is the contact unless they say otherwise."""
    organisations = employer_organisations(db.session, by=actor())
    form = NeedForm.of(
        None,
        region_code=organisations[0].region_code,
        contact_name=actor().name,
        contact_email=getattr(current_user, "email", ""),
        organisation_id=str(organisations[0].id),
    )
    form.organisation_id.choices = [(str(one.id), one.name) for one in organisations]
    return form


def new_page(form: NeedForm, status: int = 200) -> Answer:
    """The form of a draft that is not begun yet."""
    organisations = employer_organisations(db.session, by=actor())
    chosen = next((o for o in organisations if str(o.id) == form.organisation_id.data), organisations[0])
    return _page(None, form, chosen, status, several=len(organisations) > 1)


def edit_page(need: Need, form: NeedForm, status: int = 200, conflict: StaleDraftError | None = None) -> Answer:
    """The form of a draft. With a conflict, what was typed stands beside what a colleague saved."""
    theirs = []
    if conflict is not None:
        status = 409
        form.version.data = str(need.version)  # saving once more means it
        theirs = differing_rows(need, conflict.differing)
    form.code.data = need.code
    return _page(need, form, need.organisation, status, theirs=theirs)


def pasted_page(need: Need | None, form: NeedForm) -> Answer:
    """The form filled from the text in its paste box; nothing is saved yet."""
    pasted = read_pasted(form.pasted.data or "")
    form.undo.data = filled_from(form, pasted.fields)
    form.show(form.sound_values()[1])
    flash(paste_message(pasted, form.pasted.data or ""), "info" if pasted.fields else "warning")
    return new_page(form) if need is None else edit_page(need, form)


def undone_page(need: Need | None, form: NeedForm) -> Answer:
    """The form as it was before a text was pasted into it."""
    put_back(form, form.undo.data or "")
    form.undo.data = ""
    return new_page(form) if need is None else edit_page(need, form)


def differing_rows(need: Need, names: Sequence[str]) -> list[dict[str, str]]:
    """What the saved need has in these fields, for people."""
    return [{"key": name_of(name), "value": text_of(need, name)} for name in names]


def preview_values(need: Need) -> dict[str, Any]:
    """What the step bar and the preview show of a need, saved or in writing."""
    return {
        "steps_now": section_steps(need),
        "lacking": lacking_links(need),
        "preview": need,
        "card": need_card(need, url="#section-problem"),
        "rows": public_rows(need),
        "is_high": lies_high(need.region_code),
    }


def _page(need: Need | None, form: NeedForm, organisation: Organisation, status: int, **more: Any) -> Answer:
    tasks = offered_tasks(db.session, organisation)
    form.task_code.choices = [
        *((task.code, pick(task, "title")) for task in tasks),
        (NO_TASK, _("不归入专项任务")),
        ("", _("由系统按内容建议")),
    ]
    shown = being_written(form, organisation, tasks, need).need if form.is_submitted() else need
    page = render_template(
        "needs/edit.html",
        form=form,
        need=need,
        organisation=organisation,
        tasks=tasks,
        hints=HINTS,
        examples=EXAMPLES,
        mode_notes=MODE_NOTES,
        rules=need_rules,
        saved_at=format_datetime(need.updated_at, "HH:mm") if need else None,
        **_urls(need),
        **preview_values(shown or blank_need(organisation)),
        **more,
    )
    return page, status


def _urls(need: Need | None) -> dict[str, str]:
    if need is None:
        return {
            "save_url": url_for("needs.new"),
            "autosave_url": url_for("needs.autosave_new"),
        }
    return {
        "save_url": url_for("needs.edit", code=need.code),
        "autosave_url": url_for("needs.autosave", code=need.code, version=need.version),
    }
