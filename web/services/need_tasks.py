"""The policy's tasks that a need may belong to, and the one that its text suggests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Organisation, Task
from web.services.showcase import programme_task_codes

if TYPE_CHECKING:  # the engine takes a second to import, and pages without search do not wait for it
    from matcher.prepared import PreparedNeed
    from matcher.tasks import Suggestion, TaskIndex


def offered_tasks(session: Session, organisation: Organisation) -> Sequence[Task]:
    """The tasks of the programme of the organisation's province, in the plan's order; none where there is no programme.

    A unit of the Corps has Xinjiang's.
    """
    codes = programme_task_codes(session, organisation.jurisdiction_code)
    statement = select(Task).where(Task.code.in_(codes)).order_by(Task.number).options(joinedload(Task.programme))
    return session.scalars(statement).all()


def suggest_task(prepared: PreparedNeed, tasks: Sequence[Task], index: TaskIndex) -> Suggestion | None:
    """The best of these tasks for the need, None where there are none."""
    allowed = [task.code for task in tasks]
    return next(iter(index.suggest(prepared, most=1, allowed=allowed)), None) if allowed else None
