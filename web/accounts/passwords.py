"""What a password must be: long enough, and not one that guessers try first."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_security import PasswordUtil

SHORTEST, LONGEST = 10, 200
"""Characters, after normalisation."""
FEWEST_DIFFERENT = 5
"""Different characters."""

_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_OFTEN = (
    "1234567890a a123456789 a1234567890 aa12345678 aa123456789 abc123456789 abcd123456 abcd1234567 abcd12345678 "
    "admin12345 admin123456 admin@1234 administrator asdf123456 asdfghjkl123 changeme123 chinanumber1 "
    "dongcai123 football123 google1234 iloveyou123 iloveyou520 iloveyou1314 letmein123 microsoft1 mima123456 "
    "monkey12345 passw0rd123 password01 password10 password12 password123 password1234 password12345 "
    "password2024 password2025 password2026 p@ssw0rd12 p@ssw0rd123 p@ssword123 qazwsx12345 qazwsxedc123 "
    "qq123456789 qwer123456 qwer12345678 qwerty12345 qwerty123456 qwertyuiop123 root123456 root12345678 "
    "sunshine123 superman123 taobao1234 test123456 test12345678 wang123456 welcome123 welcome2026 woaini1314 "
    "woaini123456 woaini5201314 woaiwojia123 woaizhongguo zhang123456 zhongguo123 zxcvbnm123 5201314520 "
    "5201314woaini"
)
COMMON = frozenset(_OFTEN.split())
"""Passwords of at least SHORTEST characters that turn up again and again."""


def normalise(password: str) -> str:
    """The password as it is kept: full-width and composed forms of a character count as the plain one (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def problems(password: str, *, email: str = "") -> list[str]:
    """What is wrong with a normalised password, in the page's language; empty when it is good enough."""
    length = len(password)
    if length < SHORTEST:
        return [_("密码至少 %(least)s 位，现在 %(now)s 位", least=SHORTEST, now=length)]
    if length > LONGEST:
        return [_("密码最多 %(most)s 位，现在 %(now)s 位", most=LONGEST, now=length)]
    if _is_guessable(password.lower()):
        return [_("这个密码太常见，容易被猜到，请换一个")]
    if email and email.split("@", maxsplit=1)[0].lower() in password.lower():
        return [_("密码里不要包含邮箱名，请换一个")]
    return []


def _is_guessable(lowered: str) -> bool:
    runs = (*_RUNS, *(run[::-1] for run in _RUNS))
    return lowered in COMMON or len(set(lowered)) < FEWEST_DIFFERENT or any(lowered in run for run in runs)


class PasswordRules(PasswordUtil):
    """The same rules for Flask-Security's forms."""

    def normalize(self, password: str) -> str:
        """See `normalise`."""
        return normalise(password)

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """(problems or None, the normalised password)."""
        normal = normalise(password)
        email = getattr(kwargs.get("user"), "email", None) or str(kwargs.get("email") or "")
        return problems(normal, email=email) or None, normal
