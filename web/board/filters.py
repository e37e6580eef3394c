"""The filters of the board, as they stand in the URL."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from models import CooperationMode
from models.choices import PairingState
from web.desk.filters import Filter, Filters
from web.desk.list_filters import AREA, NEEDS
from web.extensions import db
from web.language import pick
from web.services.board import YES
from web.states import words_of

STATES = [state.value for state in PairingState]


def _state_name(value: str) -> str:
    return str(words_of("pairing")[value])


def _modes() -> dict[str, str]:
    """Code of every mode, also of those that came after this code, → its name; read once a request."""
    if "mode_names" not in g:
        g.mode_names = {one.code: pick(one, "name") for one in db.session.scalars(select(CooperationMode))}
    names: dict[str, str] = g.mode_names
    return names


def _switch(legend: LazyString, name: LazyString) -> Filter:
    """A filter that is on or off."""
    values: Sequence[str] = (YES,)
    return Filter(legend, values.__contains__, lambda _value: str(name), values)


BOARD: Filters = {
    "waits": _switch(_l("办理"), _l("等我审批")),
    "overdue": _switch(_l("时间"), _l("超过 9 天未办")),
    "state": Filter(_l("状态"), STATES.__contains__, _state_name, STATES),
    "mode": Filter(_l("合作方式"), lambda value: value in _modes(), lambda value: _modes().get(value, value)),
    "region": AREA,
    "programme": NEEDS["programme"],
}
