"""All views of pairings; importing this module registers them."""

from __future__ import annotations

from web.pairings import doors, list_views, page_views, proposal_views
from web.pairings.blueprint import blueprint

__all__ = ["blueprint", "doors", "list_views", "page_views", "proposal_views"]
