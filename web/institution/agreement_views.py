"""The agreement of a pairing: what is missing, its Word file, the signed copy."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from models import Pairing
from models.choices import Role
from web.downloads import takes_document
from web.extensions import db
from web.institution.blueprint import blueprint, everyone, party
from web.institution.forms import SignForm
from web.institution.parts import agreement_part
from web.permissions import actor, allows
from web.services import agreements, pairings
from web.services.errors import InvalidError

Answer = str | Response | tuple[str, int]


@blueprint.get("/pairings/<pairing_code>/agreement")
@everyone
def agreement(pairing_code: str) -> str:
    """Everything about it on one page."""
    return _page(pairings.find(db.session, pairing_code, by=actor()))


@blueprint.post("/pairings/<pairing_code>/agreement")
@party
def make_agreement(pairing_code: str) -> Answer:
    """Makes the Word file from the terms as they stand."""
    agreements.generate(db.session, _folder(), pairing_code, by=actor())
    db.session.commit()
    flash(_("协议已生成，请下载"), "success")
    return redirect(url_for("institution.agreement", pairing_code=pairing_code))


@blueprint.post("/pairings/<pairing_code>/agreement/sign")
@allows(Role.EMPLOYER)
@takes_document
def sign_agreement(pairing_code: str) -> Answer:
    """The employer hands in the signed copy; the pairing is signed."""
    form, upload = SignForm(), request.files.get("file")
    is_chosen = upload is not None and bool(upload.filename)
    try:
        agreements.sign_upload(
            db.session,
            _folder(),
            pairing_code,
            name=str(upload.filename) if upload is not None else "",
            stream=upload.stream if upload is not None and is_chosen else None,
            dates=form.dates(),
            order=form.order(),
            by=actor(),
        )
    except InvalidError as error:
        db.session.rollback()
        form.show(error)
        return _page(pairings.find(db.session, pairing_code, by=actor()), form), 422
    db.session.commit()
    flash(_("协议已签署，任务已建立"), "success")
    return redirect(url_for("institution.agreement", pairing_code=pairing_code))


def _page(pairing: Pairing, form: SignForm | None = None) -> str:
    shown = agreement_part(pairing, actor())
    return render_template(
        "institution/agreement.html", pairing=pairing, agreement=shown, form=form or SignForm.fresh(pairing)
    )


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].var_dir
    return folder
