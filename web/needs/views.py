"""Pages of the employer's needs: home, the form, its side panel, one need and its moves."""

from __future__ import annotations

from web.needs import edit_views, help_views, home_views, live_views, move_views, show_views
from web.needs.blueprint import blueprint

__all__ = ["blueprint", "edit_views", "help_views", "home_views", "live_views", "move_views", "show_views"]
