"""Pages of the home institution and of agreements."""

from __future__ import annotations

from web.institution import agreement_views, notice_views, officer_views, request_views
from web.institution.blueprint import blueprint

__all__ = ["agreement_views", "blueprint", "notice_views", "officer_views", "request_views"]
