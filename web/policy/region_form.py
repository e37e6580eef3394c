"""The form that makes a rule of a region's own."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from models.place import WESTERN_PREFIXES
from web.policy.words import region_name


class RegionForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """A western province, or the Corps."""

    region = SelectField(_l("地区"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = [(code, region_name(code)) for code in WESTERN_PREFIXES]
