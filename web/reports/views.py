"""Pages of reports: the figures, the rows behind one, charts, Excel and PDF."""

from __future__ import annotations

from web.reports import file_views, page_views
from web.reports.blueprint import blueprint

__all__ = ["blueprint", "file_views", "page_views"]
