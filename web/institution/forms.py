"""The forms of this folder. They read texts into values; the services judge the values."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, FileField, RadioField, StringField, TextAreaField

from matcher.records import cells
from web.needs.form_fields import DayText, lines, one_line
from web.pairings.forms import OrderForm, ReasonForm
from web.services.agreements import SignedOn

__all__ = ["EndForm", "NoticeForm", "ObjectionForm", "OfficerForm", "OrderForm", "ReasonForm", "SettleForm", "SignForm"]


class DayBox(DayText):
    """A date; what cannot be read is no date, and stays in the box for the service's sentence beside it."""

    def read(self, text: str) -> Any:
        """2026-11-23, 2026年11月23日, 2026/11/23."""
        try:
            return self.parse("".join(unicodedata.normalize("NFKC", text).split()))
        except cells.CellError:
            return None

    @property
    def text(self) -> str:
        """What was typed, where it is no date."""
        written: Sequence[Any] = self.raw_data or ()
        return one_line(str(written[0]))[:40] if written and self.data is None else super().text


class NoticeForm(OrderForm):
    """Where and from when a notice is shown."""

    place = StringField(_l("公示地点"), filters=[one_line])
    starts = DayBox(_l("第一天"))


class EndForm(OrderForm):
    """Up to when it was shown."""

    ends = DayBox(_l("最后一天"))


class ObjectionForm(OrderForm):
    """Who does not agree says so."""

    received_on = DayBox(_l("收到日期"))
    text = TextAreaField(_l("异议内容"), filters=[lines])


class SettleForm(OrderForm):
    """What became of an objection."""

    result = RadioField(_l("处理结果"), validate_choice=False)
    settlement = TextAreaField(_l("处理说明"), filters=[lines])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result.choices = [("dismissed", _l("异议不成立，公示继续")), ("upheld", _l("异议成立，公示终止"))]


class OfficerForm(OrderForm):
    """Whom an expert names."""

    name = StringField(_l("经办人姓名"), filters=[one_line])
    email = EmailField(_l("经办人邮箱"), filters=[one_line])


class SignForm(OrderForm):
    """The signed agreement and the days on which the parties have signed."""

    file = FileField(_l("签好的协议"))
    employer_signed_on = DayBox(_l("用人单位签署日期"))
    institution_signed_on = DayBox(_l("派出单位签署日期"))
    expert_signed_on = DayBox(_l("专家签署日期"))

    def dates(self) -> SignedOn:
        """The days as the service takes them."""
        return SignedOn(self.employer_signed_on.data, self.expert_signed_on.data, self.institution_signed_on.data)
