"""Province and city as two lists, of which the second depends on the first; without scripts by a button."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from web.experts.section_form import SectionForm
from web.gazetteer import gazetteer
from web.language import is_chinese
from web.services.places import PlaceRow


class RegionFields(SectionForm):
    """A form with a province and a city; a city of another province is dropped."""

    province = SelectField(_l("省（区、市）"), validate_choice=False)
    city = SelectField(_l("市（州、区）"), validate_choice=False)

    def __init__(self, *args: Any, region_code: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted() and region_code:
            chain = [row.adcode for row in gazetteer().chain(region_code)]
            self.province.data, self.city.data = (chain[0], chain[1] if len(chain) > 1 else "") if chain else ("", "")
        self._offer()

    @property
    def region_code(self) -> str | None:
        """The city, else the province, else None."""
        return self.city.data or self.province.data or None

    def offer_cities(self, province: str) -> None:
        """Offers the cities of a province."""
        self.province.data = province
        self._offer()

    def _offer(self) -> None:
        places = gazetteer()
        self.province.choices = _choices(places.provinces())
        self.province.data = _known(self.province)
        self.city.choices = _choices(places.children(self.province.data)) if self.province.data else _choices(())
        self.city.data = _known(self.city)


def _choices(rows: Any) -> list[tuple[str, str]]:
    return [("", _("请选择")), *((row.adcode, _name(row)) for row in rows)]


def _name(row: PlaceRow) -> str:
    return row.name if is_chinese() else row.name_en or row.name


def _known(field: SelectField) -> str:
    return str(field.data) if field.data in dict(field.choices) else ""
