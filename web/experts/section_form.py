"""What the forms of all sections share: what was seen when they were opened, and problems put beside their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field as AnyField
from wtforms import FieldList, Form, FormField, HiddenField
from wtforms.i18n import get_translations

from web.extensions import db
from web.language import is_chinese, say
from web.services.errors import FieldProblem, InvalidError
from web.services.profile_sections import Section
from web.services.profiles import EditedElsewhereError

SAVED, WRONG, CHANGED_ELSEWHERE = 200, 422, 409


class OwnLanguage(FlaskForm.Meta):  # type: ignore[misc]  # the library is untyped
    """The library's own messages in the page's language; it does not know our name of Chinese."""

    def get_translations(self, form: Form) -> Any:
        """WTForms' catalogue."""
        return get_translations(["zh" if is_chinese() else "en"])


class SeenForm(FlaskForm):  # type: ignore[misc]  # the library is untyped
    """A form that knows what stood there when it was opened; `conflict` says so when that has changed meanwhile."""

    Meta = OwnLanguage

    seen = HiddenField()
    conflict = ""
    places: dict[str, str] = {}  # noqa: RUF012 - class-wide, never changed
    """A service's name of a field → the form's, where they differ."""

    def attempt(self, act: Callable[[], Any]) -> int:
        """Does it and commits: SAVED. Else nothing is kept, the form says why, and the page's status is given."""
        if not self.validate():
            db.session.rollback()
            return WRONG
        try:
            act()
        except InvalidError as error:
            db.session.rollback()
            self.show_problems(error.problems)
            return WRONG
        except EditedElsewhereError as error:
            db.session.rollback()
            self.conflict, self.seen.data = say(error.sentence), error.current.mark()
            return CHANGED_ELSEWHERE
        db.session.commit()
        return SAVED

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Puts each problem beside its field, or on top of the form where there is no such field."""
        by_name = {field.name: field for field in every_field(self)}
        for problem in problems:
            field = by_name.get(self.places.get(problem.field, problem.field))
            if field is None or isinstance(field, FieldList | FormField):
                self.form_errors.append(say(problem.sentence))
            else:
                field.errors = [*field.errors, say(problem.sentence)]


class SectionForm(SeenForm):
    """A form of one section of the profile."""

    @classmethod
    def opened(cls, section: Section) -> Self:
        """The form as the section fills it, or as it was just sent."""
        return cls(seen=section.mark(), **cls.values_of(section))

    @classmethod
    def values_of(cls, section: Any) -> dict[str, Any]:
        """The section's values by the names of the form's fields."""
        return {name: getattr(section, name) for name in section.__dataclass_fields__}

    def section(self) -> Section:
        """What the form says."""
        raise NotImplementedError

    def changes_rows(self) -> bool:
        """Adds or removes the row that a button asks for, and says whether one did; nothing is saved then."""
        return False


def every_field(form: Form) -> Iterator[AnyField]:
    """All fields of a form, those of its rows too."""
    for field in form:
        yield field
        for entry in field.entries if isinstance(field, FieldList) else ():
            yield entry
            if isinstance(entry, FormField):
                yield from every_field(entry.form)


def change_rows(rows: FieldList) -> bool:
    """Adds a row (`add=windows`) or takes one away (`remove=windows-2`) as the pressed button says."""
    if request.form.get("add") == rows.name:
        if len(rows.entries) < rows.max_entries:
            rows.append_entry()
        return True
    removed = request.form.get("remove", "")
    kept = [entry for entry in rows.entries if entry.name != removed]
    if len(kept) == len(rows.entries):
        return False
    rows.entries[:] = kept
    if not kept:
        rows.append_entry()
    return True
