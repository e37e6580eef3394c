"""What a report is about, read from the URL, named for people, and written into links."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from models import CooperationMode, Programme, Task
from web.extensions import db
from web.gazetteer import province_name
from web.language import pick
from web.services.need_submission import today_in_china
from web.services.report_rows import NO_TASK, Scope
from web.services.reports import DIMENSIONS, YEARS

_DIGITS = {"year": 4, "month": 2, "province": 2}


def read_scope() -> Scope:
    """The scope of the URL; unknown values are left out. Without a year it is the present one; an empty one is all."""
    year = _number("year")
    if "year" not in request.args or (year is None and request.args["year"]) or (year and year not in YEARS):
        year = today_in_china().year
    month = _number("month") if year else None
    programme = _known("programme", Programme)
    task = _known("task", Task)
    if programme and task not in ("", NO_TASK) and _task(task).programme_code != programme:
        task = ""
    province = request.args.get("province", "")
    return Scope(
        year=year,
        month=month if month in range(1, 13) else None,
        province=province if _is_digits(province, "province") else "",
        programme=programme,
        task=task,
        mode=_known("mode", CooperationMode),
    )


def read_dimension() -> str:
    """What the report is broken down by."""
    chosen = request.args.get("by", "")
    return chosen if chosen in DIMENSIONS else "programme"


def query(scope: Scope, **more: Any) -> dict[str, Any]:
    """The scope as query values; the year is always said, for without one it is the present."""
    values = {"year": scope.year or "", "month": scope.month, **{name: getattr(scope, name) for name in DIMENSIONS}}
    return {name: value for name, value in {**values, **more}.items() if name == "year" or value not in (None, "")}


def value_name(dimension: str, value: str) -> str:
    """What a value of a dimension is called."""
    if dimension == "province":
        return province_name(f"{value}0000")
    if value == NO_TASK:
        return str(_("不归入专项任务"))
    if dimension == "mode":
        mode = db.session.get(CooperationMode, value)
        return pick(mode, "name") if mode else value
    if dimension == "programme":
        programme = db.session.get(Programme, value)
        return pick(programme, "name") if programme else value
    return task_name(_task(value))


def task_name(task: Task) -> str:
    """科技支宁 3：深化宁夏引才引智交流合作."""
    names = {"programme": pick(task.programme, "name"), "n": task.number, "title": pick(task, "title")}
    return str(_("%(programme)s 任务 %(n)s：%(title)s", **names))


def dimension_name(dimension: str) -> str:
    """The name of a dimension."""
    names = {"province": _("省区"), "programme": _("专项"), "task": _("任务书条目"), "mode": _("合作方式")}
    return str(names[dimension])


def scope_names(scope: Scope) -> list[str]:
    """The scope in words, the time first."""
    if scope.year is None:
        words = [_("全部年份")]
    elif scope.month is None:
        words = [_("%(year)s 年", year=scope.year)]
    else:
        words = [f"{scope.year}-{scope.month:02d}"]
    return words + [value_name(name, getattr(scope, name)) for name in DIMENSIONS if getattr(scope, name)]


def scope_text(scope: Scope) -> str:
    """The same in one line."""
    return " · ".join(scope_names(scope))


def _number(name: str) -> int | None:
    written = request.args.get(name, "")
    return int(written) if written and _is_digits(written, name, exact=False) else None


def _is_digits(written: str, name: str, *, exact: bool = True) -> bool:
    most = _DIGITS[name]
    return written.isascii() and written.isdigit() and (len(written) == most if exact else len(written) <= most)


def _known(name: str, kind: Any) -> str:
    written = request.args.get(name, "")
    if not written.isprintable() or len(written) > 32:
        return ""
    is_none = written == NO_TASK and name != "mode"
    return written if written and (is_none or db.session.get(kind, written) is not None) else ""


def _task(code: str) -> Task:
    return db.session.get_one(Task, code)
