"""FAISS, untyped: its stubs (1.15) lack `DirectMap` and misname the arguments of selectors and search parameters."""

from __future__ import annotations

from typing import Any

import faiss as _faiss

faiss: Any = _faiss
