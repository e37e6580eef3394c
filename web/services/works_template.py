"""The Excel template for works: headings, a list of kinds to choose from, and a sheet that explains."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from web.services.works import ABSTRACT_CHARS, EARLIEST_YEAR, MOST_WORKS, NAMES, TITLE_CHARS, VENUE_CHARS
from web.services.works_sheet import TEMPLATE_KINDS

WIDTHS = {"kind": 12, "title": 56, "year": 10, "venue": 32, "keywords": 32, "abstract": 80}
ROWS = MOST_WORKS + 1


def works_template(lang: Literal["zh", "en"]) -> bytes:
    """The workbook, empty but for its headings."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    is_zh = lang == "zh"
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "代表作" if is_zh else "Works"
    sheet.append([getattr(NAMES[name], lang) for name in WIDTHS])
    for column, width in zip(sheet.columns, WIDTHS.values(), strict=True):
        cell = column[0]
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8F0FB")
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
    kinds = DataValidation(type="list", formula1=f'"{",".join(TEMPLATE_KINDS[lang])}"', allow_blank=True)
    kinds.add(f"A2:A{ROWS}")
    years = DataValidation(type="whole", operator="between", formula1=str(EARLIEST_YEAR), formula2="2100")
    years.add(f"C2:C{ROWS}")
    for rule in (kinds, years):
        sheet.add_data_validation(rule)
    notes = workbook.create_sheet("填写说明" if is_zh else "How to fill in")
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 28, 96
    for line in _notes(lang):
        notes.append(line)
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def _notes(lang: Literal["zh", "en"]) -> list[tuple[str, str]]:
    names = {name: getattr(sentence, lang) for name, sentence in NAMES.items()}
    kinds = TEMPLATE_KINDS[lang]
    if lang == "zh":
        return [
            ("一行一项成果", f"最多 {MOST_WORKS} 项；只有题目必填。匹配依据题目、关键词和摘要，摘要写得越具体越好。"),
            (names["kind"], f"从列表中选：{'、'.join(kinds)}；不填按论文。"),
            (names["title"], f"最多 {TITLE_CHARS} 字，中文或英文均可。"),
            (names["year"], "四位年份，如 2024。"),
            (names["venue"], f"期刊名、出版社、专利号或标准号，最多 {VENUE_CHARS} 字。"),
            (names["keywords"], "用顿号、逗号或分号分开。"),
            (names["abstract"], f"最多 {ABSTRACT_CHARS} 字。"),
        ]
    return [
        (
            "One work a row",
            f"At most {MOST_WORKS}; only the title is required. Matching reads title, keywords and abstract.",
        ),
        (names["kind"], f"Choose from the list: {', '.join(kinds)}; empty means {kinds[0]}."),
        (names["title"], f"At most {TITLE_CHARS} characters, in Chinese or English."),
        (names["year"], "Four digits, such as 2024."),
        (names["venue"], f"Journal, publisher, patent or standard number, at most {VENUE_CHARS} characters."),
        (names["keywords"], "Separated by commas or semicolons."),
        (names["abstract"], f"At most {ABSTRACT_CHARS} characters."),
    ]
