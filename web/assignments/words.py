"""The words of an assignment's page: what happened, who did it, what a move is called on a button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import StateChange
from web.formats import moment
from web.labels import label
from web.language import say
from web.services.assignment_words import MOVES
from web.services.errors import Sentence

BUTTONS: Mapping[str, LazyString] = {
    "begin": _l("开始任务"),
    "suspend": _l("暂停任务"),
    "resume": _l("恢复任务"),
    "complete": _l("完成任务"),
    "terminate": _l("终止任务"),
}
DONE: Mapping[str, LazyString] = {
    "begin": _l("任务已开始"),
    "suspend": _l("任务已暂停，原因已告知各方"),
    "resume": _l("任务已恢复"),
    "complete": _l("任务已完成，可以开具服务证明"),
    "terminate": _l("任务已终止，原因已告知各方"),
}
PART_NAMES: Mapping[str, LazyString] = {"day": _l("全天"), "am": _l("上午"), "pm": _l("下午")}
WAY_NAMES: Mapping[str, LazyString] = {"west": _l("西行"), "east": _l("东行")}
KIND_NAMES: dict[str, Sentence] = {
    "assignment": Sentence("任务", "Assignment"),
    "pairing": Sentence("待签约", "To be signed"),
    "leg": Sentence("互派", "Exchange"),
    "milestone": Sentence("节点", "Milestone"),
    "log": Sentence("服务", "Service"),
}
STOPS = {"suspend", "terminate", "revoke_certificate", "remove_milestone"}


def events(changes: Iterable[StateChange]) -> list[dict[str, Any]]:
    """The moves and acts for components/status.html timeline, the oldest first."""
    return [
        {
            "what": say(MOVES.get(change.move, Sentence(change.move, change.move))),
            "who": _who(change),
            "when": moment(change.at),
            "note": change.reason,
            "kind": "stopped" if change.move in STOPS else "done",
        }
        for change in changes
    ]


def _who(change: StateChange) -> str:
    if change.actor is None:
        return str(_("系统"))
    role = str(label(change.role)) if change.role else ""
    return f"{change.actor.name} · {role}" if role else change.actor.name
