"""Alembic's environment. It is run by `web.migrations.upgrade`, which hands in the engine."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask_security.datastore import AsaList

import web.accounts.credential  # noqa: F401 - maps its table
from models import Base
from models.columns import EncryptedText, Facts, NameList, UtcDateTime
from models.database import writing

engine = context.config.attributes["engine"]


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Our column types stand in a migration as what they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, (Facts, NameList, EncryptedText, AsaList)):
        return "sa.Text()"
    return False


with writing(), engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        # A table is changed by making it anew; its rows must not take those that refer to them along.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
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
    if engine.dialect.name == "sqlite":
        database = connection.connection.dbapi_connection
        if broken := database.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"after the migration, rows refer to rows that are not there: {broken[:5]}")
        database.execute("PRAGMA foreign_keys=ON")
