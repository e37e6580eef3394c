"""Vectors by id, found by inner product: the protocol, the embedded index, and how it is kept on disk."""

from matcher.index.faiss_index import EXACT_LIMIT, FaissIndex
from matcher.index.protocol import NO_ID, VectorIndex
from matcher.index.storage import load, save

__all__ = ["EXACT_LIMIT", "NO_ID", "FaissIndex", "VectorIndex", "load", "save"]
