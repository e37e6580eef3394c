"""The usual engine from settings: encoder, cache, background sample, term bank, learned ranker, explainer."""

from __future__ import annotations

from matcher.background import encode_background
from matcher.config import Settings
from matcher.encoders import Progress, VectorCache, open_encoder, phrase_encoder, ranker_profile_name
from matcher.engine import Engine
from matcher.explain import Explainer
from matcher.lexical import builtin_term_bank
from matcher.ranker import load_profile


def open_engine(settings: Settings, progress: Progress | None = None) -> Engine:
    """An engine ready to rank. Raises EncoderUnavailableError and VectorCacheError."""
    cache = VectorCache(settings.cache_dir)
    encoder = open_encoder(settings.encoder, cache)
    bank = builtin_term_bank()
    return Engine(
        encoder=encoder,
        background=encode_background(encoder, progress),
        bank=bank,
        profile=load_profile(ranker_profile_name(settings.encoder)),
        explainer=Explainer(phrase_encoder(settings.encoder, encoder, cache), bank),
    )
