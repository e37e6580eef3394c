"""The page on which an organisation is checked."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from models import Organisation
from models.choices import Verification
from web.desk.forms import ReasonForm
from web.desk.rows import need_row, waiting
from web.desk.words import ORGANISATION_MOVES, events
from web.extensions import db
from web.formats import moment
from web.gazetteer import place_name
from web.labels import label
from web.permissions import actor
from web.services import desk, grants, organisation_list, organisations
from web.services.desk_acts import UnsettledError
from web.services.findings import musts


def organisation_page(credit_code: str, *, refused: UnsettledError | None = None) -> str:
    """The organisation, what was found, and what the manager may do. `refused`: why it could not be verified."""
    by = actor()
    organisation = desk.organisation_to_check(db.session, credit_code, by=by)
    waits = organisation.verification != Verification.VERIFIED
    found = desk.findings_of_organisation(db.session, organisation)
    registered = {"what": _("登记"), "when": moment(organisation.created_at), "kind": "done"}
    return render_template(
        "desk/organisation.html",
        organisation=organisation,
        rows=_rows(organisation, found),
        findings=found,
        waits=waits,
        reachable=desk.reachable(db.session, found, by=by),
        blocking=[one for one in musts(found) if not one.can_overrule],
        overrulable=[(one.key, _("单位简介")) for one in musts(found) if one.can_overrule],
        beside=desk.organisations_beside(db.session, credit_code, by=by),
        form=ReasonForm.to_ask(organisation.version, found),
        people=organisation_list.people_of(db.session, organisation),
        requests=grants.waiting_at(db.session, organisation),
        needs=[need_row(need) for need in organisation_list.needs_of(db.session, organisation, by=by)],
        events=[registered, *events(organisations.history(db.session, organisation), ORGANISATION_MOVES)],
        waited=waiting(organisation.updated_at),
        refused=refused,
    )


def _rows(organisation: Organisation, found: Any) -> list[dict[str, Any]]:
    place = place_name(organisation.region_code)
    if organisation.is_xpcc and organisation.region_code != "660000":
        place += _("（兵团所属）")
    values = {
        "name": (_("单位全称"), organisation.name),
        "name_en": (_("英文名称"), organisation.name_en),
        "credit_code": (_("统一社会信用代码"), organisation.credit_code),
        "kind": (_("单位属性"), label(organisation.kind)),
        "region_code": (_("所在地"), place),
        "intro": (_("单位简介"), organisation.intro),
    }
    return [
        {"name": name, "key": key, "value": value, "findings": [one for one in found if one.field == name]}
        for name, (key, value) in values.items()
    ]
