"""Pages: experts. Each module below adds its own to the blueprint."""

from __future__ import annotations

from web.experts import home_views, import_views, need_views, preview_views, step_views, work_views
from web.experts.blueprint import blueprint

__all__ = ["blueprint", "home_views", "import_views", "need_views", "preview_views", "step_views", "work_views"]
