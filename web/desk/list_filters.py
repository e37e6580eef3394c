"""The filters of each list."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Programme
from models.choices import ExpertKind, Mode, NeedState, OrganisationKind, Verification
from web.desk.filters import Filter, Filters
from web.extensions import db
from web.gazetteer import gazetteer, province_name
from web.labels import label
from web.language import is_chinese, pick
from web.services import desk_needs, expert_list


def _is_area(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) in (2, 4, 6)


def _area_name(value: str) -> str:
    """The province of two digits, or else the place itself, without its province."""
    if len(value) == 2:
        return province_name(value + "0000")
    row = gazetteer().get(value.ljust(6, "0"))
    return value if row is None else row.name if is_chinese() else row.name_en or row.name


def _programme_name(code: str) -> str:
    if code == desk_needs.NO_PROGRAMME:
        return str(_("不归入专项任务"))
    programme = db.session.get(Programme, code)
    return pick(programme, "name") if programme else code


def _is_programme(code: str) -> bool:
    return code == desk_needs.NO_PROGRAMME or db.session.get(Programme, code[:32]) is not None


def _age_name(age: str) -> str:
    return str(_("超过 12 个月未更新") if age == expert_list.STALE else _("12 个月内更新过"))


def _of(kind: type[StrEnum], legend: LazyString, *, in_order: bool = False) -> Filter:
    values = [one.value for one in kind]

    def name_of(value: str) -> str:
        return str(label(kind(value)))

    return Filter(legend, values.__contains__, name_of, values if in_order else ())


STATES = [state.value for state in desk_needs.STATES]
AGES = (expert_list.FRESH, expert_list.STALE)
AREA = Filter(_l("地区"), _is_area, _area_name)
MODE = _of(Mode, _l("合作方式"))
NEEDS: Filters = {
    "state": replace(_of(NeedState, _l("状态"), in_order=True), is_known=STATES.__contains__),
    "region": AREA,
    "programme": Filter(_l("专项"), _is_programme, _programme_name),
    "mode": MODE,
}
ORGANISATIONS: Filters = {
    "verification": _of(Verification, _l("核验"), in_order=True),
    "region": AREA,
    "kind": _of(OrganisationKind, _l("单位属性")),
}
EXPERTS: Filters = {
    "region": Filter(_l("所在省份"), _is_area, _area_name),
    "mode": MODE,
    "kind": _of(ExpertKind, _l("类别"), in_order=True),
    "age": Filter(_l("更新时间"), AGES.__contains__, _age_name, AGES),
}
