"""Single values of a pasted need, as the form's fields show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from matcher.errors import UnknownChoiceError
from matcher.records import cells
from matcher.text import normalise
from matcher.vocabulary import RANK_DEGREES_ZH, RANK_TITLES_ZH, mode_code, wanted_degree_rank, wanted_title_rank
from models.choices import Place

Filled = str | tuple[str, ...]
"""What a form field shows: a text, or the chosen values."""


def filled_by(field: str, body: str) -> dict[str, Filled]:
    """What a form field shows for the text under a heading; a value that cannot be read is left as it is written."""
    if field == "period":
        return _period(body)
    read = _READERS.get(field)
    if read is None:
        return {field: body}
    value = read(body)
    return {field: value} if value else {}


def _period(body: str) -> dict[str, Filled]:
    """2027年3月—2028年12月 → start and end."""
    found = re.findall(r"\d{4}\s*[-/.年]\s*\d{1,2}", normalise(body))
    months = [_month(one, cells.first_day) for one in found[:2]]
    return dict(zip(("starts", "ends"), months, strict=False))


def _month(body: str, read: Callable[[object], date] = cells.first_day) -> str:
    """2027-03, or the text itself when it is no date."""
    written = normalise(body).replace(" ", "")
    if re.fullmatch(r"\d{4}年\d{1,2}", written):
        written += "月"
    try:
        return read(written).strftime("%Y-%m")
    except cells.CellError:
        return body


def _day(body: str) -> str:
    try:
        return cells.last_day(body).isoformat()
    except cells.CellError:
        return body


def _line(body: str) -> str:
    return normalise(body)


def _modes(body: str) -> tuple[str, ...]:
    codes = []
    for item in re.split(r"[;；、,，/|\s]+", body):
        try:
            codes.append(mode_code(item))
        except UnknownChoiceError:
            continue  # other words of the line; the poster sees which modes were found
    return tuple(dict.fromkeys(codes))


def _title_rank(body: str) -> str:
    rank = wanted_title_rank(body)
    return RANK_TITLES_ZH[rank] if rank else ""


def _degree_rank(body: str) -> str:
    rank = wanted_degree_rank(body)
    return RANK_DEGREES_ZH[rank] if rank else ""


def _place(body: str) -> str:
    onsite, remote = re.search("现场|驻点|onsite|on site", body), re.search("远程|线上|remote", body)
    if onsite and remote:
        return Place.EITHER.value
    return Place.ONSITE.value if onsite else Place.REMOTE.value if remote else ""


def _number(body: str) -> str:
    """The first number of the text: 30 of “约30万元”; the text itself when it has none."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", normalise(body))
    return found[0].replace(",", "") if found else normalise(body)


_READERS: Mapping[str, Callable[[str], Filled]] = {
    "title": _line,
    "keywords": _line,
    "exclude_institutions": _line,
    "contact_name": _line,
    "contact_phone": _line,
    "contact_email": _line,
    "discipline_code": _line,
    "industry_code": _line,
    "region_code": _line,
    "modes": _modes,
    "min_title": _title_rank,
    "min_degree": _degree_rank,
    "place": _place,
    "funding": _number,
    "headcount": _number,
    "days_per_year": _number,
    "altitude_m": _number,
    "starts": _month,
    "ends": _month,
    "deadline": _day,
}
