"""How a manager's jurisdiction is named."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from models import Programme
from web.accounts.blueprint import blueprint
from web.extensions import db
from web.gazetteer import place_name
from web.language import is_chinese, pick


@blueprint.app_template_filter("jurisdiction")
def jurisdiction_name(prefix: str | None) -> str:
    """64 → 宁夏; an empty prefix is the whole country."""
    return place_name(prefix.ljust(6, "0")) if prefix else str(_("全国"))


@blueprint.app_template_filter("programme_names")
def programme_names(codes: tuple[str, ...]) -> str:
    """The programmes' names, one after another; no code is every programme."""
    if not codes:
        return str(_("全部专项"))
    rows = db.session.scalars(select(Programme).where(Programme.code.in_(codes)).order_by(Programme.position))
    return ("、" if is_chinese() else ", ").join(pick(row, "name") for row in rows)
