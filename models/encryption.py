"""Encryption of personal data at rest: Fernet with rotatable keys, and a keyed digest to find a value by.

The application calls `use_keys` once at start. The first key encrypts; every key decrypts.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeyMissingError(RuntimeError):
    """No key was set, or none of the keys opens a value."""


class _Ring:
    """The keys of this process."""

    fernet: MultiFernet | None = None
    digest_key: bytes = b""


def use_keys(keys: Sequence[bytes]) -> None:
    """Sets the Fernet keys (url-safe base64, 32 bytes each), the newest first. Raises ValueError for none."""
    if not keys:
        raise ValueError("at least one data key is needed")
    _Ring.fernet = MultiFernet([Fernet(key) for key in keys])
    # The oldest key makes the digests: they survive a rotation that adds a key in front.
    _Ring.digest_key = hashlib.sha256(b"dongcai lookup digest" + keys[-1]).digest()


def new_key() -> bytes:
    """A fresh key."""
    return Fernet.generate_key()


def encrypt(text: str) -> str:
    """The text as a token under the newest key."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text of a token. Raises KeyMissingError when none of the keys opens it."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise KeyMissingError("a value is encrypted with a key that is not among DONGCAI_DATA_KEYS") from error


def lookup_digest(text: str) -> str:
    """64 hex digits by which an encrypted value is found: the same for the same text, of no use without the key."""
    _fernet()
    return hmac.new(_Ring.digest_key, text.encode(), hashlib.sha256).hexdigest()


def _fernet() -> MultiFernet:
    if _Ring.fernet is None:
        raise KeyMissingError("no data keys were set")
    return _Ring.fernet
