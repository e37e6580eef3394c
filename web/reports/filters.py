"""The filters of a report, as the selects of its form."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from models import CooperationMode
from web.extensions import db
from web.language import pick
from web.reports.scope import dimension_name, task_name, value_name
from web.services import reports
from web.services.access import Actor
from web.services.need_submission import today_in_china
from web.services.report_rows import NO_TASK, Scope
from web.services.showcase import all_programmes

MOST_CHARS = 40
"""Of a task's name in the select."""


def filter_values(scope: Scope, dimension: str, *, by: Actor) -> list[dict[str, Any]]:
    """Each select: its name, label, options and value."""
    none = [(NO_TASK, _("不归入专项任务"))]
    modes = db.session.scalars(select(CooperationMode).order_by(CooperationMode.position))
    places = sorted({*reports.provinces(db.session, by=by), *([scope.province] if scope.province else [])})
    programmes = [(one.code, pick(one, "name")) for one in all_programmes(db.session)]
    tasks = [(one.code, _short(task_name(one))) for one in reports.tasks(db.session, scope)]
    options = {
        "year": [(str(year), str(year)) for year in _years(scope, by)],
        "province": [(code, value_name("province", code)) for code in places],
        "programme": programmes + none,
        "task": tasks + none,
        "mode": [(one.code, pick(one, "name")) for one in modes],
    }
    found = [
        {
            "name": name,
            "label": _("年份") if name == "year" else dimension_name(name),
            "options": [("", _("全部")), *values],
            "value": getattr(scope, name) or "",
        }
        for name, values in options.items()
    ]
    by_values = [(name, dimension_name(name)) for name in reports.DIMENSIONS]
    return [*found, {"name": "by", "label": _("分项"), "options": by_values, "value": dimension}]


def _years(scope: Scope, by: Actor) -> list[int]:
    """Those with rows, the present one and the chosen one, the latest first."""
    kept = {today_in_china().year, *([scope.year] if scope.year else [])}
    return sorted(kept.union(reports.years(db.session, by=by)), reverse=True)


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARS else text[: MOST_CHARS - 1] + "…"
