"""Lists of assignments: an employer's, an expert's, the people whom an institution has sent out, a manager's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Assignment, CooperationMode
from models.choices import AssignmentState, Role, Side
from web.assignments.blueprint import blueprint
from web.desk.filters import Filter, Filters, chips, panels, read_wanted
from web.desk.list_filters import NEEDS
from web.extensions import db, limiter
from web.formats import day, days
from web.gazetteer import place_name
from web.language import named, pick
from web.permissions import actor, allows
from web.services import assignment_list as lists
from web.services.faceted import Wanted
from web.states import words_of

STATE_NAMES = words_of("assignment")
_STATES = [state.value for state in AssignmentState]


def _mode_name(code: str) -> str:
    mode = db.session.get(CooperationMode, code)
    return pick(mode, "name") if mode else code


def _is_mode(code: str) -> bool:
    return db.session.get(CooperationMode, code[:32]) is not None


FILTERS: Filters = {
    "waiting": Filter(_l("等待"), (lists.WAITING,).__contains__, lambda _value: str(_("有服务记录待确认"))),
    "state": Filter(_l("状态"), _STATES.__contains__, lambda value: str(STATE_NAMES[value]), _STATES),
    "mode": Filter(_l("合作方式"), _is_mode, _mode_name),
    "region": replace(NEEDS["region"], legend=_l("用人单位所在地")),
    "programme": NEEDS["programme"],
}
OWN = ("waiting", "state", "mode")
"""The filters of one's own list; a manager has all."""


@blueprint.get("/employer/assignments")
@allows(Role.EMPLOYER)
def of_employer() -> str:
    """The assignments that the person's organisations host."""
    return _list(Side.EMPLOYER)


@blueprint.get("/me/assignments")
@allows(Role.EXPERT)
def of_expert() -> str:
    """The assignments that the person carries out, alone or in a team."""
    return _list(Side.EXPERT)


@blueprint.get("/institution/assignments")
@allows(Role.INSTITUTION)
def of_institution() -> str:
    """The people of the institution who are out on assignment."""
    return _list(Side.INSTITUTION)


@blueprint.get("/desk/assignments")
@allows(Role.MANAGER)
@limiter.limit("240/minute")
def of_manager() -> str:
    """All assignments of the jurisdiction."""
    return _list(Side.MANAGER)


def _list(side: Side) -> str:
    """The page, or for htmx its list alone."""
    filters = FILTERS if side == Side.MANAGER else {name: FILTERS[name] for name in OWN}
    wanted, by = read_wanted(filters, lists.SORTS, "-since"), actor()
    page = lists.listed(db.session, wanted, side=side, by=by, number=request.args.get("page", 1, type=int))
    sums = lists.day_sums(db.session, page.items)
    values: dict[str, Any] = {
        "side": side,
        "page": page,
        "rows": [_row(one, sums[one.id]) for one in page.items],
        "wanted": wanted,
        "facets": panels(filters, wanted, lists.list_counts(db.session, wanted, side=side, by=by)),
        "chips": chips(filters, wanted),
        "is_narrowed": _is_narrowed(wanted),
    }
    part = "assignments/list_results.html"
    return render_template(part if request.headers.get("HX-Request") else "assignments/list.html", **values)


def _is_narrowed(wanted: Wanted) -> bool:
    return bool(wanted.q or any(wanted.chosen.values()))


def _row(one: Assignment, sums: lists.DaySums) -> Mapping[str, Any]:
    need = one.pairing.need
    return {
        "code": one.code,
        "url": url_for("assignments.show", assignment_code=one.code),
        "title": need.title,
        "expert": one.expert.name,
        "institution": one.expert.institution,
        "host": named(need.organisation),
        "place": place_name(need.region_code),
        "mode": pick(one.pairing.mode, "name"),
        "state": one.state,
        "starts": day(one.starts),
        "ends": day(one.ends),
        "days": days(one.days_per_year),
        "confirmed": days(sums.confirmed),
        "waiting": sums.waiting,
        "disputed": sums.disputed,
    }
