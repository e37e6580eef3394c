"""What was worked out lately, kept for a while, by several threads at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """At most `most` values by key; the one that was not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        if most < 1:
            raise ValueError(f"room for at least one value is needed, not {most}")
        self.most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Value | None:
        """The value kept under the key, None when there is none."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        """Keeps the value under the key."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)

    def of(self, key: Key, make: Callable[[Key], Value]) -> Value:
        """The value kept under the key, or a new one. Two threads may both make it; nobody waits for another."""
        value = self.get(key)
        if value is None:
            value = make(key)
            self.put(key, value)
        return value
