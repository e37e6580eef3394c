"""The database's history: `upgrade` brings any earlier state to the present one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:  # a server whose database is up to date starts without it
    from alembic.config import Config

HERE = Path(__file__).parent


def alembic_config(engine: Engine) -> Config:
    """Alembic's settings for one engine."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the database to the revision, in one transaction where the database can."""
    if revision == "head" and current(engine) == newest():
        return
    from alembic import command

    command.upgrade(alembic_config(engine), revision)


def current(engine: Engine) -> str | None:
    """The database's revision; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def newest() -> str:
    """The revision that the code is written for: files are named after theirs."""
    return max(path.stem.split("_", maxsplit=1)[0] for path in (HERE / "versions").glob("[0-9]*.py"))
