"""Pages of the manager's desk: what waits, its check, and the lists of all needs, organisations and experts."""

from __future__ import annotations

from web.desk import list_views, need_views, organisation_views, queue_views
from web.desk.blueprint import blueprint

__all__ = ["blueprint", "list_views", "need_views", "organisation_views", "queue_views"]
