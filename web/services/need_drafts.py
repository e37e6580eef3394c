"""Drafts of needs: begun, saved piece by piece while they are written, copied, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models import Discipline, Industry, Need, Organisation, Region
from models.choices import NeedState, Role, Subject
from models.need import OPEN_TO_EDIT
from web.services.access import Actor
from web.services.codes import next_code
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_audit, note_change
from web.services.need_names import NAMES
from web.services.need_rules import FIELDS, problem_with, problems_together
from web.services.need_sheets import Sheet, conflicting, differing_from, draft_begun_on, note_save
from web.services.searching import search_text
from web.services.showcase import programme_task_codes

SEEN_BY_MATCHING = frozenset(
    (
        "title",
        "problem",
        "indicators",
        "goal",
        "keywords",
        "modes",
        "region_code",
        "days_per_year",
        "starts",
        "ends",
        "min_title",
        "min_degree",
        "headcount",
        "altitude_m",
        "exclude_institutions",
    )
)
"""Fields whose change the index must follow."""
COPIED = tuple(name for name in FIELDS if name not in {"starts", "ends", "deadline"})
"""A copy begins without dates: those of the old need have mostly passed."""


class StaleDraftError(ConflictError):
    """Somebody saved another version meanwhile; `need` is the newer one, `differing` the fields that are not alike."""

    def __init__(self, need: Need, differing: tuple[str, ...]) -> None:
        super().__init__(
            "同事刚保存过这份草稿，或您在另一个窗口改过它；您这里的内容还没有保存",
            "A colleague, or you in another window, has just saved this draft; what you have here is not saved yet",
        )
        self.need, self.differing = need, differing


def start_draft(session: Session, *, by: Actor, organisation_id: int | None = None, sheet: Sheet | None = None) -> Need:
    """A new, empty draft of one of the person's organisations (the first one where none is named).

    Its place of work is the organisation's. A page that has begun a draft before gets that one again. Raises
    NotAllowedError, NotFoundError.
    """
    by.require(Role.EMPLOYER)
    chosen = organisation_id or min(by.organisations(Role.EMPLOYER))
    by.require_employer_of(chosen)
    organisation = session.get(Organisation, chosen)
    if organisation is None:
        raise NotFoundError("没有这个单位", "There is no such organisation")
    code = next_code(session, Subject.NEED)  # waits for other transactions that begin a draft
    if begun := draft_begun_on(session, sheet, by=by):
        return begun
    need = Need(
        code=code,
        organisation=organisation,
        posted_by_id=by.user_id,
        state=NeedState.DRAFT,
        region_code=organisation.region_code,
        begun_on=sheet.name if sheet else None,
    )
    session.add(need)
    session.flush()
    need.search_text = search_text(need.code)
    return need


def save_draft(
    session: Session,
    need: Need,
    *,
    values: Mapping[str, Any],
    by: Actor,
    version: int | None,
    sheet: Sheet | None = None,
) -> tuple[FieldProblem, ...]:
    """Saves every sound value and gives the problems of the others, which stay as they were.

    `values` may name some fields of `need_rules.FIELDS` only. `version` is the one that the person began from, None to
    overwrite whatever is there; `sheet` is the page that they write on. Raises StaleDraftError, ConflictError,
    NotAllowedError, KeyError for unknown fields.
    """
    by.require_employer_of(need.organisation_id)
    require_open(need)
    if differing := conflicting(need, values, version=version, sheet=sheet):
        raise StaleDraftError(need, differing)
    problems = check_values(session, need, values)
    refused = {problem.field for problem in problems}
    if "ends" in refused:
        refused.add("starts")  # alone it might lie after the end that stays
    changed = [name for name in differing_from(need, values) if name not in refused]
    for name in changed:
        setattr(need, name, values[name])
    if changed:
        need.search_text = search_text(need.title, need.code, *need.keywords)
        if sheet is not None:
            note_save(need, sheet)
        session.flush()
    if SEEN_BY_MATCHING.intersection(changed):
        note_change(session, Subject.NEED, need.id)
    return tuple(problems)


def check_values(session: Session, need: Need, values: Mapping[str, Any]) -> list[FieldProblem]:
    """The problems of values that are meant for the need, in the order of the form."""
    found = [FieldProblem(n, sentence) for n, value in values.items() if (sentence := problem_with(n, value))]
    found += _unknown_codes(session, need, values)
    refused = {problem.field for problem in found}
    present = {name: getattr(need, name) for name in ("starts", "ends", "deadline")}
    sound = {name: value for name, value in values.items() if name not in refused}
    found += problems_together({**present, **sound})
    return sorted(found, key=lambda problem: FIELDS.index(problem.field))


def require_open(need: Need) -> None:
    """Raises ConflictError unless the need may be edited in its present state."""
    if not need.is_open_to_edit:
        raise ConflictError(
            "这条需求已提交，不能直接修改；可以先撤回修改，或复制为新草稿",
            "This need has been submitted and cannot be edited; take it back first, or copy it as a new draft",
        )


def copy_as_draft(session: Session, need: Need, *, by: Actor) -> Need:
    """A new draft with the same content but no dates. Raises NotAllowedError."""
    copy = start_draft(session, by=by, organisation_id=need.organisation_id)
    values = {name: getattr(need, name) for name in COPIED}
    problems = save_draft(session, copy, values=values, by=by, version=None)
    if problems:  # a task or code that has been withdrawn since
        save_draft(session, copy, values={problem.field: None for problem in problems}, by=by, version=None)
    return copy


def delete_draft(session: Session, need: Need, *, by: Actor) -> None:
    """Removes a draft for good. Raises ConflictError for a need in any other state, NotAllowedError."""
    by.require_employer_of(need.organisation_id)
    if need.state != NeedState.DRAFT:
        raise ConflictError("只有草稿可以删除，其他需求请撤回", "Only drafts can be deleted; withdraw the others")
    note_audit(session, action="delete_draft", subject=Subject.NEED, subject_id=need.id, by=by, detail=need.code)
    note_change(session, Subject.NEED, need.id)
    session.delete(need)
    session.flush()


def choose_task(session: Session, need: Need, *, task_code: str | None, by: Actor) -> None:
    """The poster confirms the suggested task, chooses another of the province's, or none.

    Raises InvalidError for a task of another province, ConflictError once the need has been decided, NotAllowedError.
    """
    by.require_employer_of(need.organisation_id)
    if need.state not in (*OPEN_TO_EDIT, NeedState.SUBMITTED):
        raise ConflictError("需求已发布，专项任务不能再改", "The need is published; its task can no longer be changed")
    values = {"task_code": task_code, "task_confirmed": True}
    if problems := check_values(session, need, values):
        raise InvalidError(problems)
    need.task_code, need.task_confirmed = task_code, True
    session.flush()


def _unknown_codes(session: Session, need: Need, values: Mapping[str, Any]) -> list[FieldProblem]:
    """Codes that no table holds, and tasks of other provinces."""
    tables = {"discipline_code": Discipline, "industry_code": Industry, "region_code": Region}
    names = [name for name, table in tables.items() if values.get(name) and session.get(table, values[name]) is None]
    if "region_code" in values and not values["region_code"]:
        names.append("region_code")
    task = values.get("task_code")
    if task and task not in programme_task_codes(session, need.organisation.jurisdiction_code):
        names.append("task_code")
    return [FieldProblem(name, _choose(name)) for name in names]


def _choose(name: str) -> Sentence:
    zh, en = NAMES[name].zh, NAMES[name].en
    return Sentence(f"请在“{zh}”的列表中选择一项", f"{en}: choose one from the list")
