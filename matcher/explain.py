"""Which phrases of a need and of a passage correspond: the same words, the same concept, or the same meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.encoders import PhraseEncoder
from matcher.lexical import TermBank
from matcher.lexical.telling import is_telling
from matcher.lexical.wording import Wording, common_runs
from matcher.recent import Recent
from matcher.types import Link

SAME_MOST, TERM_MOST, MEANING_MOST = 4, 3, 2
CLEAR = 2.2
"""A pair of phrases corresponds when its similarity stands out by this many standard deviations of all pairs."""
ALIKE, ALIKE_ACROSS = 0.70, 0.65
"""Cosine from which two phrases of one language, or of two, mean the same. Of pairs of the demo that stood out, those
below were chance (桑蚕 → Cunninghamia 0.56); translations lie lower than paraphrases (羊羔拉稀 → lamb diarrhea 0.64).
"""
TEXTS_KEPT = 4096
"""Texts whose phrases are kept in memory, with a vector of 1 kB each: 6 phrases a title, 30 an abstract."""

HalfVectors = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Floors:
    """The cosine that a link by meaning must reach, within one language and across two."""

    within: float = ALIKE
    across: float = ALIKE_ACROSS

    def of(self, ours: Sequence[str], theirs: Sequence[str]) -> npt.NDArray[np.float32]:
        """The floor of each pair, `(len(ours), len(theirs))`."""
        here, there = (np.array([phrase.isascii() for phrase in phrases], bool) for phrases in (ours, theirs))
        return np.where(here[:, None] == there[None, :], self.within, self.across).astype(np.float32)


class Explainer:
    """Finds links between texts; what it works out of a text is kept for a while. Threads may share one."""

    def __init__(
        self, encode: PhraseEncoder, bank: TermBank, *, alike: Floors = Floors(), texts_kept: int = TEXTS_KEPT
    ) -> None:
        self._encode, self._bank, self._alike = encode, bank, alike
        self._wordings: Recent[str, Wording] = Recent(texts_kept)
        self._vectors: Recent[str, HalfVectors] = Recent(texts_kept)

    def prepare(self, texts: Iterable[str], *, keep: bool = True) -> None:
        """Encodes the phrases of these texts together, so that `links` need not one by one.

        Called with a passage when it is indexed, it leaves the phrases' vectors in the cache on disk.
        """
        self._vectors_of(tuple(dict.fromkeys(texts)), keep=keep)

    def links(self, need: str, passage: str, *, by_meaning: bool = True) -> tuple[Link, ...]:
        """Links between the texts of a need and of a passage, surest kind first.

        `by_meaning` False leaves out those that need the encoder.
        """
        here, there = self._wording_of(need), self._wording_of(passage)
        links = [*_by_term(here, there), *_by_words(here, there)]
        if by_meaning:
            known = {link.need for link in links}
            links += [link for link in self._by_meaning(here, there) if link.need not in known]
        return tuple(dict.fromkeys(links))

    def _wording_of(self, text: str) -> Wording:
        return self._wordings.of(text, lambda text: Wording.of(text, self._bank))

    def _vectors_of(self, texts: Sequence[str], *, keep: bool = True) -> Mapping[str, HalfVectors]:
        """Of each text the vectors of its phrases, one a row."""
        found = {text: self._vectors.get(text) for text in texts}
        phrases = {text: self._wording_of(text).phrases for text, vectors in found.items() if vectors is None}
        new = sorted({phrase for mine in phrases.values() for phrase in mine})
        encoded = dict(zip(new, self._encode(new, keep=keep).astype(np.float16), strict=True)) if new else {}
        for text, mine in phrases.items():
            vectors = np.stack([encoded[phrase] for phrase in mine]) if mine else np.zeros((0, 0), np.float16)
            self._vectors.put(text, vectors)
            found[text] = vectors
        return {text: vectors for text, vectors in found.items() if vectors is not None}

    def _by_meaning(self, here: Wording, there: Wording) -> list[Link]:
        if len(here.phrases) * len(there.phrases) < 4:
            return []
        vectors = self._vectors_of((here.text, there.text))
        ours, theirs = (vectors[wording.text].astype(np.float32) for wording in (here, there))
        alike = ours @ theirs.T
        return _standing_out(here.phrases, there.phrases, alike, self._alike.of(here.phrases, there.phrases))


def _by_term(here: Wording, there: Wording) -> list[Link]:
    concepts = here.mentions.keys() & there.mentions.keys()
    pairs = {(here.mentions[concept], there.mentions[concept]) for concept in concepts}
    ordered = sorted(pairs, key=lambda pair: (-len(pair[0]), pair))[:TERM_MOST]
    return [Link(a, b, "same" if a == b else "term", 1.0) for a, b in ordered]


def _by_words(here: Wording, there: Wording) -> list[Link]:
    ordered = sorted(common_runs(here, there), key=lambda pair: (-len(pair[0]), pair))
    kept: list[tuple[str, str]] = []
    for a, b in ordered:  # what is only a part of a longer one says nothing more
        if is_telling(a) and not any(a in longer and b in same for longer, same in kept):
            kept.append((a, b))
    return [Link(a, b, "same", 1.0) for a, b in kept[:SAME_MOST]]


def _standing_out(
    ours: Sequence[str],
    theirs: Sequence[str],
    similarity: npt.NDArray[np.float32],
    floors: npt.NDArray[np.float32],
) -> list[Link]:
    """Pairs that are each other's best, stand out and reach the floor; the arrays are `(len(ours), len(theirs))`.

    Rows and columns are centred first: some phrases are close to everything, and languages differ in their level.
    """
    centred = similarity - similarity.mean(axis=1, keepdims=True) - similarity.mean(axis=0) + similarity.mean()
    spread = float(centred.std())
    if spread < 1e-6:
        return []
    links, best_of_theirs = [], centred.argmax(axis=0).tolist()
    for i, j in enumerate(centred.argmax(axis=1).tolist()):
        strength = float(centred[i, j]) / spread
        stands_out = strength >= CLEAR and best_of_theirs[j] == i and similarity[i, j] >= floors[i, j]
        if stands_out and ours[i] != theirs[j] and is_telling(ours[i]) and is_telling(theirs[j]):
            links.append(Link(ours[i], theirs[j], "meaning", round(strength, 3)))
    return sorted(links, key=lambda link: (-link.strength, link.need))[:MEANING_MOST]
