"""Acts on an assignment of the demo, each by the service that the pages use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from models.choices import ClaimState, LogState, Side
from models.columns import utc_now
from web.services import (
    appraisals,
    assignment_milestones,
    assignment_moves,
    certificates,
    evaluations,
    indicators,
    renewals,
    service_logs,
    training,
)
from web.services.demo_clock import Scene
from web.services.demo_stage import Stage
from web.services.demo_stories import Step
from web.services.grading_data import criteria_of
from web.services.log_rules import Entry
from web.services.need_submission import CHINA
from web.services.orders import Order
from web.services.training import Course


def log(stage: Stage, step: Step, scene: Scene) -> None:
    """One day of service is written down."""
    done = step.texts[scene.number % len(step.texts)]
    entry = Entry(scene.day, hours=step.hours, place=step.place, done=done)
    row = service_logs.log(stage.session, stage.task.code, entry, by=stage.by(step), request_id=None)
    stage.logs.append(row)


def confirm(stage: Stage, step: Step) -> None:
    """The host confirms all days that wait, but for the last `number`."""
    stage.session.flush()
    waiting = [row for row in stage.logs if row.state == LogState.SUBMITTED]
    seen = {row.id: row.version for row in waiting[: len(waiting) - step.number]}
    service_logs.confirm(stage.session, stage.task.code, seen, by=stage.by(step))


def dispute(stage: Stage, step: Step) -> None:
    """The host says that the last day was not served so."""
    stage.session.flush()
    row = stage.logs[-1 - step.number]
    order = Order(row.version, reason=step.text)
    service_logs.dispute(stage.session, stage.task.code, row.id, order=order, by=stage.by(step))


def amend(stage: Stage, step: Step) -> None:
    """The expert writes the disputed day anew."""
    stage.session.flush()
    row = next(one for one in stage.logs if one.state == LogState.DISPUTED)
    entry = Entry(row.day, part=step.code or row.part, hours=row.hours, place=row.place, done=step.text)
    order = Order(row.version)
    service_logs.amend(stage.session, stage.task.code, row.id, entry, order=order, by=stage.by(step))


def move(stage: Stage, step: Step) -> None:
    """A plain move with its reason."""
    order = stage.order(stage.task, step.text)
    assignment_moves.move(stage.session, stage.task.code, step.do, order=order, by=stage.by(step))


def train(stage: Stage, step: Step) -> None:
    """A course was held."""
    course = Course(
        title=step.text,
        direction=step.code or "west",
        held_on=utc_now().astimezone(CHINA).date(),
        hours=step.value,
        headcount=step.people,
        certificates=step.certificates,
    )
    training.add_session(stage.session, stage.task.code, course, order=stage.order(stage.task), by=stage.by(step))


def confirm_training(stage: Stage, step: Step) -> None:
    """The host confirms the course of that number."""
    row = training.sessions_of(stage.session, stage.task)[step.number]
    order = stage.order(stage.task)
    training.confirm_session(stage.session, stage.task.code, row.id, order=order, by=stage.by(step))


def confirm_leg(stage: Stage, step: Step) -> None:
    """The host confirms the leg of that number."""
    row = training.legs_of(stage.session, stage.task)[step.number]
    order = stage.order(stage.task)
    training.confirm_leg(stage.session, stage.task.code, row.id, order=order, by=stage.by(step))


def reach(stage: Stage, step: Step) -> None:
    """The host says that a milestone was reached."""
    stage.session.refresh(stage.task, ["milestones"])
    row = stage.task.milestones[step.number]
    order = stage.order(stage.task)
    assignment_milestones.reach_milestone(stage.session, stage.task.code, row.id, order=order, by=stage.by(step))


def claim(stage: Stage, step: Step) -> None:
    """The expert claims an outcome."""
    indicators.claim(
        stage.session,
        stage.task.code,
        indicator=step.code,
        value=step.value,
        note=step.text,
        order=Order(0),
        by=stage.by(step),
    )


def decide_claims(stage: Stage, step: Step) -> None:
    """Host or manager confirms every outcome that waits for them, or rejects that of the step's code."""
    by, accept = stage.by(step), step.do == "confirm_claims"
    awaited = ClaimState.HOST_CONFIRMED if step.by == "manager" else ClaimState.CLAIMED
    for one in indicators.claims_of(stage.session, stage.task):
        if one.state == awaited and step.code in ("", one.indicator_code):
            order = Order(one.version, reason=step.text)
            indicators.decide(stage.session, stage.task.code, one.id, accept=accept, order=order, by=by)


def appraise(stage: Stage, step: Step) -> None:
    """One side gives its marks, in the order of its criteria."""
    side = Side(step.by or "employer")
    marks: dict[str, int | None] = {one.code: mark for one, mark in zip(criteria_of(side), step.marks, strict=True)}
    order = stage.order(stage.task)
    appraisals.appraise(stage.session, stage.task.code, marks=marks, comment=step.text, order=order, by=stage.by(step))


def evaluate(stage: Stage, step: Step) -> None:
    """The manager gives the grade that the formula says."""
    order = stage.order(stage.task)
    evaluations.evaluate(
        stage.session,
        stage.task.code,
        exemplary=step.is_exemplary,
        summary=step.text,
        order=order,
        by=stage.by(step),
    )


def certify(stage: Stage, step: Step) -> None:
    """The certificate of service is issued."""
    certificates.issue(stage.session, stage.task.code, order=stage.order(stage.task), by=stage.by(step))


def renew(stage: Stage, step: Step) -> None:
    """The same again: the new pairing takes the place of the old one in what follows."""
    first, last = stage.task.ends, stage.terms(starts=step.starts, ends=step.ends)
    terms = replace(last, message=step.text)
    if terms.starts is None or terms.starts <= first:
        raise ValueError(f"{stage.story.need}: the renewal begins before the end of the first term")
    order = stage.order(stage.task)
    stage.pairing = renewals.propose(stage.session, stage.task.code, terms, order=order, by=stage.by(step))
    stage.assignment, stage.logs = None, []


ASSIGNMENT_ACTS: dict[str, Callable[[Stage, Step], None]] = {
    "confirm": confirm, "dispute": dispute, "amend": amend, "train": train, "confirm_training": confirm_training,
    "confirm_leg": confirm_leg, "reach": reach, "claim": claim, "confirm_claims": decide_claims,
    "reject_claim": decide_claims, "appraise": appraise, "evaluate": evaluate, "certify": certify, "renew": renew,
    **dict.fromkeys(("suspend", "resume", "complete", "terminate"), move),
}  # fmt: skip
