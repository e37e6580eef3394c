"""Validated settings, from the environment (`DONGCAI_…`) or from arguments."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BUILTIN = "builtin"
UNADAPTED = "e5-use"


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dongcai"


class Settings(BaseSettings):
    """What a user may set. Each field is read from `DONGCAI_<FIELD>` when no argument gives it."""

    model_config = SettingsConfigDict(env_prefix="DONGCAI_", frozen=True)

    encoder: str = BUILTIN
    """`builtin`, `e5-use` (the built-in one without what it learned), or any sentence-transformers name or folder."""
    cache_dir: Path = Field(default_factory=_user_cache)
    """Where encoded passages are kept, by content hash."""
