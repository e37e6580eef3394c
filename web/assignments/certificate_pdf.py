"""The certificate of service on paper: one A4 page with its own font, so that it reads alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from models import Certificate
from web.formats import day, days
from web.language import is_chinese, named, pick

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = Path(__file__).parents[1] / "fonts" / "NotoSansSC-Regular.ttf"
BLUE, GREY, RED = (27, 95, 193), (90, 98, 110), (180, 30, 40)
_LEFT, _WIDTH = 30.0, 150.0


def certificate_pdf(certificate: Certificate, *, verify_url: str) -> bytes:
    """The page in the reader's language. A revoked certificate says so across the top."""
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.set_title(_("服务证明 %(number)s", number=certificate.number))
    page.set_creator("dongcai")
    page.set_lang("zh-CN" if is_chinese() else "en")
    page.add_font("Noto", fname=FONT)
    page.set_auto_page_break(False)
    page.add_page()
    _frame(page)
    _head(page, certificate)
    _body(page, certificate)
    _foot(page, certificate, verify_url)
    return bytes(page.output())


def _frame(page: FPDF) -> None:
    page.set_draw_color(*BLUE)
    page.set_line_width(0.8)
    page.rect(15, 15, 180, 267)
    page.set_line_width(0.2)
    page.rect(17, 17, 176, 263)


def _head(page: FPDF, certificate: Certificate) -> None:
    if certificate.revoked_at is not None:
        _line(page, 28, _("本证明已撤销"), size=14, colour=RED)
    if certificate.assignment.is_demo:
        _line(page, 36, _("演示数据，内容均为虚构，不具效力。"), size=10, colour=RED)
    _line(page, 52, _("东才西用：东西部科技合作柔性引才服务"), size=12, colour=GREY)
    _line(page, 66, _("服务证明"), size=30, colour=BLUE)
    _line(page, 86, _("编号：%(number)s", number=certificate.number), size=11, colour=GREY)


def _body(page: FPDF, certificate: Certificate) -> None:
    from fpdf.enums import WrapMode

    assignment = certificate.assignment
    need, last = assignment.pairing.need, min(assignment.ends, assignment.ended_on or assignment.ends)
    values = {
        "name": assignment.expert.name,
        "starts": day(assignment.starts),
        "ends": day(last),
        "host": named(need.organisation),
        "mode": pick(assignment.pairing.mode, "name"),
        "days": days(certificate.days),
    }
    text = _(
        "兹证明 %(name)s 于 %(starts)s 至 %(ends)s，以“%(mode)s”方式为%(host)s提供服务，经用人单位确认服务 %(days)s。",
        **values,
    )
    page.set_text_color(20, 24, 30)
    page.set_font("Noto", size=15)
    page.set_xy(_LEFT, 108)
    page.multi_cell(_WIDTH, 11, text, align="L", wrapmode=WrapMode.CHAR if is_chinese() else WrapMode.WORD)
    rows = (
        (_("服务内容"), need.title),
        (_("专家单位"), assignment.expert.institution),
        (_("任务编号"), assignment.code),
    )
    page.set_y(page.get_y() + 8)
    for key, value in rows:
        page.set_x(_LEFT)
        page.set_font("Noto", size=11)
        page.multi_cell(_WIDTH, 8, f"{key}{_('：')}{value}", align="L")


def _foot(page: FPDF, certificate: Certificate, verify_url: str) -> None:
    page.set_text_color(*GREY)
    page.set_font("Noto", size=10)
    page.set_xy(_LEFT, 240)
    page.multi_cell(_WIDTH, 6, _("开具日期：%(day)s", day=day(certificate.issued_at)), align="L")
    page.set_x(_LEFT)
    page.multi_cell(_WIDTH, 6, f"{_('核验网址：')}{verify_url}", align="L", link=verify_url)
    page.set_x(_LEFT)
    page.multi_cell(_WIDTH, 6, _("服务天数由用人单位逐日确认；核验页只显示姓名的第一个字。"), align="L")


def _line(page: FPDF, y: float, text: str, *, size: int, colour: tuple[int, int, int]) -> None:
    page.set_text_color(*colour)
    page.set_font("Noto", size=size)
    page.set_xy(_LEFT, y)
    page.cell(_WIDTH, size * 0.5, text, align="C")
