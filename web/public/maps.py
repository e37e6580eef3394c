"""The map of flows and its table."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models.place import WESTERN_PREFIXES
from web.gazetteer import gazetteer, province_name
from web.language import pick
from web.services.need_list import CORPS
from web.services.places import short_province
from web.services.showcase import Overview


def map_json(seen: Overview) -> dict[str, Any]:
    """Places and flows as static/js/map.js draws them; `name` is the map's own name of a province."""
    return {
        "places": [
            {
                "name": _map_name(row["prefix"]),
                "label": row["name"],
                "kind": "west" if row["is_west"] else "east",
                "url": row["url"],
                "value": row["value"],
            }
            for row in place_rows(seen)
            if row["prefix"] != CORPS
        ],
        "flows": [
            {
                "from": _map_name(flow.source),
                "to": _map_name(flow.target),
                "value": flow.experts,
                "label": _flow_text(flow.programmes),
            }
            for flow in seen.flows
        ],
    }


def place_rows(seen: Overview) -> list[dict[str, Any]]:
    """Each province with its needs (west) or experts (east), the most first."""
    rows = []
    for province in gazetteer().provinces():
        prefix = province.adcode[:2]
        is_west = prefix in WESTERN_PREFIXES
        value = (seen.needs_by_province if is_west else seen.experts_by_province)[prefix]
        if not value:
            continue
        name = province_name(province.adcode)
        text = (
            _("%(place)s：%(n)s 条需求", place=name, n=value)
            if is_west
            else _("%(place)s：%(n)s 位专家", place=name, n=value)
        )
        url = url_for("public.needs", province=prefix) if is_west else None
        rows.append({"prefix": prefix, "name": name, "is_west": is_west, "value": value, "text": text, "url": url})
    return sorted(rows, key=lambda row: -row["value"])


def flow_rows(seen: Overview) -> list[dict[str, Any]]:
    """The flows as table rows."""
    return [
        {
            "from_text": province_name(f"{flow.source}0000"),
            "to_text": province_name(f"{flow.target}0000"),
            "value": flow.experts,
            "text": _flow_text(flow.programmes),
            "url": url_for("public.needs", province=flow.target),
        }
        for flow in seen.flows
    ]


def _map_name(prefix: str) -> str:
    row = gazetteer().get(f"{prefix}0000")
    return short_province(row.name) if row else ""


def _flow_text(programmes: Any) -> str:
    names = [pick(programme, "name") for programme in programmes]
    return str(_("、").join(names) if names else _("专家意愿"))
