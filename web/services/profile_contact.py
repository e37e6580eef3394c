"""Phone numbers, e-mail addresses and ID numbers as people write them."""

from __future__ import annotations

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email
from stdnum.cn import ric

from web.services.profile_checks import Checks

_PHONE = re.compile(r"(?:\+\d{6,15}|1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?)")


def plain(text: str) -> str:
    """Full-width characters as plain ones, without any space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def tidy_phone(text: str) -> str:
    """The number without spaces and brackets; `+86` before a mobile number is left out."""
    number = plain(text).replace("(", "").replace(")", "-").replace("—", "-").replace("–", "-").strip("-")
    if not number.startswith("+"):
        return number
    digits = "+" + number[1:].replace("-", "")
    return digits.removeprefix("+86") if re.fullmatch(r"\+861[3-9]\d{9}", digits) else digits


def tidy_email(text: str) -> str:
    """The address without spaces, in plain characters."""
    return plain(text)


def tidy_id_number(text: str) -> str:
    """The eighteen characters."""
    return plain(text).replace("-", "").upper()


def check_phone(checks: Checks, phone: str) -> None:
    """A mobile or fixed number of the mainland, or any with its country code."""
    if phone and not _PHONE.fullmatch(phone):
        checks.report(
            "phone",
            "电话号码不对：请填 11 位手机号、带区号的固定电话（如 025-84395000），或以 + 开头的国际号码",
            "This is no phone number: give a mobile number of 11 digits, a fixed line with its area code "
            "(025-84395000), or an international number that begins with +",
        )


def check_email(checks: Checks, email: str) -> None:
    """An address of the right form; nothing is sent."""
    if not email:
        return
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        checks.report(
            "email", "电子邮箱不对：应像 wang@example.org", "This is no e-mail address; one looks like wang@example.org"
        )
    else:
        checks.length("email", email, 254)


def check_id_number(checks: Checks, number: str) -> None:
    """A resident's ID number (GB 11643), by its date of birth and check character."""
    if not number or ric.is_valid(number):
        return
    if len(number) == 18 and number[:17].isdigit():
        zh, en = "身份证号的校验位或出生日期不对，请核对", "The check digit or the date of birth is wrong; please check"
    else:
        zh, en = f"身份证号应为 18 位，现在 {len(number)} 位", f"An ID number has 18 characters, not {len(number)}"
    checks.report("id_number", zh, en)
