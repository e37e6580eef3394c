"""What every page shows around its content: who is signed in, where they can go, what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Notification
from models.choices import Role, Side
from web.extensions import db
from web.labels import label
from web.permissions import actor
from web.services import evaluation_queue
from web.services.access import Actor
from web.services.board import count_waiting_for
from web.services.pairing_waits import count_waiting


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who is signed in, as the header shows them."""

    name: str
    role_label: str
    unread: int


PUBLIC_PLACES: tuple[tuple[str, LazyString], ...] = (
    ("public.programmes", _l("专项")),
    ("public.needs", _l("需求")),
    ("policy.public_rules", _l("规则")),
    ("public.help_page", _l("帮助")),
)
PLACES: dict[Role, tuple[tuple[str, LazyString], ...]] = {
    Role.EMPLOYER: (
        ("needs.home", _l("我的需求")),
        ("needs.new", _l("发布需求")),
        ("pairings.of_employer", _l("对接")),
        ("assignments.of_employer", _l("我的任务")),
    ),
    Role.EXPERT: (
        ("experts.home", _l("我的主页")),
        ("experts.recommended", _l("推荐需求")),
        ("pairings.of_expert", _l("邀请与申请")),
        ("assignments.of_expert", _l("我的任务")),
        ("assignments.year_calendar", _l("日历")),
    ),
    Role.INSTITUTION: (
        ("accounts.institution", _l("单位主页")),
        ("institution.requests", _l("同意请求")),
        ("assignments.of_institution", _l("外派人员")),
        ("accounts.organisation", _l("单位信息")),
    ),
    Role.MANAGER: (
        ("desk.queue", _l("审核台")),
        ("board.index", _l("对接审批")),
        ("desk.needs", _l("全部需求")),
        ("assignments.of_manager", _l("任务")),
        ("outcomes.queue", _l("考核")),
        ("reports.overview", _l("报告")),
        ("desk.organisations", _l("单位")),
        ("desk.experts", _l("专家库")),
        ("audit.events", _l("审计")),
    ),
    Role.ADMINISTRATOR: (
        ("admin.users", _l("用户与权限")),
        ("board.approvers", _l("审批人数")),
        ("policy.rules", _l("规则管理")),
        ("admin.index_health", _l("索引与任务")),
        ("audit.events", _l("审计")),
    ),
}
"""Role → the pages that its people go to from anywhere."""
WAITING: dict[str, Callable[[Session, Actor], int]] = {
    "pairings.of_employer": lambda session, by: count_waiting(session, Side.EMPLOYER, by=by),
    "pairings.of_expert": lambda session, by: count_waiting(session, Side.EXPERT, by=by),
    "board.index": lambda session, by: count_waiting_for(session, by=by),
    "outcomes.queue": lambda session, by: evaluation_queue.count_waiting(session, by=by),
}
"""A place → how many things wait there for the person; shown beside its name."""


def nav_items(by: Actor) -> list[tuple[str, str, bool, int]]:
    """(url, name, whether it is the present page, how many things wait there), for the header.

    Who has work here sees it and the help; the public places stand in the footer then, so that the header has one line.
    """
    places = [place for role in Role if by.has(role) for place in PLACES[role]]
    public_places = PUBLIC_PLACES[-1:] if places else PUBLIC_PLACES
    known = current_app.view_functions
    return [
        (url_for(endpoint), str(name), request.endpoint == endpoint, _waiting(endpoint, by))
        for endpoint, name in (*places, *public_places)
        if endpoint in known
    ]


def _waiting(endpoint: str, by: Actor) -> int:
    return WAITING[endpoint](db.session, by) if endpoint in WAITING else 0


def viewer(by: Actor) -> Viewer | None:
    """The person who is signed in, None for a visitor."""
    if by.user_id is None:
        return None
    unread = select(func.count()).where(Notification.user_id == by.user_id, Notification.read_at.is_(None))
    roles = _("、").join(str(label(role)) for role in Role if by.has(role))
    return Viewer(by.name, roles, db.session.scalar(unread) or 0)


def _context() -> dict[str, Any]:
    by, settings = actor(), current_app.config["SETTINGS"]
    return {
        "viewer": viewer(by),
        "nav_items": nav_items(by),
        "account_items": [(url_for(e), n) for e, n in ACCOUNT_PLACES if e in current_app.view_functions],
        "sign_in_url": url_for("security.login"),
        "sign_out_url": url_for("security.logout"),
        "sign_up_url": _url("accounts.register"),
        "help_url": _url("public.help_page"),
        "notifications_url": _url("accounts.notifications"),
        "map_review_number": settings.map_review_number,
        "icp_number": settings.icp_number,
        "is_demo": current_app.config.get("IS_DEMO", False),
    }


ACCOUNT_PLACES: tuple[tuple[str, LazyString], ...] = (
    ("accounts.settings", _l("账号设置")),
    ("accounts.own_data", _l("我的数据")),
)


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def bind(app: Flask) -> None:
    """Gives every page its surroundings."""
    app.context_processor(_context)
