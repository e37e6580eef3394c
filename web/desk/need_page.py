"""The page on which a need is checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, url_for

from models import Need
from models.choices import NeedState, Role
from web.desk.forms import ReasonForm
from web.desk.rows import is_past, waiting
from web.desk.words import NEED_MOVES, events
from web.extensions import db
from web.language import say
from web.matching import matching
from web.needs.facts import name_of, text_of
from web.permissions import access_of, actor
from web.services import desk, needs
from web.services.desk_acts import Contact, UnsettledError
from web.services.findings import Finding, musts
from web.services.need_names import NAMES, SECTIONS

RANKED = "matches.ranked"
"""The page with the ranked experts of a need."""
SHOWN = {
    "problem": SECTIONS["problem"],
    "wishes": SECTIONS["wishes"],
    "time": (*(name for name in SECTIONS["time"] if name != "ends"), "task_code"),
}
"""The fields by their sections. Contacts are shown when asked for; the end stands beside the start."""


def need_page(code: str, *, refused: UnsettledError | None = None, contact: Contact | None = None) -> str:
    """The need, what was found, and what the manager may do. `refused`: why it could not be published."""
    by = actor()
    need = desk.need_to_check(db.session, code, by=by)
    found = desk.findings_of_need(db.session, need)
    waits = need.state == NeedState.SUBMITTED
    shown = found if waits else tuple(one for one in found if one.field != "deadline")
    return render_template(
        "desk/need.html",
        need=need,
        sections={name: need_rows(need, fields, shown) for name, fields in SHOWN.items()},
        findings=shown if waits or need.state == NeedState.PUBLISHED else (),
        organisation_findings=desk.findings_of_organisation(db.session, need.organisation),
        reachable=desk.reachable(db.session, found, by=by),
        blocking=[one for one in musts(found) if not one.can_overrule],
        overrulable=[(one.key, say(NAMES[one.field])) for one in musts(found) if one.can_overrule],
        beside=desk.needs_beside(db.session, code, by=by),
        form=ReasonForm.to_ask(need.version, found),
        events=events(needs.history(db.session, need), NEED_MOVES),
        waited=waiting(need.submitted_at or need.created_at),
        is_past=is_past(need),
        eligible=eligible(need),
        ranked_url=ranked_url(code),
        refused=refused,
        contact=contact,
    )


def need_rows(need: Need, names: Sequence[str], found: Sequence[Finding]) -> list[dict[str, Any]]:
    """What was filled in, each with what was found there; a field without either is left out."""
    rows = []
    for name in names:
        fields = (name, "ends") if name == "starts" else (name,)
        here = [one for one in found if one.field in fields]
        value = text_of(need, name)
        if value or here:
            rows.append({"name": name, "key": name_of(name), "value": value, "findings": here})
    return rows


def eligible(need: Need) -> int | None:
    """How many experts the hard rules allow; None while search is being opened."""
    from web.services.values import need_value

    return int(matching().snapshot().mask(need_value(need)).sum()) if matching().is_ready else None


def ranked_url(code: str) -> str | None:
    """The ranked experts, where managers may see that page."""
    access = access_of(current_app, RANKED)
    return url_for(RANKED, code=code) if access and Role.MANAGER in access.roles else None
