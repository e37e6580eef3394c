"""The page of one assignment, for every side that has a part in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from models import Assignment, Document, ServiceLog
from models.choices import LogState, Side, Subject
from web.assignments.forms import CourseForm, DocumentForm, GoalForm, MessageForm, marked_required
from web.assignments.words import BUTTONS, PART_NAMES, events
from web.extensions import db
from web.formats import day, days, number
from web.gazetteer import place_name
from web.language import named, pick
from web.outcomes.part import outcomes_part
from web.pairings.forms import OrderForm, ReasonForm
from web.permissions import actor
from web.services import assignment_moves, assignments, certificates, renewals, service_logs, training
from web.services.assignment_messages import may_write, messages_of
from web.services.day_budget import ledgers, promised_by_year
from web.services.documents import documents_of
from web.services.needs import REASON_CHARS

PARTIES = (Side.EMPLOYER, Side.EXPERT)
SEES_LEDGER = (Side.EXPERT, Side.INSTITUTION, Side.MANAGER)


def assignment_page(
    assignment: Assignment, *, wrong: dict[str, Any] | None = None, status: int = 200
) -> tuple[str, int]:
    """The page. `wrong`: a form by its name that was sent and could not be accepted."""
    by, pairing = actor(), assignment.pairing
    sides = assignments.parts_in(assignment, by)
    people = service_logs.people_to_log(db.session, assignment, by=by)
    outcomes = outcomes_part(assignment, sides)
    values = {
        "assignment": assignment,
        "pairing": pairing,
        "mode": pairing.mode,
        "parts": pairing.mode.parts,
        "sides": sides,
        "is_party": any(side in PARTIES for side in sides),
        "rows": term_rows(assignment),
        "details": detail_rows(pairing.details),
        "events": events(assignments.history(db.session, assignment)),
        "moves": [(name, BUTTONS[name]) for name in assignment_moves.possible_moves(assignment, by)],
        "can_log": bool(people) and assignment.state in service_logs.LOGGING,
        "can_amend": [one.id for one in people],
        "is_settling": assignment.state in service_logs.SETTLING,
        "messages": messages_of(db.session, pairing, by=by),
        "writes": may_write(pairing, by),
        "legs": training.legs_of(db.session, assignment),
        "trainings": training.sessions_of(db.session, assignment),
        "renewal": renewals.renewal_of(db.session, assignment),
        "may_renew": renewals.may_renew(db.session, assignment, by),
        "certificate": certificates.current(db.session, assignment),
        "can_issue": any(certificates.may_issue(db.session, assignment, Side(side)) for side in sides),
        "most": REASON_CHARS,
        "trail": trail(assignment, sides),
        "fresh": lambda: OrderForm.fresh(assignment),
        "outcomes": outcomes,
        "forms": {**_forms(assignment), **outcomes["forms"], **(wrong or {})},
        **_logs(assignment),
        **_budget(assignment, sides),
    }
    return render_template("assignments/page.html", **values), status


def term_rows(assignment: Assignment) -> list[dict[str, Any]]:
    """What was signed, for a summary list."""
    pairing = assignment.pairing
    rows = [
        (_("合作方式"), pick(pairing.mode, "name")),
        (_("期限"), f"{day(assignment.starts)} – {day(assignment.ends)}"),
        (_("每年天数"), days(assignment.days_per_year)),
        (_("岗位"), pairing.post),
        (_("工作地点"), place_name(pairing.need.region_code)),
        (_("飞地站点"), f"{pairing.site.name}（{place_name(pairing.site.region_code)}）" if pairing.site else ""),
        (_("用人单位"), named(pairing.need.organisation)),
        (_("派出单位"), named(pairing.institution) if pairing.institution else assignment.expert.institution),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def detail_rows(details: dict[str, Any]) -> list[dict[str, Any]]:
    """Facts of the mode's own parts: the mentor of an apprenticeship, the enterprise."""
    names = {
        "mentor_name": _("导师"),
        "mentor_title": _("导师职务"),
        "mentor_years": _("导师从业年数"),
        "mentor_practice_years": _("导师从业年数"),
        "mentor_teaching_share": _("导师承担专业课比例"),
        "mentor_share": _("导师承担专业课比例"),
        "trainees": _("培训或带教人数"),
        "certificates_planned": _("计划发证人数"),
        "teaching_share": _("导师承担专业课比例"),
        "enterprise": _("企业"),
    }
    return [
        {"key": names[key], "value": _detail(key, value)} for key, value in details.items() if key in names and value
    ]


