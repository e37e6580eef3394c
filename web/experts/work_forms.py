"""Forms of works: one work, what an import is read from, and the table in which it is reviewed."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import Optional

from models.choices import WorkKind
from web.experts.fields import LineField, ParagraphsField, TitleField, WordsField, YearField
from web.experts.section_form import SeenForm
from web.labels import pairs
from web.services.works import WorkValue
from web.services.works_import import MOST_READ, ReadWork

WRITTEN_CHARS = 300


class WorkFields(Form):  # type: ignore[misc]  # the library is untyped
    """What a work consists of."""

    title = TitleField(_l("题目"))
    kind = SelectField(_l("类型"), choices=pairs(WorkKind), default=WorkKind.PAPER.value)
    year = YearField(_l("年份"), validators=[Optional()])
    venue = LineField(_l("刊物、出版社或编号"))
    keywords = WordsField(_l("关键词"))
    abstract = ParagraphsField(_l("摘要"))

    def work(self) -> WorkValue:
        """What the form says; a kind that there is not, which only a check would refuse, is a paper here."""
        return WorkValue(
            title=self.title.data,
            kind=WorkKind(self.kind.data) if self.kind.data in set(WorkKind) else WorkKind.PAPER,
            year=self.year.data,
            venue=self.venue.data,
            keywords=self.keywords.data or (),
            abstract=self.abstract.data or "",
        )


def values_of(work: WorkValue) -> dict[str, Any]:
    """A work by the names of the form's fields."""
    values = {name: getattr(work, name) for name in ("title", "year", "venue", "keywords", "abstract")}
    return {**values, "kind": work.kind.value}


class WorkForm(SeenForm, WorkFields):
    """One work."""

    @classmethod
    def opened(cls, work: WorkValue) -> WorkForm:
        """The form as the work fills it, or as it was just sent."""
        return cls(seen=work.mark(), **values_of(work))


class UndoForm(WorkForm):
    """A deleted work, carried by the page until the person leaves it."""

    position = IntegerField(validators=[Optional()])


class ListForm(SeenForm):
    """A pasted list."""

    text = TextAreaField(_l("成果列表"))


class BibtexForm(SeenForm):
    """BibTeX, as a file or as text."""

    file = FileField(_l("BibTeX 文件"))
    text = TextAreaField(_l("或者粘贴 BibTeX 文本"))


class SheetForm(SeenForm):
    """A filled template."""

    file = FileField(_l("填好的 Excel 模板"))


class ReviewRow(WorkFields):
    """One work of an import: whether it is to be saved, and what stood there."""

    keep = BooleanField(_l("保存"))
    written = HiddenField()
    place = HiddenField()
    keywords = WordsField(_l("关键词"))
    abstract = ParagraphsField(_l("摘要"))


class ReviewForm(SeenForm):
    """What an import understood, to be corrected before it is saved; `text` holds the lines that it did not."""

    source = HiddenField()
    rows = FieldList(FormField(ReviewRow), max_entries=MOST_READ)
    text = TextAreaField(_l("没有读出来的行"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Only the rows that are kept; at least one."""
        every = list(self.rows.entries)
        kept = [entry for entry in every if entry.form.keep.data]
        self.rows.entries[:] = kept
        is_valid = bool(super().validate(extra_validators))
        self.rows.entries[:] = every
        if is_valid and not kept:
            self.form_errors.append(_("一项也没有勾选；勾选要保存的成果"))
            return False
        self.places = {
            f"works-{number}-{field.short_name}": field.name
            for number, entry in enumerate(kept)
            for field in entry.form
        }
        return is_valid

    def works(self) -> tuple[WorkValue, ...]:
        """The works of the rows that are kept."""
        return tuple(entry.form.work() for entry in self.rows.entries if entry.form.keep.data)

    def add(self, read: ReadWork, *, keep: bool) -> None:
        """Adds a row; where there is no more room, none."""
        if len(self.rows.entries) < MOST_READ:
            written = read.written[:WRITTEN_CHARS]
            self.rows.append_entry({**values_of(read.work), "keep": keep, "written": written, "place": read.place})
