"""The home of those who act for an institution that sends experts."""

from __future__ import annotations

from flask import abort, render_template, request
from flask_babel import gettext as _

from models import Expert
from models.choices import Role
from web.accounts.blueprint import blueprint
from web.extensions import db
from web.formats import day, days
from web.labels import mode_label
from web.permissions import actor, allows
from web.services import grants, organisations
from web.services.institution import CONSENT_MODES, members, own_experts


@blueprint.get("/institution")
@blueprint.get("/institution/<credit_code>")
@allows(Role.INSTITUTION)
def institution(credit_code: str | None = None) -> str:
    """Verification, consents, experts and members of the institution, the first by name where there are several."""
    ids = actor().organisations(Role.INSTITUTION)
    mine = [one for one in organisations.mine(db.session, by=actor()) if one.id in ids]
    chosen = next((one for one in mine if credit_code in (None, one.credit_code)), None) or abort(404)
    page = own_experts(db.session, chosen, by=actor(), number=request.args.get("page", 1, type=int))
    return render_template(
        "accounts/institution.html",
        organisation=chosen,
        mine=mine,
        page=page,
        rows=[_row(expert) for expert in page.items],
        members=members(db.session, chosen),
        requests=len(grants.waiting_at(db.session, chosen)),
        consent_modes=[str(mode_label(mode)) for mode in CONSENT_MODES],
    )


def _row(expert: Expert) -> dict[str, str]:
    """An expert in the list: what stands in the public profile, and which offers will need a consent."""
    comma = str(_("、"))
    asked = [str(mode_label(mode)) for mode in CONSENT_MODES if mode in expert.modes]
    return {
        "name": expert.name,
        "title": expert.title,
        "department": expert.department or expert.institution,
        "modes": comma.join(str(mode_label(mode)) for mode in expert.modes),
        "asked": comma.join(asked),
        "days": days(expert.days_per_year),
        "updated": day(expert.updated_at),
    }
