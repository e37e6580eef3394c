"""The demo's people in the browser: signing in, the mail that they get, the codes on their phone."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from pathlib import Path

from playwright.sync_api import Page

from web.services.demo_people import DOMAIN, PASSWORD


def address(account: str) -> str:
    """What a demo account signs in with."""
    return f"{account}@{DOMAIN}"


def sign_in(page: Page, account: str) -> None:
    """Signs in by the form."""
    enter(page, address(account), PASSWORD)
    page.wait_for_url(lambda url: "/login" not in url)


def enter(page: Page, email: str, password: str) -> None:
    """Fills the form of the sign-in page and sends it."""
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", password)
    page.press("#password", "Enter")


def link_in_mail(var_dir: Path, *, to: str, within_s: float = 10) -> str:
    """The link in the newest mail to somebody. Mail is written as text files where no mail server is set."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        for path in sorted((var_dir / "mail").glob("*.txt"), reverse=True):
            text = path.read_text("utf-8")
            if f"To: {to}\n" in text:
                found = re.search(r"https?://\S+", text)
                assert found, text
                return found.group()
        time.sleep(0.1)
    raise AssertionError(f"no mail to {to}")


def code_of(secret: str, *, steps_ago: int = 0) -> str:
    """The six digits that an authenticator application shows for a secret (RFC 6238: SHA-1, 30 s)."""
    plain = re.sub(r"[\s-]", "", secret).upper()
    key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    counter = int(time.time() // 30) - steps_ago
    digest = hmac.new(key, struct.pack(">Q", counter), "sha1").digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
