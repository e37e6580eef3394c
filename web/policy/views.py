"""Pages of modes and rules."""

from __future__ import annotations

from web.policy import draft_views, list_views
from web.policy.blueprint import blueprint

__all__ = ["blueprint", "draft_views", "list_views"]
