"""The policy's tasks as the engine compares them with needs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.engine import Engine
from matcher.tasks import Task as TaskValue
from matcher.tasks import TaskIndex
from models import Task


def task_value(task: Task) -> TaskValue:
    """The numbered task: title, text and keywords, one a line, in both languages."""
    zh, en = [task.title_zh, task.text_zh, *task.keywords_zh], [task.title_en, task.text_en, *task.keywords_en]
    return TaskValue(task.code, {"zh": "\n".join(zh), "en": "\n".join(en)})


def task_index(session: Session, engine: Engine) -> TaskIndex:
    """Every task, encoded through the engine's cache."""
    return TaskIndex.build([task_value(row) for row in session.scalars(select(Task).order_by(Task.code))], engine)
