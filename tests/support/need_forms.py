"""The form of a need as a browser sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from models import Need, User

Browser = Callable[[User], FlaskClient]
"""Opens a browser in which that person has signed in."""

COMPLETE: dict[str, Any] = {
    "title": "枸杞黑果病怎么治",
    "problem": "连阴雨以后枸杞果子上起黑斑，过几天整个变黑发霉，打了几遍药不见好。",
    "indicators": "",
    "goal": "黑果率降到一成以内",
    "keywords": "枸杞、黑果",
    "discipline_code": "果树学",
    "industry_code": "",
    "min_title": "副高",
    "min_degree": "",
    "headcount": "1",
    "exclude_institutions": "",
    "modes": ["service_mission", "remote_consulting"],
    "place": "either",
    "region_code": "宁夏·中卫市·中宁县 640521",
    "altitude_m": "",
    "days_per_year": "15",
    "starts": "2098-03",
    "ends": "2098-12",
    "deadline": "2098-06-30",
    "funding": "30",
    "contact_name": "马站长",
    "contact_phone": "0955-5021234",
    "contact_email": "",
    "task_code": "",
}
"""A form that can be submitted, as a browser sends it."""


def form(need: Need | None = None, **changed: Any) -> dict[str, Any]:
    """COMPLETE with some fields changed, for this draft as it is now."""
    return {**COMPLETE, **({"code": need.code, "version": str(need.version)} if need is not None else {}), **changed}
