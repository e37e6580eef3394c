"""Claims, appraisals and the evaluation of one assignment; the manager's list of what waits for them."""

from __future__ import annotations

from web.outcomes import claim_views, evaluation_views
from web.outcomes.blueprint import blueprint

__all__ = ["blueprint", "claim_views", "evaluation_views"]
