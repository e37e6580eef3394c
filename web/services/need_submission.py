"""What a need must hold before it can be submitted."""

from __future__ import annotations

from datetime import date, timedelta, timezone

from models import Need
from models.columns import utc_now
from web.services.errors import FieldProblem, Sentence
from web.services.need_names import NAMES
from web.services.need_rules import FIELDS, problem_with, problems_of_time, problems_together

CHINA = timezone(timedelta(hours=8))
"""The zone by which deadlines are judged."""


def today_in_china() -> date:
    """The present date in China."""
    return utc_now().astimezone(CHINA).date()


def problems_before_submission(need: Need, *, today: date | None = None) -> list[FieldProblem]:
    """Everything that keeps the need from being submitted, in the order of the form; empty when nothing does."""
    names = need.missing()
    found = [FieldProblem(name, _wanted(name)) for name in names]
    values = {name: getattr(need, name) for name in ("starts", "ends", "deadline")}
    found += problems_together(values) + problems_of_time(values, today or today_in_china())
    found += [FieldProblem(name, wrong) for name in FIELDS if (wrong := problem_with(name, getattr(need, name)))]
    return sorted(found, key=lambda problem: FIELDS.index(problem.field))


def _wanted(name: str) -> Sentence:
    special = {
        "discipline_code": Sentence("请填写“学科”或“行业”，至少一项", "Give a discipline or an industry"),
        "contact_phone": Sentence("请填写“联系电话”或“联系邮箱”，至少一项", "Give a contact phone or e-mail"),
        "keywords": Sentence("请填写 1 至 5 个关键字", "Give one to five keywords"),
        "modes": Sentence("请选择至少一种合作方式", "Choose at least one mode of cooperation"),
    }
    zh, en = NAMES[name].zh, NAMES[name].en
    return special.get(name) or Sentence(f"请填写“{zh}”", f"Give: {en}")
