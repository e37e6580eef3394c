"""What stands on top of every page of one need: its name, state, tabs and what can be done with it."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from models import Need
from models.choices import NeedState, Role
from models.need import NEED_STATES


def need_head(need: Need, active: str, *, shortlisted: int | None = None) -> dict[str, Any]:
    """Values for `needs/head.html`; `active` is show, invitations or progress."""
    return {"need": need, "tabs": need_tabs(need, active, shortlisted=shortlisted), "menu_items": _menu(need)}


def need_tabs(need: Need, active: str, *, shortlisted: int | None = None) -> list[dict[str, Any]]:
    """The tabs of a need's pages."""
    places = [
        ("show", _("需求"), "needs.show", None),
        ("matches", _("匹配"), "matches.ranked", None),
        ("shortlist", _("短名单"), "matches.shortlist", shortlisted),
        ("invitations", _("邀请"), "pairings.of_need", None),
        ("progress", _("进度"), "needs.progress", None),
    ]
    return [
        {"text": text, "url": url_for(endpoint, code=need.code), "active": name == active, "count": count}
        for name, text, endpoint, count in places
        if endpoint in current_app.view_functions
    ]


def possible_moves(need: Need) -> tuple[str, ...]:
    """What the employer's people may do with the need now."""
    return NEED_STATES.possible(need.state, Role.EMPLOYER)


def _menu(need: Need) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = [
        {"text": _("复制为新草稿"), "url": url_for("needs.copy", code=need.code), "method": "post"}
    ]
    if "withdraw" in possible_moves(need):
        items.append({"text": _("撤回需求"), "url": url_for("needs.withdraw_need", code=need.code), "danger": True})
    if need.state == NeedState.DRAFT:
        items.append({"text": _("删除草稿"), "url": url_for("needs.delete", code=need.code), "danger": True})
    return items
