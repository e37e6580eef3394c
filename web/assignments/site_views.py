"""An employer's enclave sites: list, new, changed, closed and opened again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from models import EnclaveSite
from web.accounts.place_fields import PlaceFields
from web.assignments.blueprint import ID, blueprint, host
from web.extensions import db
from web.gazetteer import gazetteer
from web.language import is_chinese, say
from web.needs.form_fields import one_line
from web.pairings.fields import Amount
from web.permissions import actor
from web.services import enclave_sites
from web.services.enclave_sites import SiteDetails
from web.services.errors import FieldProblem, InvalidError, Sentence
from web.services.need_home import employer_organisations

Answer = str | tuple[str, int] | Response
SITE = f"/employer/sites/{ID}:site_id>"


class SiteForm(PlaceFields):
    """A site; its place is one of the eastern and middle provinces."""

    name = StringField(_l("站点名称"), filters=[one_line])
    organisation = SelectField(_l("单位"), choices=[], validate_choice=False)
    address = StringField(_l("详细地址"), filters=[one_line])
    places = Amount(_l("位数"))

    def details(self) -> SiteDetails:
        """What was written. Raises InvalidError for what cannot be read."""
        if self.places.process_errors or (self.places.data or 0) % 1:
            text = str((self.places.process_errors or [_("请填整数")])[0])
            raise InvalidError([FieldProblem("places", Sentence(text, text))])
        places = None if self.places.data is None else int(self.places.data)
        return SiteDetails(self.name.data or "", self.region_code, self.address.data or "", places)

    def show(self, error: InvalidError) -> None:
        """Puts every problem beside its field."""
        for problem in error.problems:
            field = self["province" if problem.field == "region_code" else problem.field]
            field.errors = [*field.errors, say(problem.sentence)]


@blueprint.get("/employer/sites")
@host
def sites() -> Answer:
    """The sites, each with how many of its places are taken."""
    own = enclave_sites.own_sites(db.session, by=actor())
    return render_template("assignments/sites.html", sites=own, taken=enclave_sites.places_taken(db.session, own))


@blueprint.route("/employer/sites/new", methods=["GET", "POST"])
@host
def new_site() -> Answer:
    """A new site."""
    form = _offered(SiteForm())
    if not form.is_submitted() or "refresh" in request.form:
        return _page(form)
    try:
        enclave_sites.create_site(db.session, form.details(), organisation_id=_organisation(form), by=actor())
    except InvalidError as error:
        return _wrong(form, error)
    db.session.commit()
    flash(_("站点已建立"), "success")
    return redirect(url_for("assignments.sites"), 303)


@blueprint.route(SITE, methods=["GET", "POST"])
@host
def site(site_id: int) -> Answer:
    """Changes a site."""
    row = enclave_sites.find_site(db.session, site_id, by=actor())
    given = {"name": row.name, "address": row.address, "places": row.places}
    form = _offered(SiteForm(place=row.region_code, data=given))
    if not form.is_submitted() or "refresh" in request.form:
        return _page(form, row)
    try:
        enclave_sites.change_site(db.session, site_id, form.details(), by=actor())
    except InvalidError as error:
        return _wrong(form, error, row)
    db.session.commit()
    flash(_("站点已修改"), "success")
    return redirect(url_for("assignments.sites"), 303)


@blueprint.post(f"{SITE}/<any(close, open):way>")
@host
def turn_site(site_id: int, way: str) -> Answer:
    """Closes it to new pairings, or opens it again."""
    enclave_sites.set_open(db.session, site_id, is_open=way == "open", by=actor())
    db.session.commit()
    flash(_("站点已重新开放") if way == "open" else _("站点已关闭，在站人员不受影响"), "success")
    return redirect(url_for("assignments.sites"), 303)


def _offered(form: SiteForm) -> SiteForm:
    """The form with the provinces that may hold an enclave, and the person's organisations."""
    rows = gazetteer().provinces(western=False)
    named = [(row.adcode, row.name if is_chinese() else row.name_en or row.name) for row in rows]
    form.province.choices = [("", _("请选择")), *named]
    organisations = employer_organisations(db.session, by=actor())
    form.organisation.choices = [(str(one.id), one.name) for one in organisations]
    for name in ("name", "province", "places"):
        form[name].flags.required = True
    return form


def _organisation(form: SiteForm) -> int:
    values = [value for value, _name in form.organisation.choices]
    return int(form.organisation.data if form.organisation.data in values else values[0])


def _wrong(form: SiteForm, error: InvalidError, row: EnclaveSite | None = None) -> tuple[str, int]:
    db.session.rollback()
    form.show(error)
    return _page(form, row, 422)


def _page(form: SiteForm, row: EnclaveSite | None = None, status: int = 200) -> tuple[str, int]:
    return render_template("assignments/site.html", form=form, site=row), status
