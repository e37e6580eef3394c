"""Numbers, money, days and dates as people write them, in the page's language."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask_babel import format_datetime, ngettext

from web.language import is_chinese

YUAN = 10_000
"""Yuan in one 万元."""


def number(value: float | None) -> str:
    """1,234 or 0.5; empty for None."""
    return "" if value is None else f"{value:,.10g}"


def signed(value: float) -> str:
    """+0.42 or −0.42, with the sign of mathematics, which is as wide as the plus; 0.00 has none."""
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


def money(value: float | None) -> str:
    """An amount in 万元 as 30 万元, or CNY 300,000 in English."""
    if value is None:
        return ""
    return f"{number(value)} 万元" if is_chinese() else f"CNY {value * YUAN:,.0f}"


def days(value: float | None) -> str:
    """Days with halves."""
    if value is None:
        return ""
    return str(ngettext("%(days)s 天", "%(days)s 天", 1 if value == 1 else 2, days=number(value)))


def day(value: date | datetime | None) -> str:
    """2026-11-23, in Chinese time."""
    if value is None:
        return ""
    return str(format_datetime(value, "yyyy-MM-dd")) if isinstance(value, datetime) else value.isoformat()


def moment(value: datetime | None) -> str:
    """2026-11-23 14:05, in Chinese time."""
    return "" if value is None else str(format_datetime(value, "yyyy-MM-dd HH:mm"))


def month(value: date | None) -> str:
    """2027-03."""
    return "" if value is None else value.strftime("%Y-%m")


def bind(app: Flask) -> None:
    """The filters that templates use."""
    shown = {"number": number, "signed": signed, "money": money, "days": days}
    app.jinja_env.filters.update(**shown, day=day, moment=moment, month=month)
