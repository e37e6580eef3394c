"""Plays the demo's pairings through the services, at the times when things happened, so that all fits together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Assignment, CooperationMode, Expert, Need, Notification, Pairing, User
from models.choices import AssignmentState, Delivery, Side
from models.columns import time_taken_for_present
from models.pairing import WAITING_PAIRINGS
from models.state_machine import MoveError
from web.services.access import actor_for
from web.services.assignment_moves import begin_due
from web.services.demo_assignment_acts import ASSIGNMENT_ACTS, log
from web.services.demo_clock import Scene, at_work, scenes_of
from web.services.demo_pairing_acts import PAIRING_ACTS
from web.services.demo_people import Cast
from web.services.demo_stage import Stage
from web.services.demo_stories import Stories
from web.services.enclave_sites import SiteDetails, create_site
from web.services.errors import ServiceError
from web.services.expiry import BEIJING
from web.services.pairing_time import REMINDER_DAYS, let_time_pass

READ_AFTER_DAYS = 6
"""Notices that are older have been read."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the stories are about, by the codes of the files."""

    needs: Mapping[str, Need]
    experts: Mapping[str, Expert]
    managers: Mapping[str, User]
    """By the need's code: who answers for it."""


def play(
    session: Session, stories: Stories, records: Records, *, cast: Cast, var_dir: Path, now: datetime
) -> tuple[int, int]:
    """Plays every story in the order of time; gives how many pairings and assignments there are. The caller commits.

    Raises what the services raise: a story that the rules do not allow is a mistake in the file.
    """
    _invite_people(session, stories, records, cast)
    stages = _stages(session, stories, records, cast=cast, var_dir=var_dir, now=now)
    _open_sites(session, stories, stages, now)
    for scene in scenes_of(stories.pairings, now):
        with time_taken_for_present(scene.at):
            _play(session, stages, scene)
            session.flush()
    _quieten(session, now)
    counts = (session.scalar(select(func.count()).select_from(table)) or 0 for table in (Pairing, Assignment))
    pairings, assignments = counts
    return pairings, assignments


def _play(session: Session, stages: list[Stage], scene: Scene) -> None:
    if scene.step is None:
        _let_a_day_pass(session, stages, scene.at)
        return
    stage, step = stages[scene.story], scene.step
    try:
        if step.do == "log":
            log(stage, step, scene)
        else:
            (PAIRING_ACTS.get(step.do) or ASSIGNMENT_ACTS[step.do])(stage, step)
    except (ServiceError, MoveError, ValueError) as error:
        where = f"{stage.story.need} and {stage.story.expert}, {step.do} on day {step.at}"
        error.add_note(f"demo story of {where}, at {scene.at}")
        raise


def _let_a_day_pass(session: Session, stages: list[Stage], at: datetime) -> None:
    """What the service does by itself each day; most days there is nothing to do."""
    if any(one.assignment is not None and one.assignment.state == AssignmentState.PLANNED for one in stages):
        begin_due(session)
    first = timedelta(days=REMINDER_DAYS[0])
    pairings = [one.pairing for one in stages if one.pairing is not None]
    if any(one.state in WAITING_PAIRINGS and at - one.state_since >= first for one in pairings):
        let_time_pass(session)


def _invite_people(session: Session, stories: Stories, records: Records, cast: Cast) -> None:
    """Accounts for the experts of the stories, and officers for the home institutions that must consent."""
    consenting = set(session.scalars(select(CooperationMode.code).where(CooperationMode.needs_consent)))
    for story in stories.pairings:
        expert = records.experts[story.expert]
        cast.account_of(expert)
        if story.mode.value in consenting:
            cast.home_of(expert)
    session.flush()


def _stages(
    session: Session, stories: Stories, records: Records, *, cast: Cast, var_dir: Path, now: datetime
) -> list[Stage]:
    today, sites = now.astimezone(BEIJING).date(), dict[str, int]()
    stages = []
    for story in stories.pairings:
        need, expert = records.needs[story.need], records.experts[story.expert]
        people = {Side.MANAGER: records.managers[story.need]}
        people |= {
            side: user
            for side, user in (
                (Side.EMPLOYER, need.posted_by),
                (Side.EXPERT, expert.user),
                (Side.INSTITUTION, cast.officers.get(expert.institution)),
            )
            if user is not None
        }
        experts = dict(records.experts)
        stages.append(Stage(session, var_dir, today, story, stories, need, expert, people, experts, sites))
    return stages


def _open_sites(session: Session, stories: Stories, stages: list[Stage], now: datetime) -> None:
    for site in stories.sites:
        stage = next(one for one in stages if one.story.need == site.need)
        opened = datetime.combine(at_work(stage.day(site.at)), datetime.min.time(), BEIJING).replace(hour=10)
        with time_taken_for_present(min(opened, now)):
            by = actor_for(session, stage.people[Side.EMPLOYER])
            details = SiteDetails(site.name, site.region, site.address, site.places)
            row = create_site(session, details, organisation_id=stage.need.organisation_id, by=by)
            row.is_demo = True
            session.flush()
        stage.sites[site.key] = row.id


def _quieten(session: Session, now: datetime) -> None:
    """Nobody is mailed about the demo, and older notices have been read."""
    old = Notification.created_at < now - timedelta(days=READ_AFTER_DAYS)
    session.execute(update(Notification).values(wants_mail=Delivery.OFF))
    session.execute(update(Notification).where(old).values(read_at=Notification.created_at))
