"""How far a need is filled in, by the sections of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from models import Need
from web.language import say
from web.services.need_names import SECTIONS
from web.services.need_submission import problems_before_submission

SECTION_TITLES: Mapping[str, LazyString] = {
    "problem": _l("问题"),
    "wishes": _l("要求"),
    "time": _l("时间与方式"),
    "employer": _l("单位与联系"),
    "preview": _l("预览"),
}


def section_steps(need: Need) -> list[dict[str, Any]]:
    """The step bar: which sections lack nothing that a submission needs."""
    lacking = {problem.field for problem in problems_before_submission(need)}
    names = {**SECTIONS, "preview": tuple(lacking)}
    return [
        {
            "text": title,
            "url": f"#section-{section}",
            "state": "todo" if lacking.intersection(names[section]) else "done",
        }
        for section, title in SECTION_TITLES.items()
    ]


def lacking_links(need: Need) -> list[dict[str, str]]:
    """What keeps the need from being submitted, each with the place in the form where to mend it."""
    return [{"text": say(p.sentence), "href": f"#{p.field}"} for p in problems_before_submission(need)]
