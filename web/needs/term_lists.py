"""The code tables of the running application: disciplines, industries, places, each read on first use."""

from __future__ import annotations

from flask import current_app

from web.extensions import db
from web.services.need_terms import Kind, TermList, load_terms


def terms(kind: Kind) -> TermList:
    """One of the code tables; read again while it is still empty."""
    kept: dict[str, TermList] = current_app.extensions.setdefault("need_terms", {})
    if not kept.get(kind):
        kept[kind] = load_terms(db.session, kind)
    return kept[kind]
