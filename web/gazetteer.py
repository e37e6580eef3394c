"""The gazetteer of the running application, and the place names that templates show."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from web.extensions import db
from web.language import is_chinese
from web.services.places import Gazetteer, load_gazetteer


def gazetteer() -> Gazetteer:
    """Every region; read on first use, again while the table is still empty."""
    kept = current_app.extensions.get("gazetteer")
    if not kept:
        kept = current_app.extensions["gazetteer"] = load_gazetteer(db.session)
    return cast(Gazetteer, kept)


def place_name(adcode: str | None) -> str:
    """省·市·县 in the page's language."""
    return gazetteer().name(adcode, "zh" if is_chinese() else "en")


def province_name(adcode: str | None) -> str:
    """The province alone, in the page's language."""
    return gazetteer().province_name(adcode, "zh" if is_chinese() else "en")


def bind(app: Flask) -> None:
    """What templates need of it."""
    app.jinja_env.filters.update(place=place_name, province=province_name)
