"""The programme task that a need's text suggests, when search is open."""

from __future__ import annotations

from collections.abc import Sequence

from models import Need, Task
from web.extensions import db
from web.matching import NotReadyError, matching
from web.services.need_tasks import offered_tasks, suggest_task


def suggestion_for(need: Need) -> str | None:
    """The code of the task that fits a saved need best; None where its province has none, or search is not open yet."""
    tasks = offered_tasks(db.session, need.organisation)
    return suggested_code(need, tasks) if tasks else None


def suggested_code(need: Need, tasks: Sequence[Task]) -> str | None:
    """As `suggestion_for`, of these tasks."""
    try:
        found = suggest_task(matching().prepare(db.session, need), tasks, matching().tasks)
    except NotReadyError:
        return None
    return found.code if found else None
