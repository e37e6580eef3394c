"""Static files: compressed, and kept by the browser for a year under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask_compress import Compress
from markupsafe import Markup, escape

YEAR_S = 365 * 24 * 3600
_ICON = Markup('<svg class="icon" width="16" height="16" {meaning}><use href="{sheet}#{name}"/></svg>')
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

    def draw_icon(name: str, label: str | None = None) -> Markup:
        """An icon of the sheet. A function and no macro, for a page draws hundreds.

        What is kept is made from escaped labels alone: to the cache, a safe text and the same unsafe one are equal.
        """
        return drawn(request.script_root, name, escape(label) if label else Markup())

    @lru_cache(maxsize=1024)
    def drawn(root: str, name: str, label: Markup) -> Markup:
        meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return _ICON.format(meaning=meaning, sheet=sheet_under(root), name=name)

    app.jinja_env.globals["draw_icon"] = draw_icon
