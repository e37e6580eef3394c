"""What tests read from the ranked page."""

from __future__ import annotations

import re


def cards(html: str) -> list[str]:
    return re.findall(r'<article class="card" id="expert-(ZJ\d+)"', html)


def without_token(html: str) -> str:
    return re.sub(r'(name="csrf_token" value|name="csrf-token" content)="[^"]*"', "", html)
