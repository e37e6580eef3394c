"""Lexical evidence: words, character bigrams, and the terms that join folk names, science and English."""

from matcher.lexical.bm25 import LexicalIndex
from matcher.lexical.counts import WordStatistics
from matcher.lexical.termbank import Mention, TermBank, builtin_term_bank
from matcher.lexical.tokens import tokens, words_of

__all__ = ["LexicalIndex", "Mention", "TermBank", "WordStatistics", "builtin_term_bank", "tokens", "words_of"]
