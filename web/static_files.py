"""Static files: compressed, and kept by the browser for a year under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask_compress import Compress

YEAR_S = 365 * 24 * 3600
COMPRESSED = ["text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"]
"""Not HTML: a page holds a CSRF token beside what a visitor typed, and compression would leak it (BREACH)."""


def bind(app: Flask) -> None:
    """Compression, and `?v=` in every link to a static file."""
    app.config.update(SEND_FILE_MAX_AGE_DEFAULT=YEAR_S, COMPRESS_MIMETYPES=COMPRESSED, COMPRESS_ALGORITHM=["gzip"])
    Compress(app)
    folder = Path(app.static_folder or "")

    @lru_cache(maxsize=512)
    def version(filename: str) -> str | None:
        """Eight digits of the file's content, read once a process: a page links to hundreds of icons."""
        path = folder / filename
        return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else None

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = version(values["filename"])

    @lru_cache(maxsize=8)
    def sheet_under(_root: str) -> str:
        return url_for("static", filename="img/icons.svg")

    def icon_sheet() -> str:
        """The address of the icons, made once a process: a page draws hundreds."""
        return sheet_under(request.script_root)

    app.jinja_env.globals["icon_sheet"] = icon_sheet
