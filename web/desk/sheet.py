"""A need as a row of the manager's Excel sheet: what the page shows of it, and no contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from models import Need
from web.labels import label
from web.language import say
from web.needs.facts import task_text, text_of
from web.services.need_names import NAMES
from web.services.need_submission import CHINA

TEXTS = ("problem", "indicators", "goal", "keywords", "modes", "place")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_row(need: Need) -> Mapping[str, Any]:
    """The cells under their headings; numbers and dates stay such, so that a sheet can be summed and sorted."""
    organisation = need.organisation
    return {
        _("编号"): need.code,
        _("状态"): str(label(need.state)),
        say(NAMES["title"]): need.title,
        _("用人单位"): organisation.name,
        _("统一社会信用代码"): organisation.credit_code,
        say(NAMES["region_code"]): text_of(need, "region_code"),
        say(NAMES["task_code"]): task_text(need),
        **{say(NAMES[name]): text_of(need, name) for name in TEXTS},
        say(NAMES["headcount"]): need.headcount,
        say(NAMES["days_per_year"]): need.days_per_year,
        _("资金（万元）"): need.funding,
        say(NAMES["starts"]): need.starts,
        say(NAMES["ends"]): need.ends,
        say(NAMES["deadline"]): need.deadline,
        _("提交日期"): _date(need.submitted_at),
        _("发布日期"): _date(need.published_at),
    }


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(CHINA).date()
