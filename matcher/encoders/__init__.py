"""Encoders: the built-in one, and any that sentence-transformers can load."""

from matcher.encoders.cache import VectorCache, VectorCacheError
from matcher.encoders.encoder import Encoder, Progress, Vectors
from matcher.encoders.registry import open_encoder, phrase_encoder, ranker_profile_name

__all__ = [
    "Encoder",
    "Progress",
    "VectorCache",
    "VectorCacheError",
    "Vectors",
    "open_encoder",
    "phrase_encoder",
    "ranker_profile_name",
]
