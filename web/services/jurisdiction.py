"""Which needs a manager answers for, as a condition of a query: `Actor.manages` in the database."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, false, or_, true

from models import Need, Task
from models.choices import Role
from web.services.access import Actor, Authority
from web.services.organisations import within

CORPS_CODE = "660000"
"""The 新疆生产建设兵团, wherever its units lie."""


def needs_within(by: Actor) -> ColumnElement[bool]:
    """Whether a need is the manager's: by its host's place and, where it has a task, by programme."""
    return or_(false(), *(_covered(by, one) for one in by.authorities if one.role == Role.MANAGER))


def needs_decided_by(by: Actor) -> ColumnElement[bool]:
    """Needs on whose pairings the manager decides, also as a deputy: `Actor.answers_for` in the database."""
    return needs_within(replace(by, authorities=(*by.authorities, *by.deputed)))


def joined_within(by: Actor) -> ColumnElement[bool]:
    """As `needs_decided_by`, for a query that has joined Organisation and (outer) Task: without subqueries."""
    authorities = [one for one in (*by.authorities, *by.deputed) if one.role == Role.MANAGER]
    return or_(false(), *(_covered_here(by, one) for one in authorities))


def _covered_here(by: Actor, authority: Authority) -> ColumnElement[bool]:
    place = true() if authority.adcode_prefix == "" else within(replace(by, authorities=(authority,)))
    if not authority.programmes:
        return place
    return and_(place, or_(Need.task_code.is_(None), Task.programme_code.in_(authority.programmes)))


def _covered(by: Actor, authority: Authority) -> ColumnElement[bool]:
    place = Need.organisation.has(within(replace(by, authorities=(authority,))))
    if not authority.programmes:
        return place
    return and_(place, or_(Need.task_code.is_(None), Need.task.has(Task.programme_code.in_(authority.programmes))))
