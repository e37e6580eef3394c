"""Search in the audit trail, and its export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import AuditEvent
from models.choices import Role, Subject
from web.audit.words import SUBJECTS, action_name, subject_name
from web.desk.filters import this_list
from web.extensions import db, limiter
from web.permissions import actor, allows
from web.services import audit_search
from web.services.audit_search import WantedEvents
from web.services.journal import note_audit
from web.services.need_submission import CHINA, today_in_china
from web.services.paging import page_of

blueprint = Blueprint("audit", __name__, template_folder="templates", url_prefix="/audit")
reader = allows(Role.ADMINISTRATOR, Role.MANAGER)

PAGE_SIZE = 50
YEARS = range(2000, 2101)
"""Years in which an event can be looked for."""
MOST_EXPORTED = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@reader
@limiter.limit("240/minute")
def events() -> str:
    """The events that the reader may see, the newest first; filters live in the URL."""
    wanted, by = read_wanted(), actor()
    number = request.args.get("page", 1, type=int)
    page = page_of(db.session, audit_search.search(wanted, by=by), number=number, size=PAGE_SIZE)
    template = "audit/_results.html" if request.headers.get("HX-Request") else "audit/index.html"
    kinds = [(one, action_name(one)) for one in audit_search.actions(db.session, by=by)]
    return render_template(
        template,
        page=page,
        rows=list(_rows(page.items)),
        wanted=wanted,
        kinds=kinds,
        subjects=SUBJECTS,
        export_url=this_list("audit.export"),
    )


@blueprint.post("/export")
@reader
@limiter.limit("20/minute")
def export() -> Response:
    """The same list as an Excel sheet; the export is itself an event."""
    from matcher.records import write_xlsx

    statement = audit_search.search(read_wanted(), by=actor()).limit(MOST_EXPORTED)
    found = db.session.scalars(statement).all()
    out = BytesIO()
    write_xlsx((_cells(row) for row in _rows(found)), out)
    note_audit(
        db.session,
        action="audit.export",
        subject=Subject.AUDIT,
        subject_id=found[0].id if found else 0,
        by=actor(),
        detail=f"events={len(found)}",
    )
    db.session.commit()
    out.seek(0)
    return send_file(out, mimetype=XLSX, as_attachment=True, download_name=f"audit-{today_in_china()}.xlsx")


def read_wanted() -> WantedEvents:
    """What the URL asks for; what cannot be understood is left out."""
    words = "".join(c if c.isprintable() else " " for c in request.args.get("q", "")[:100])
    subject, action = request.args.get("subject", ""), request.args.get("action", "")
    return WantedEvents(
        text=" ".join(words.split()),
        subject=Subject(subject) if subject in set(Subject) else None,
        action=action[:40] if action.isprintable() else "",
        first=_day("first"),
        last=_day("last"),
    )


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _rows(found: Sequence[AuditEvent]) -> Iterator[Mapping[str, Any]]:
    names, codes = audit_search.names_of(db.session, found), audit_search.codes_of(db.session, found)
    for event in found:
        yield {
            "number": event.id,
            "at": event.at,
            "who": _("系统") if event.actor_id is None else names.get(event.actor_id, f"#{event.actor_id}"),
            "action": action_name(event.action),
            "subject": subject_name(event.subject),
            "code": codes.get((event.subject, event.subject_id), f"#{event.subject_id}"),
            "detail": event.detail,
            "hash": event.hash,
        }


def _cells(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        _("序号"): row["number"],
        _("时间"): f"{row['at'].astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        _("操作人"): row["who"],
        _("操作"): row["action"],
        _("对象"): row["subject"],
        _("编号"): row["code"],
        _("内容"): row["detail"],
        _("校验值"): row["hash"],
    }
