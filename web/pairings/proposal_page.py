"""The page on which terms are written: who is brought together, the form, the clauses, and what the rules say to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from models import CooperationMode, Expert, Need, Pairing
from web.extensions import db
from web.pairings.rules import not_met, rules_of
from web.pairings.terms_form import TermsForm
from web.permissions import actor
from web.services.document_readers import may_see
from web.services.errors import InvalidError
from web.services.pairing_files import clearances
from web.services.pairing_parts import Shown, shown
from web.services.pairing_proposals import (
    CLAUSE_CHARS,
    MESSAGE_CHARS,
    Terms,
    clauses_of,
    draft_pairing,
    offered_modes,
    problems,
    sites_of,
)

MOST = {"message": MESSAGE_CHARS, "clause": CLAUSE_CHARS}
"""Characters that the counters allow."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whom it is about, the terms that it begins from, and the pairing where there is one already."""

    need: Need
    expert: Expert
    before: Terms
    pairing: Pairing | None = None

    @property
    def modes(self) -> tuple[str, ...]:
        """What may be chosen; a mode that was agreed on before stays possible."""
        offered = offered_modes(self.need, self.expert)
        return offered if self.pairing is None or self.before.mode in offered else (self.before.mode, *offered)

    def form(self) -> TermsForm:
        """The form with the clauses of the mode that is chosen in it."""
        chosen = request.form.get("mode", self.before.mode)
        mode = db.session.get(CooperationMode, chosen if chosen in self.modes else self.before.mode)
        clauses, sites = clauses_of(db.session, mode) if mode else [], sites_of(db.session, self.need)
        asked = self._asked(mode) if mode else Shown()
        form = TermsForm.about(
            self.before, modes=self.modes, clauses=clauses, sites=sites, asked=asked, pairing=self.pairing
        )
        form.change_rows()
        return form

    def _asked(self, mode: CooperationMode) -> Shown:
        with db.session.no_autoflush:
            return shown(db.session, mode, need=self.need, expert=self.expert, details=self.before.details)

    def page(self, form: TermsForm, template: str, status: int = 200, **values: Any) -> tuple[str, int]:
        """The page; for htmx only what depends on the mode and the terms."""
        wanted = "pairings/parts/by_mode.html" if request.headers.get("HX-Request") else template
        files = clearances(db.session, self.pairing) if self.pairing and form.asked.takes_clearance else ()
        files = [one for one in files if may_see(db.session, one, actor())]
        given: dict[str, Any] = {
            "need": self.need,
            "expert": self.expert,
            "pairing": self.pairing,
            "form": form,
            "most": MOST,
        }
        given["clearances"] = files
        with db.session.no_autoflush:
            return render_template(wanted, **given, rules=self._rules(form), **values), status

    def _rules(self, form: TermsForm) -> list[dict[str, Any]] | None:
        """The rules that are not met by what stands in the form; None while that is not sound."""
        try:
            terms = form.terms(self.before)
        except InvalidError:
            return None
        standing = self.before.mode if self.pairing else ""
        if problems(db.session, terms, need=self.need, expert=self.expert, standing=standing):
            return None
        drafted = draft_pairing(db.session, terms, need=self.need, expert=self.expert, standing=self.pairing)
        return not_met(rules_of(drafted, form_url="")) if drafted is not None else None


def is_refresh() -> bool:
    """Whether the form was sent only to see what depends on its choices, or for another row."""
    asks = {"refresh", "add", "remove"}.intersection(request.form)
    return bool(asks) or bool(request.headers.get("HX-Request"))
