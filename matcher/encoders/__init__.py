"""Encoders: the built-in one, and any that sentence-transformers can load."""

from matcher.encoders.cache import VectorCache, VectorCacheError
from matcher.encoders.encoder import Encoder
from matcher.encoders.phrases import PhraseEncoder
from matcher.encoders.registry import open_encoder, phrase_encoder, ranker_profile_name
from matcher.encoders.remembering import Progress, Vectors

__all__ = [
    "Encoder",
    "PhraseEncoder",
    "Progress",
    "VectorCache",
    "VectorCacheError",
    "Vectors",
    "open_encoder",
    "phrase_encoder",
    "ranker_profile_name",
]
