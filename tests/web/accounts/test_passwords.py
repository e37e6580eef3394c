"""What counts as a password."""

from __future__ import annotations

import pytest
from flask import Flask

from web.accounts.passwords import COMMON, LONGEST, SHORTEST, normalise, problems


@pytest.mark.parametrize(
    "password",
    ["枸杞地里的黑果病要治好", "a long pass-phrase 2026", "Zx9!kfQ2m#", "一二三四五六七八九十", "x" * 100 + "abcd"],
)
def test_long_and_uncommon_is_good_enough(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert problems(password, email="ma@example.org") == []


@pytest.mark.parametrize(
    "password",
    ["1234567890", "0987654321", "QWERTYUIOP", "abcdefghijk", "aaaaaaaaaa", "1212121212", "Password123", "woaini1314"],
)
def test_what_everybody_tries_first_is_refused(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert problems(password) == ["这个密码太常见，容易被猜到，请换一个"]


def test_length_is_counted_and_said(app: Flask) -> None:
    with app.test_request_context():
        assert problems("枸杞枸杞枸杞") == ["密码至少 10 位，现在 6 位"]
        assert problems("字" * 201) == ["密码最多 200 位，现在 201 位"]


def test_name_of_the_address_is_no_password(app: Flask) -> None:
    with app.test_request_context():
        assert problems("majianguo-2026", email="Majianguo@example.org") == ["密码里不要包含邮箱名，请换一个"]


def test_full_width_is_the_same_password() -> None:
    assert normalise("Ｐａｓｓ　１２３") == "Pass 123"


def test_every_word_of_the_list_would_pass_but_for_it() -> None:
    assert all(SHORTEST <= len(word) <= LONGEST and word == word.lower() for word in COMMON)
