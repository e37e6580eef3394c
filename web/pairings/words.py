"""The words of a pairing's page: what happened, what comes next and who must do it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Pairing, StateChange
from models.choices import PairingState, Side
from web.formats import moment
from web.labels import label
from web.language import say
from web.services.pairing_waits import awaited
from web.services.pairings import MOVES, role_of

_S = PairingState
STOPS = {"decline", "refuse", "reject", "return", "withdraw", "expire"}
"""Moves that stop a pairing, or send it back."""
_NEXT: Mapping[tuple[PairingState, Side], LazyString] = {
    (_S.INVITED, Side.EXPERT): _l("专家答复邀请：接受，或谢绝并说明原因"),
    (_S.INVITED, Side.EMPLOYER): _l("用人单位确认专家改过的条款"),
    (_S.APPLIED, Side.EMPLOYER): _l("用人单位答复申请：接受，或谢绝并说明原因"),
    (_S.APPLIED, Side.EXPERT): _l("专家确认用人单位改过的条款"),
    (_S.ACCEPTED, Side.EMPLOYER): _l("用人单位同意条款"),
    (_S.ACCEPTED, Side.INSTITUTION): _l("派出单位同意，或不同意并说明原因"),
    (_S.ACCEPTED, Side.MANAGER): _l("管理人员审批"),
    (_S.CONSENTED, Side.MANAGER): _l("管理人员审批"),
    (_S.APPROVED, Side.EMPLOYER): _l("用人单位上传签好的协议"),
}
_ENDS: Mapping[PairingState, LazyString] = {
    _S.SIGNED: _l("协议已签，进入任务执行"),
}


def next_step(pairing: Pairing) -> str:
    """What comes next and who does it."""
    side = awaited(pairing)
    if side is None:
        return str(_ENDS.get(pairing.state, _l("已结束，不再需要办理")))
    if side == Side.EXPERT and pairing.state == _S.ACCEPTED:
        return str(_("专家写明派出单位的经办人") if pairing.is_agreed else _("专家同意条款"))
    if side == Side.MANAGER and pairing.endorsed_by_id is not None:
        return str(_("另一位管理人员终审"))
    return str(_NEXT[pairing.state, side])


def side_name(side: Side) -> LazyString:
    """What a side is called."""
    return label(role_of(side))


def events(changes: Iterable[StateChange], pairing: Pairing, aliases: Mapping[int, str]) -> list[dict[str, Any]]:
    """The moves for components/status.html timeline, the oldest first, and the step to come."""
    found: list[dict[str, Any]] = [
        {
            "what": _capital(say(MOVES[change.move])),
            "who": _who(change, aliases),
            "when": moment(change.at),
            "note": change.reason,
            "kind": "stopped" if change.move in STOPS else "done",
        }
        for change in changes
    ]
    return [*found, {"what": next_step(pairing), "kind": "current"}] if awaited(pairing) is not None else found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who(change: StateChange, aliases: Mapping[int, str]) -> str:
    if change.actor_id is None:
        return str(_("系统"))
    name = aliases.get(change.actor_id, change.actor.name if change.actor else "")
    if change.on_behalf_of is not None:
        name = str(_("%(deputy)s（代 %(giver)s）", deputy=name, giver=change.on_behalf_of.name))
    return " · ".join(part for part in (name, str(label(change.role)) if change.role else "") if part)
