"""Alembic's environment. It is run by `web.migrations.upgrade`, which hands in the engine."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask_security.datastore import AsaList

import web.accounts.credential  # noqa: F401 - maps its table
from models import Base
from models.columns import EncryptedText, NameList, UtcDateTime
from models.database import writing

engine = context.config.attributes["engine"]


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Our column types stand in a migration as what they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, (NameList, EncryptedText, AsaList)):
        return "sa.Text()"
    return False


with writing(), engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
