"""One need as its employer's people see it: what it says, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Need, StateChange
from models.choices import NeedState, Role, Verification
from web.extensions import db
from web.formats import moment
from web.labels import label
from web.needs.blueprint import blueprint
from web.needs.facts import own_rows
from web.needs.forms import NO_TASK
from web.needs.head import need_head, possible_moves
from web.needs.progress import SECTION_TITLES
from web.permissions import actor, allows
from web.services.need_home import shortlist_counts
from web.services.need_tasks import offered_tasks
from web.services.needs import find_need, history

MOVES = {
    "submit": _l("提交审核"),
    "publish": _l("审核通过并发布"),
    "return": _l("退回修改"),
    "take_back": _l("撤回修改"),
    "fill": _l("标记为已解决"),
    "close": _l("关闭"),
    "withdraw": _l("撤回需求"),
    "expire": _l("到期下架"),
}
_STOPPED = {NeedState.RETURNED, NeedState.CLOSED, NeedState.WITHDRAWN, NeedState.EXPIRED}


@blueprint.get("/employer/needs/<code>")
@allows(Role.EMPLOYER)
def show(code: str) -> str:
    """What the need says, and what can be done with it now."""
    need = find_need(db.session, code, by=actor())
    tasks = offered_tasks(db.session, need.organisation)
    can_choose = bool(tasks) and need.state in {NeedState.DRAFT, NeedState.RETURNED, NeedState.SUBMITTED}
    return _page("needs/show.html", need, "show", rows=own_rows(need), titles=SECTION_TITLES,
                 tasks=tasks if can_choose else [], no_task=NO_TASK)  # fmt: skip


@blueprint.get("/employer/needs/<code>/progress")
@allows(Role.EMPLOYER)
def progress(code: str) -> str:
    """Everything that happened to the need, and what comes next."""
    need = find_need(db.session, code, by=actor())
    return _page("needs/progress.html", need, "progress", events=_events(need, history(db.session, need)))


def _page(template: str, need: Need, active: str, **values: Any) -> str:
    counted = shortlist_counts(db.session, [need])[need.id]
    return render_template(
        template,
        moves=possible_moves(need),
        is_unverified=need.organisation.verification != Verification.VERIFIED,
        **need_head(need, active, shortlisted=counted),
        **values,
    )


def _events(need: Need, changes: Sequence[StateChange]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = [
        {"when": moment(need.created_at), "who": need.posted_by.name if need.posted_by else "", "what": _("写草稿"),
         "note": "", "kind": "done"}
    ]  # fmt: skip
    for change in changes:
        who = change.actor.name if change.actor else _("系统")
        if change.role is not None and change.role != Role.EMPLOYER:
            who = f"{who} · {label(change.role)}"
        kind = "stopped" if change.target in _STOPPED else "done"
        what = MOVES[change.move]
        events.append({"when": moment(change.at), "who": who, "what": what, "note": change.reason, "kind": kind})
    return [*events, *_still_to_come(need)]


def _still_to_come(need: Need) -> list[dict[str, Any]]:
    nexts = {
        NeedState.DRAFT: [_("提交审核"), _("管理人员审核"), _("发布")],
        NeedState.RETURNED: [_("修改后再次提交"), _("管理人员审核"), _("发布")],
        NeedState.SUBMITTED: [_("管理人员审核"), _("发布")],
        NeedState.PUBLISHED: [_("邀请专家，直到解决")],
    }.get(need.state, [])
    return [{"what": what, "kind": None if place else "current"} for place, what in enumerate(nexts)]
