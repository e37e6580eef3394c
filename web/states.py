"""The words of states, each with the tone of its badge: the only place where they are called something."""

from __future__ import annotations

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

STATES: dict[str, dict[str, tuple[LazyString, str]]] = {
    "need": {
        "draft": (_l("草稿"), ""),
        "submitted": (_l("待审核"), "is-amber"),
        "returned": (_l("已退回"), "is-red"),
        "published": (_l("已发布"), "is-green"),
        "filled": (_l("已解决"), "is-blue"),
        "closed": (_l("已关闭"), ""),
        "withdrawn": (_l("已撤回"), ""),
        "expired": (_l("已过期"), ""),
    },
    "verification": {
        "pending": (_l("待核验"), "is-amber"),
        "verified": (_l("已核验"), "is-green"),
        "returned": (_l("已退回"), "is-red"),
    },
    "pairing": {
        "invited": (_l("已邀请"), "is-amber"),
        "applied": (_l("已申请"), "is-amber"),
        "accepted": (_l("已接受"), "is-blue"),
        "declined": (_l("已谢绝"), ""),
        "consented": (_l("单位已同意"), "is-blue"),
        "refused": (_l("单位未同意"), "is-red"),
        "approved": (_l("已批准"), "is-green"),
        "rejected": (_l("未批准"), "is-red"),
        "signed": (_l("已签约"), "is-green"),
        "withdrawn": (_l("已撤回"), ""),
        "expired": (_l("已过期"), ""),
    },
    "assignment": {
        "planned": (_l("待开始"), "is-amber"),
        "active": (_l("进行中"), "is-green"),
        "suspended": (_l("已暂停"), "is-amber"),
        "completed": (_l("已完成"), "is-blue"),
        "evaluated": (_l("已考核"), "is-blue"),
        "terminated": (_l("已终止"), "is-red"),
    },
    "log": {
        "submitted": (_l("待确认"), "is-amber"),
        "confirmed": (_l("已确认"), "is-green"),
        "disputed": (_l("有异议"), "is-red"),
    },
    "claim": {
        "claimed": (_l("待用人单位确认"), "is-amber"),
        "host_confirmed": (_l("待管理人员确认"), "is-amber"),
        "confirmed": (_l("已确认"), "is-green"),
        "rejected": (_l("已退回"), "is-red"),
    },
    "job": {
        "queued": (_l("排队中"), "is-amber"),
        "running": (_l("正在进行"), "is-blue"),
        "done": (_l("已完成"), "is-green"),
        "failed": (_l("失败"), "is-red"),
    },
}


def words_of(machine: str) -> dict[str, LazyString]:
    """State → its word."""
    return {state: word for state, (word, _) in STATES[machine].items()}


def state_word(state: str, machine: str) -> tuple[LazyString, str]:
    """(word, CSS class of the badge's tone). Raises KeyError for a state that the machine does not have."""
    return STATES[machine][getattr(state, "value", state)]


def bind(app: Flask) -> None:
    """What the badge needs."""
    app.jinja_env.globals["state_word"] = state_word
