"""An expert's public part, as employers and managers see it, and the expert too."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request

from models import Expert, Need
from models.choices import Role
from web.extensions import db
from web.match_cards import shown_name
from web.matches.blueprint import blueprint
from web.permissions import actor, allows
from web.services.errors import NotFoundError
from web.services.need_submission import today_in_china
from web.services.public_profiles import public_profile
from web.services.ranking import is_employer_of, need_to_match
from web.services.shortlists import shortlisted_codes

YEARS_SHOWN = 3


@blueprint.get("/experts/<code>")
@allows(Role.EMPLOYER, Role.MANAGER, Role.EXPERT)
def expert(code: str) -> str:
    """The profile without contact data; `?need=` reads it for one need, which may hide the name."""
    row = public_profile(db.session, code=code, by=actor())
    need = _need(request.args.get("need", ""))
    is_own = row.user_id is not None and row.user_id == actor().user_id
    hides = need is not None and need.hides_names and not is_own
    is_employer = need is not None and is_employer_of(need, actor())
    return render_template(
        "matches/expert.html",
        expert=row,
        need=need,
        is_own=is_own,
        is_employer=is_employer,
        is_kept=bool(need and is_employer and row.code in shortlisted_codes(db.session, need)),
        name=shown_name(row.code, row.name, hides_names=hides),
        years=year_strips(row, today_in_china()),
    )


def _need(code: str) -> Need | None:
    """The need that the profile is read for, if there is one that this person may see."""
    if not code:
        return None
    try:
        return need_to_match(db.session, code=code, by=actor())
    except NotFoundError:
        return None  # the profile stands without it


def year_strips(row: Expert, today: date) -> list[tuple[int, list[dict[str, Any]]]]:
    """The years from the present one on in which there is a window, a few at most, each with the windows."""
    windows = [{"start": w.starts, "end": w.ends, "kind": "available", "text": ""} for w in row.windows]
    years = sorted({year for w in row.windows for year in range(w.starts.year, w.ends.year + 1) if year >= today.year})
    return [(year, windows) for year in years[:YEARS_SHOWN]]
