"""Encoded texts kept by content hash, so that the same text is never encoded twice by the same encoder."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from matcher.errors import MatcherError

FILE_NAME = "vectors.sqlite3"
_LOOK_UP = 500


class VectorCacheError(MatcherError):
    """The cache file cannot be used; it may be deleted, nothing but time is lost with it."""


def content_key(fingerprint: str, side: str, text: str) -> bytes:
    """16 bytes that name one text, on one side (`query` or `passage`), by one encoder."""
    return hashlib.blake2b(f"{fingerprint}\0{side}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


class VectorCache:
    """Half-precision vectors in one SQLite file that several processes, and the threads of each, may share.

    Every method raises VectorCacheError when the file cannot be used or is not such a cache.
    """

    def __init__(self, folder: Path) -> None:
        self.path, self._lock = folder / FILE_NAME, Lock()
        with self._named():
            folder.mkdir(parents=True, exist_ok=True)
            # One connection, one thread at a time: a look-up takes microseconds, and threads come and go.
            self._connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
            )
            self._connection.execute("SELECT key, vector FROM vectors LIMIT 0")

    def get(self, keys: Sequence[bytes]) -> dict[bytes, npt.NDArray[np.float16]]:
        """The vectors that are there, by key."""
        found: dict[bytes, npt.NDArray[np.float16]] = {}
        for start in range(0, len(keys), _LOOK_UP):
            part = keys[start : start + _LOOK_UP]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608 - only question marks
            with self._named(), self._lock:
                rows = self._connection.execute(query, part).fetchall()
            found.update((key, np.frombuffer(blob, np.float16)) for key, blob in rows)
        return found

    def put(self, vectors: dict[bytes, npt.NDArray[np.float16]]) -> None:
        """Keeps the vectors, in one transaction."""
        with self._named(), self._lock, self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)", [(k, v.tobytes()) for k, v in vectors.items()]
            )

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise VectorCacheError(
                f"the vector cache {self.path} cannot be used ({error}); delete it or set DONGCAI_CACHE_DIR"
            ) from error
