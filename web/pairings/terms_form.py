"""The form of terms: to invite, to apply, and to change what was proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FieldList, RadioField, StringField, TextAreaField

from models import Clause, EnclaveSite, Pairing
from web.experts.section_form import change_rows
from web.labels import mode_label
from web.language import pick, say
from web.needs.form_fields import lines, one_line
from web.pairings.fields import Amount, TermDay
from web.pairings.forms import OrderForm
from web.pairings.part_fields import every_field, part_fields
from web.pairings.part_values import keep_unseen_rows, part_data, read_details, read_legs, read_team, unread
from web.services.errors import InvalidError
from web.services.pairing_files import FIELD, Upload
from web.services.pairing_parts import Shown
from web.services.pairing_proposals import Terms

CLAUSE = "clause-"
"""Fields of clauses are named so, with the clause's code."""
REQUIRED = ("mode", "starts", "ends", "days_per_year")


class TermsForm(OrderForm):
    """What one side proposes. Fields of the mode's own parts are added to each form (`about`)."""

    mode = RadioField(_l("方式"), choices=[], validate_choice=False)
    starts = TermDay(_l("开始日期"))
    ends = TermDay(_l("结束日期"), last=True)
    days_per_year = Amount(_l("每年天数"))
    post = StringField(_l("岗位"), filters=[one_line])
    pay = Amount(_l("报酬"))
    message = TextAreaField(_l("留言"), filters=[lines])

    clauses: Sequence[Clause] = ()
    asked: Shown = Shown()

    @classmethod
    def about(
        cls,
        terms: Terms,
        *,
        modes: Sequence[str],
        clauses: Sequence[Clause],
        sites: Sequence[EnclaveSite],
        asked: Shown,
        pairing: Pairing | None = None,
    ) -> TermsForm:
        """The form as it was sent, over these terms; a clause begins with its model words, in Chinese as signed."""
        texts = {f"{CLAUSE}{one.code}": TextAreaField(pick(one, "title"), filters=[lines]) for one in clauses}
        own: type[TermsForm] = type("OwnTermsForm", (cls,), {**texts, **part_fields(asked)})
        data: dict[str, Any] = {one.name: getattr(terms, one.name) for one in fields(Terms)}
        data |= {f"{CLAUSE}{one.code}": terms.clauses.get(one.code, one.text_zh) for one in clauses}
        data |= part_data(terms, asked) | {"site_id": str(terms.site_id or "")}
        data |= {"version": str(pairing.version if pairing else 0), "request_id": str(uuid4())}
        form = own(data=data)
        keep_unseen_rows(form, data)
        form.clauses, form.asked = clauses, asked
        form.mode.choices = [(mode, mode_label(mode)) for mode in modes]
        if "site_id" in form:
            form["site_id"].choices = [("", _("请选择")), *((str(site.id), site.name) for site in sites)]
        for name in REQUIRED:
            form[name].flags.required = True
        return form

    def clause_fields(self) -> list[Any]:
        """The fields of the clauses, in the mode's order."""
        return [self[f"{CLAUSE}{one.code}"] for one in self.clauses]

    def change_rows(self) -> None:
        """Adds or removes the row that the pressed button asks for."""
        for field in self:
            if isinstance(field, FieldList):
                change_rows(field)

    def show(self, error: InvalidError) -> None:
        """As in the base, beside the fields of rows too."""
        known = every_field(self)
        for problem in error.problems:
            field = known.get(problem.field)
            if field is None or isinstance(field, FieldList):
                self.form_errors.append(say(problem.sentence))
            else:
                field.errors = [*field.errors, say(problem.sentence)]

    def upload(self, folder: Path) -> Upload | None:
        """The clearance that was chosen."""
        given = self[FIELD].data if FIELD in self else None
        if not isinstance(given, FileStorage) or not given.filename:
            return None
        return Upload(folder, given.filename, given.stream)

    def terms(self, before: Terms) -> Terms:
        """What was proposed, over what stood before. Raises InvalidError for what cannot be read."""
        if wrong := unread(every_field(self)):
            raise InvalidError(wrong)
        written: Mapping[str, str] = {one.code: self[f"{CLAUSE}{one.code}"].data or "" for one in self.clauses}
        return Terms(
            mode=str(self.mode.data or ""),
            starts=self.starts.data,
            ends=self.ends.data,
            days_per_year=self.days_per_year.data,
            message=self.message.data or "",
            post=self.post.data or "",
            pay=self.pay.data,
            clauses={code: words for code, words in written.items() if words},
            details=read_details(self, before.details, self.asked),
            site_id=self._site(),
            members=read_team(self),
            legs=read_legs(self),
        )

    def _site(self) -> int | None:
        """The chosen site; one that is not offered is 0, which no site has."""
        chosen = str(self["site_id"].data or "") if "site_id" in self else ""
        if not chosen:
            return None
        return int(chosen) if chosen in {value for value, _name in self["site_id"].choices} else 0
