"""Province, city and county as three lists, of which each depends on the one before; without scripts by a button."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from web.gazetteer import gazetteer
from web.language import is_chinese
from web.services.places import PlaceRow

CORPS, XINJIANG = "660000", "650000"


class PlaceFields(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """A form with a place. A city or county that does not belong to what was chosen before is dropped."""

    western_only = False
    province = SelectField(_l("省（区、市）"), validate_choice=False)
    city = SelectField(_l("市（州、盟）"), validate_choice=False)
    county = SelectField(_l("县（市、区）"), validate_choice=False)
    is_xpcc = BooleanField(_l("属于新疆生产建设兵团"))

    def __init__(self, *args: Any, place: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted() and not self.province.data:
            self._start_from(place)
        self._offer()

    @property
    def region_code(self) -> str:
        """The deepest place that was chosen; empty while the choice is not complete."""
        for field in (self.province, self.city, self.county):
            if field.choices and not field.data:
                return ""
        return str(self.county.data or self.city.data or self.province.data or "")

    def _start_from(self, adcode: str) -> None:
        chain = [row.adcode for row in gazetteer().chain(adcode)]
        fields = (self.province, self.city, self.county)
        for field, code in zip(fields, chain + [adcode] * (3 - len(chain)), strict=True):
            field.data = code if adcode else ""

    def _offer(self) -> None:
        places = gazetteer()
        _limit(self.province, places.provinces(western=True if self.western_only else None))
        _limit(self.city, places.children(self.province.data or "-"), whole=self.province.data)
        is_whole = self.city.data == self.province.data
        _limit(self.county, () if is_whole else places.children(self.city.data or "-"), whole=self.city.data)
        if self.province.data == CORPS:
            self.is_xpcc.data = True
        elif self.province.data != XINJIANG:
            self.is_xpcc.data = False

    @property
    def may_be_corps(self) -> bool:
        """Whether the question about the Corps is to be asked."""
        return bool(self.province.data == XINJIANG)


def _limit(field: SelectField, rows: Iterable[PlaceRow], whole: str | None = None) -> None:
    """Offers the rows, and with `whole` the place above as such; none at all where there are no rows."""
    offered = [(row.adcode, row.name if is_chinese() else row.name_en or row.name) for row in rows]
    if offered and whole:
        offered.append((whole, _("本级单位")))
    field.choices = [("", _("请选择")), *offered] if offered else []
    if field.data not in dict(offered):
        field.data = ""
