"""All views of the approval desk; importing this module registers them."""

from __future__ import annotations

from web.board import approval_views, board_views, delegation_views, interest_views, programme_views
from web.board.blueprint import blueprint

__all__ = ["approval_views", "blueprint", "board_views", "delegation_views", "interest_views", "programme_views"]
