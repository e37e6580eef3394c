"""The form of terms: to invite, to apply, and to change what was proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField

from models import Clause, EnclaveSite, Pairing
from web.labels import mode_label
from web.language import pick
from web.needs.form_fields import lines, one_line
from web.pairings.fields import Amount, TermDay
from web.pairings.forms import OrderForm
from web.services.errors import FieldProblem, InvalidError, Sentence
from web.services.pairing_proposals import Terms

CLAUSE = "clause-"
"""Fields of clauses are named so, with the clause's code."""
REQUIRED = ("mode", "starts", "ends", "days_per_year")


class TermsForm(OrderForm):
    """What one side proposes."""

    mode = RadioField(_l("方式"), choices=[], validate_choice=False)
    starts = TermDay(_l("开始日期"))
    ends = TermDay(_l("结束日期"), last=True)
    days_per_year = Amount(_l("每年天数"))
    post = StringField(_l("岗位"), filters=[one_line])
    pay = Amount(_l("报酬"))
    site_id = SelectField(_l("飞地站点"), choices=[], validate_choice=False)
    message = TextAreaField(_l("留言"), filters=[lines])

    clauses: Sequence[Clause] = ()

    @classmethod
    def about(
        cls,
        terms: Terms,
        *,
        modes: Sequence[str],
        clauses: Sequence[Clause],
        sites: Sequence[EnclaveSite],
        pairing: Pairing | None = None,
    ) -> TermsForm:
        """The form as it was sent, over these terms; a clause begins with its model words, in Chinese as signed."""
        texts = {f"{CLAUSE}{one.code}": TextAreaField(pick(one, "title"), filters=[lines]) for one in clauses}
        own: type[TermsForm] = type("OwnTermsForm", (cls,), dict(texts))
        data: dict[str, Any] = {one.name: getattr(terms, one.name) for one in fields(Terms)}
        data |= {f"{CLAUSE}{one.code}": terms.clauses.get(one.code, one.text_zh) for one in clauses}
        data["site_id"] = str(terms.site_id or "")
        data |= {"version": str(pairing.version if pairing else 0), "request_id": str(uuid4())}
        form = own(data=data)
        form.clauses = clauses
        form.mode.choices = [(mode, mode_label(mode)) for mode in modes]
        form.site_id.choices = [("", _("不在飞地站点"))] + [(str(site.id), site.name) for site in sites]
        for name in REQUIRED:
            form[name].flags.required = True
        return form

    def clause_fields(self) -> list[Any]:
        """The fields of the clauses, in the mode's order."""
        return [self[f"{CLAUSE}{one.code}"] for one in self.clauses]

    def terms(self, before: Terms) -> Terms:
        """What was proposed, over what stood before. Raises InvalidError for what cannot be read."""
        unread = [name for name in ("starts", "ends", "days_per_year", "pay") if self[name].process_errors]
        if unread:
            raise InvalidError([_problem(name, str(self[name].process_errors[0])) for name in unread])
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
            details=before.details,
            site_id=self._site(),
        )

    def _site(self) -> int | None:
        """The chosen site; one that is not offered is 0, which no site has."""
        chosen = str(self.site_id.data or "")
        if not chosen:
            return None
        return int(chosen) if chosen in {value for value, _name in self.site_id.choices} else 0


def _problem(name: str, text: str) -> FieldProblem:
    return FieldProblem(name, Sentence(text, text))
