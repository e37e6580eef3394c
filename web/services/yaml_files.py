"""YAML files of `seed_data`, read by the library's C parser where it was built with one: ten times as fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What the file says, plain values alone. Raises OSError, UnicodeDecodeError, yaml.YAMLError."""
    return yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506  # one of the two safe loaders
