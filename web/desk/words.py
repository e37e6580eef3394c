"""The desk's words for moves, and a record's moves as a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models import StateChange
from web.formats import moment
from web.labels import label

NEED_MOVES: Mapping[str, LazyString] = {
    "submit": _l("已提交审核"),
    "publish": _l("已发布"),
    "return": _l("已退回"),
    "take_back": _l("已撤回修改"),
    "fill": _l("已解决"),
    "close": _l("已关闭"),
    "withdraw": _l("已撤回"),
    "expire": _l("已过期"),
}
ORGANISATION_MOVES: Mapping[str, LazyString] = {
    "verify": _l("已核验"),
    "return": _l("已退回"),
    "resubmit": _l("已重新提交"),
}
STOPS = {"return", "close", "withdraw", "expire", "take_back"}
"""Moves that stop a record."""


def events(changes: Iterable[StateChange], words: Mapping[str, LazyString]) -> list[dict[str, Any]]:
    """The moves for components/status.html timeline, the oldest first, with who made each."""
    return [
        {
            "what": words[change.move],
            "who": _who(change),
            "when": moment(change.at),
            "note": change.reason,
            "kind": "stopped" if change.move in STOPS else "done",
        }
        for change in changes
    ]


def _who(change: StateChange) -> str:
    role = str(label(change.role)) if change.role else ""
    return " · ".join(part for part in (change.actor.name if change.actor else "", role) if part)
