"""One address for every file: whether a person may read it is asked of the record that it belongs to."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask import Response as FileResponse

from models.choices import Subject
from models.database import writing
from web.downloads import send_document
from web.extensions import db
from web.permissions import actor, signed_in
from web.services.document_readers import open_for
from web.services.journal import note_audit

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int(max=2147483647):document_id>")
@signed_in
def show(document_id: int) -> FileResponse:
    """The file as an attachment, for those who take part in its record; for others it is not there.

    Each look at what somebody else has brought is kept.
    """
    folder, by = current_app.config["SETTINGS"].var_dir, actor()
    document, file = open_for(db.session, folder, document_id, by=by)
    if document.added_by_id != by.user_id:
        db.session.rollback()  # ends what only read: a transaction that writes takes SQLite's lock when it begins
        with writing():
            note_audit(db.session, action="document.look", subject=Subject.DOCUMENT, subject_id=document_id, by=by)
            db.session.commit()
    return send_document(document, file)