def trail(assignment: Assignment, sides: Sequence[Side]) -> list[tuple[str, str | None]]:
    """The breadcrumbs: from the reader's list."""
    lists = {
        Side.EMPLOYER: "assignments.of_employer",
        Side.EXPERT: "assignments.of_expert",
        Side.INSTITUTION: "assignments.of_institution",
        Side.MANAGER: "assignments.of_manager",
    }
    side = sides[0] if sides else Side.EXPERT
    name = _("外派人员") if side == Side.INSTITUTION else _("任务") if side == Side.MANAGER else _("我的任务")
    return [(name, url_for(lists[side])), (assignment.code, None)]


def log_row(row: ServiceLog, files: Sequence[Document]) -> dict[str, Any]:
    """One day for a table."""
    amount = _("%(n)s 小时", n=number(row.hours)) if row.hours is not None else str(PART_NAMES[row.part])
    return {
        "row": row,
        "seen": f"{row.id}:{row.version}",
        "day": day(row.day),
        "who": row.expert.name,
        "amount": amount,
        "files": files,
    }


def _detail(key: str, value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:g}%" if key.endswith("share") else f"{value:g}"
    return str(value)


def _forms(assignment: Assignment) -> dict[str, Any]:
    return {
        "goal": marked_required(GoalForm.fresh(assignment), "title", "due"),
        "course": marked_required(
            CourseForm.fresh(assignment, direction="west"), "title", "held_on", "hours", "headcount"
        ),
        "message": MessageForm.fresh(assignment),
        "document": DocumentForm.fresh(assignment),
        "revoke": ReasonForm.fresh(assignment),
    }


def _logs(assignment: Assignment) -> dict[str, Any]:
    """Days that wait for the host, and the others, the latest first; with the files of each and of the whole."""
    rows = sorted(assignment.logs, key=lambda row: (row.day, row.id), reverse=True)
    files: dict[int, list[Document]] = {}
    for one in documents_of(db.session, Subject.SERVICE_LOG, [row.id for row in rows]):
        files.setdefault(one.subject_id, []).append(one)
    shown = [log_row(row, files.get(row.id, [])) for row in rows]
    return {
        "waiting": [one for one in shown if one["row"].state == LogState.SUBMITTED],
        "settled": [one for one in shown if one["row"].state != LogState.SUBMITTED],
        "documents": documents_of(db.session, Subject.ASSIGNMENT, [assignment.id]),
        "by_person": _by_person(rows) if assignment.pairing.members else [],
    }


def _by_person(rows: Sequence[ServiceLog]) -> list[dict[str, Any]]:
    people = {row.expert_id: row.expert.name for row in rows}
    return [
        {
            "name": name,
            "confirmed": _sum(row for row in rows if row.expert_id == one and row.state == LogState.CONFIRMED),
            "waiting": _sum(row for row in rows if row.expert_id == one and row.state == LogState.SUBMITTED),
        }
        for one, name in people.items()
    ]


def _budget(assignment: Assignment, sides: Sequence[Side]) -> dict[str, Any]:
    """The expert's days of each year of the term: promised here, confirmed, waiting; and the whole budget."""
    mine = [row for row in assignment.logs if row.expert_id == assignment.expert_id]
    promised = promised_by_year(assignment.starts, assignment.ends, assignment.days_per_year)
    years = [
        {
            "year": year,
            "promised": amount,
            "confirmed": _sum(r for r in mine if r.day.year == year and r.state == LogState.CONFIRMED),
            "waiting": _sum(r for r in mine if r.day.year == year and r.state == LogState.SUBMITTED),
        }
        for year, amount in promised.items()
    ]
    whole = ledgers(db.session, assignment.expert, list(promised)) if any(s in SEES_LEDGER for s in sides) else []
    return {"years": years, "ledgers": [one for one in whole if one.offered is not None]}


def _sum(rows: Iterable[ServiceLog]) -> float:
    return round(sum(row.days for row in rows), 2)
