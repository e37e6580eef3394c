"""All views of the pages about a need's matches; importing this module registers them."""

from __future__ import annotations

from web.matches import people, ranked, shortlist, why
from web.matches.blueprint import blueprint

__all__ = ["blueprint", "people", "ranked", "shortlist", "why"]
