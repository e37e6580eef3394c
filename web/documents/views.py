"""One address for every file: whether a person may read it is asked of the record that it belongs to."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask import Response as FileResponse

from web.downloads import send_document
from web.extensions import db
from web.permissions import actor, signed_in
from web.services.document_readers import open_for

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int(max=2147483647):document_id>")
@signed_in
def show(document_id: int) -> FileResponse:
    """The file as an attachment, for those who take part in its record; for others it is not there."""
    folder = current_app.config["SETTINGS"].var_dir
    return send_document(*open_for(db.session, folder, document_id, by=actor()))
