"""Pages of assignments: one, the lists, days of service, parts by mode, renewals, certificates, calendar, sites."""

from __future__ import annotations

from web.assignments import (
    calendar_views,
    certificate_views,
    list_views,
    log_views,
    page_views,
    part_views,
    renewal_views,
    site_views,
)
from web.assignments.blueprint import blueprint

__all__ = [
    "blueprint",
    "calendar_views",
    "certificate_views",
    "list_views",
    "log_views",
    "page_views",
    "part_views",
    "renewal_views",
    "site_views",
]
