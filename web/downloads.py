"""Files on their way: up to 20 MB for the views that take them, and down as attachments that no browser runs."""

from __future__ import annotations

from typing import BinaryIO

from flask import Flask, current_app, request, send_file
from flask import Response as FileResponse

from models import Document
from web.permissions import View
from web.services.documents import MOST_BYTES

_FIELDS = 2**20
"""Bytes that the other fields of such a form may take."""


def takes_document(view: View) -> View:
    """The view's form may carry one document; other forms stay as small as they are."""
    view.__takes_document__ = True  # type: ignore[attr-defined]  # read by _allow
    return view


def send_document(document: Document, file: BinaryIO) -> FileResponse:
    """The document as an attachment under its own name."""
    answer = send_file(file, mimetype=document.media_type, as_attachment=True, download_name=document.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _allow() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "__takes_document__", False):
        request.max_content_length = MOST_BYTES + _FIELDS


def bind(app: Flask) -> None:
    """Lets the larger forms in, before anything reads them."""
    app.before_request(_allow)
