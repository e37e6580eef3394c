"""Place names as a manager reads them: whoever answers for one province knows which."""

from __future__ import annotations

from models.choices import Role
from web.gazetteer import gazetteer, place_name
from web.language import is_chinese
from web.permissions import actor


def short_place(adcode: str | None) -> str:
    """市·县 for a manager of one province, 省·市·县 for the others."""
    chain = gazetteer().chain(adcode)
    if len(chain) < 2 or _own_province() != chain[0].adcode[:2]:
        return place_name(adcode)
    if is_chinese():
        return "·".join(row.name for row in chain[1:])
    return ", ".join(row.name_en or row.name for row in reversed(chain[1:]))


def _own_province() -> str | None:
    """The first two digits of the only province that the person manages in, None where there is none or several."""
    found = {(one.adcode_prefix or "")[:2] for one in actor().authorities if one.role == Role.MANAGER}
    return found.pop() if len(found) == 1 else None
