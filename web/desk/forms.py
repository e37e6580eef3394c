"""The forms by which a manager decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired

from web.language import say
from web.services.errors import InvalidError
from web.services.findings import Finding, musts
from web.services.profile_texts import paragraphs


class DecisionForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """A decision on a record as it was seen, and the findings that the manager has looked at and overrules."""

    version = HiddenField()
    overruled = SelectMultipleField(validate_choice=False)

    @property
    def seen(self) -> int:
        """The version that was seen; 0, which no record has, for what is no number."""
        written = str(self.version.data or "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0


class ReasonForm(DecisionForm):
    """Why. Ticked findings are reasons too; where the page has put their sentences into the text, they count once."""

    suggested = SelectMultipleField(_l("检查中发现的问题"), validate_choice=False)
    reason = TextAreaField(_l("原因"), validators=[InputRequired()])

    offered: tuple[Finding, ...] = ()

    @classmethod
    def to_ask(cls, version: int, findings: Sequence[Finding]) -> ReasonForm:
        """An empty form for a record of that version; what must be put right is ticked."""
        form = cls(formdata=None, data={"version": str(version), "suggested": [one.key for one in musts(findings)]})
        form.offer(findings)
        return form

    def offer(self, findings: Iterable[Finding]) -> None:
        """The findings that may be reasons."""
        self.offered = tuple(one for one in findings if one.is_theirs)
        self.suggested.choices = [(one.key, say(one.sentence)) for one in self.offered]

    def composed(self) -> str:
        """The sentences of the ticked findings and what was written, one a line."""
        written = paragraphs(self.reason.data or "")
        ticked = [say(one.sentence) for one in self.offered if one.key in (self.suggested.data or ())]
        return "\n".join([*(text for text in ticked if text not in written), *([written] if written else [])])

    def show(self, error: InvalidError) -> None:
        """Puts the problems beside the text."""
        self.reason.errors = [say(problem.sentence) for problem in error.problems]
