"""The form by which an administrator appoints somebody."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField

from models.choices import Role
from web.accounts.place_fields import PlaceFields
from web.extensions import db
from web.labels import label
from web.language import pick
from web.services.showcase import all_programmes

APPOINTED = (Role.MANAGER, Role.ADMINISTRATOR)


class AppointForm(PlaceFields):
    """A manager's jurisdiction (no province: the whole country; no programme: all of them), or an administrator."""

    role = RadioField(_l("角色"), default=Role.MANAGER.value)
    programmes = SelectMultipleField(_l("负责的专项"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role.value, label(role)) for role in APPOINTED]
        self.programmes.choices = [(one.code, pick(one, "name")) for one in all_programmes(db.session)]

    @property
    def adcode(self) -> str:
        """The deepest place that was chosen; empty for the whole country."""
        return str(self.county.data or self.city.data or self.province.data or "")
