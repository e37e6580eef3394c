"""An agreement as a Word file: parties, terms, clauses, and a table to sign, in Chinese fonts."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from web.services.agreement_annexes import Annex
from web.services.agreement_text import AgreementText, Party

BODY, HEAD, LATIN = "宋体", "黑体", "Times New Roman"
_DIGITS = "零一二三四五六七八九"
_NO_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))
"""Characters that no XML file can hold."""


def word_file(text: AgreementText) -> bytes:
    """The bytes of the .docx."""
    word = docx.Document()
    _set_up(word, text)
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(title, text.title, font=HEAD, size=18)
    number = word.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(number, f"对接编号：{text.code}", size=10.5)
    for party in text.parties:
        _add_party(word, party)
    names = "、".join(party.word for party in text.parties)
    _add(word, f"为开展柔性引才合作，{names}经平等协商，自愿订立本协议，共同遵守。")
    _add_articles(word, text)
    _add_signatures(word, text.parties)
    for order, annex in enumerate(text.annexes, 1):
        _add_annex(word, order, annex)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def numeral(number: int) -> str:
    """A number from 1 to 99 as an article has it: 十二."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")


def _set_up(word: WordFile, text: AgreementText) -> None:
    style = word.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    style.paragraph_format.line_spacing = 1.5
    style.paragraph_format.space_after = Pt(0)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin = section.bottom_margin = Cm(2.5)
    word.core_properties.title, word.core_properties.author = text.title, ""
    word.core_properties.language = "zh-CN"
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(footer, f"{text.code}　第 ", size=9)
    _add_page_number(_write(footer, "", size=9))
    _write(footer, " 页", size=9)


def _add_party(word: WordFile, party: Party) -> None:
    _add(word, f"{party.word}（{party.role}）：{party.name}", font=HEAD, indent=False, before=6)
    for name, value in party.lines:
        _add(word, f"{name}：{value}")


def _add_articles(word: WordFile, text: AgreementText) -> None:
    _add(word, f"第{numeral(1)}条　合作内容", font=HEAD, indent=False, before=6)
    table = word.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in text.terms:
        cells = table.add_row().cells
        _write(cells[0].paragraphs[0], name)
        _write(cells[1].paragraphs[0], value)
    _set_widths(table, (Cm(4), Cm(11.4)))
    number = 1
    for number, (title, words) in enumerate(text.clauses, 2):
        _add(word, f"第{numeral(number)}条　{title}", font=HEAD, indent=False, before=6)
        for line in words.split("\n"):
            _add(word, line)
    _add(word, f"第{numeral(number + 1)}条　附则", font=HEAD, indent=False, before=6)
    copies = _DIGITS[len(text.parties)]
    _add(word, f"本协议自{copies}方签字盖章之日起生效，一式{copies}份，各方各执一份，具有同等效力。")
    if text.annexes:
        names = "、".join(f"附表{numeral(order)}“{annex.name}”" for order, annex in enumerate(text.annexes, 1))
        _add(word, f"{names}是本协议的组成部分，与正文具有同等效力。")
    if text.approval:
        _add(word, text.approval)


def _add_signatures(word: WordFile, parties: tuple[Party, ...]) -> None:
    _add(word, "签署", font=HEAD, indent=False, before=12)
    table = word.add_table(rows=4, cols=len(parties) + 1, style="Table Grid")
    for row, name in zip(table.rows, ("", "签字", "盖章", "日期"), strict=True):
        _write(row.cells[0].paragraphs[0], name)
        row.height = Cm(1.4)
    for column, party in enumerate(parties, 1):
        _write(table.cell(0, column).paragraphs[0], f"{party.word}（{party.role}）\n{party.name}", size=10.5)
        _write(table.cell(2, column).paragraphs[0], "（个人不需盖章）" if party.is_person else "", size=9)
        _write(table.cell(3, column).paragraphs[0], "　　年　　月　　日", size=10.5)
    _set_widths(table, (Cm(1.8), *(Cm(13.6 / len(parties)) for _ in parties)))
    for row in table.rows:  # the table stays on one page
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _add_annex(word: WordFile, order: int, annex: Annex) -> None:
    _add(word, f"附表{numeral(order)}　{annex.name}", font=HEAD, indent=False, before=12)
    table = word.add_table(rows=0, cols=len(annex.head), style="Table Grid")
    for row, font in ((annex.head, HEAD), *((row, BODY) for row in annex.rows)):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], words, font=font, size=10.5)


def _add(word: WordFile, text: str, *, font: str = BODY, indent: bool = True, before: float = 0) -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(before)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(24)
    else:
        paragraph.paragraph_format.keep_with_next = True
    _write(paragraph, text, font=font)


def _write(paragraph: Paragraph, text: str, *, font: str = BODY, size: float | None = None) -> Run:
    run = paragraph.add_run(text.translate(_NO_CONTROLS))
    run.font.name = LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if size is not None:
        run.font.size = Pt(size)
    return run


def _add_page_number(run: Run) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _set_widths(table: Table, widths: tuple[Cm, ...]) -> None:
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
