"""The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015)."""

from __future__ import annotations

from stdnum.cn import uscc


def is_valid_credit_code(code: str) -> bool:
    """Whether the 18 characters are a code with the right check character (and a right organisation code inside)."""
    return bool(uscc.is_valid(code)) and len(code) == 18
