"""The chain of audit events: how one is hashed, and the triggers by which the database keeps them as they are."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_event_no_{act} BEFORE {act.upper()} ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit events are only ever added'); END"
        for act in ("update", "delete")
    ),
    "postgresql": (
        "CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit events are only ever added'; END $$",
        "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()",
    ),
}
"""Dialect → statements that make `audit_event` append-only."""


def event_hash(
    previous: str,
    *,
    number: int,
    at: datetime,
    actor_id: int | None,
    action: str,
    subject: str,
    subject_id: int,
    detail: str,
) -> str:
    """64 hex digits: SHA-256 of the event with the hash of the one before, as canonical JSON."""
    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    content = [previous, number, moment, actor_id, action, subject, subject_id, detail]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
