"""A need as it stands in a form that somebody is writing, beside the one that is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import Need, Organisation, Task
from models.choices import Degree, NeedState, Place, TitleRank
from web.extensions import db
from web.needs.forms import NeedForm
from web.services.errors import FieldProblem
from web.services.need_drafts import check_values
from web.services.need_rules import FIELDS

_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("title", "problem", "indicators", "goal", "contact_name", "contact_phone", "contact_email"), ""),
    **dict.fromkeys(("keywords", "languages", "exclude_institutions", "modes"), ()),
    "min_title": TitleRank.ANY,
    "min_degree": Degree.NONE,
    "place": Place.EITHER,
    "headcount": 1,
    "hides_names": False,
    "task_confirmed": False,
}


@dataclass(frozen=True, slots=True)
class Writing:
    """`need` has the sound values of the form and is in no session; `problems` are those of the others."""

    need: Need
    problems: Sequence[FieldProblem]


def blank_need(organisation: Organisation) -> Need:
    """A need of the organisation with nothing filled in, in no session."""
    need = Need(code="", state=NeedState.DRAFT, organisation=organisation)
    for name in FIELDS:
        setattr(need, name, _EMPTY.get(name))
    need.region_code = organisation.region_code
    return need


def being_written(form: NeedForm, organisation: Organisation, tasks: Sequence[Task], saved: Need | None) -> Writing:
    """The need as the form has it; where the form cannot be read, as it was saved."""
    need = blank_need(organisation)
    values, unread = form.sound_values()
    before = {name: getattr(saved, name) for name in FIELDS} if saved is not None else {}
    problems = [*unread, *check_values(db.session, need, values)]
    refused = {problem.field for problem in problems}
    sound = {name: value for name, value in values.items() if name not in refused}
    for name, value in {**before, **sound}.items():
        setattr(need, name, value)
    need.code = saved.code if saved is not None else ""
    need.task = next((task for task in tasks if task.code == need.task_code), None)
    return Writing(need, sorted(problems, key=lambda problem: FIELDS.index(problem.field)))
