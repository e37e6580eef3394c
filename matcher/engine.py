"""The engine: needs and experts in, rankings with reasons out, from either side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.assessment import Assessment, NeedAssessment, best_first
from matcher.background import Background
from matcher.eligibility import check, is_eligible
from matcher.encoders import Encoder
from matcher.explain import Explainer
from matcher.fusion import estimate_spread
from matcher.lexical import TermBank, tokens
from matcher.needs import NeedTable
from matcher.pool import Pool
from matcher.prepared import PreparedNeed, Vector
from matcher.ranker import RankerProfile
from matcher.reasons import Pair, carried_by, matches_of
from matcher.recent import Recent
from matcher.scoring import Scored, score_experts, score_needs, score_rows
from matcher.searchable import Mask, Searchable
from matcher.text import need_text
from matcher.types import Exclusion, Match, Need, Ranking

MOST_PROPOSED = 100
"""In a large pool, a longer list than this is taken from all eligible experts, not from those the index proposes."""
MEANING_RANKS = 20
"""`rank` links phrases by meaning down to this rank; below it by words and terms alone, which costs no encoding."""
DRAFTS_KEPT = 256
"""Query vectors of texts being typed that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, or why not: the expert's match, whether rules let it stand, its rank of how many, and the first one's match.

    For an excluded expert `match.rank` is the rank it would have if only its own failed rules were lifted.
    """

    match: Match
    is_eligible: bool
    of: int
    leader: Match


class Engine:
    """Ranks experts for needs, and needs for experts. All parts are handed in; `matcher.opening` has the usual ones.

    Threads may share one engine.
    """

    def __init__(
        self, *, encoder: Encoder, background: Background, bank: TermBank, profile: RankerProfile, explainer: Explainer
    ) -> None:
        self.encoder, self.background, self.bank = encoder, background, bank
        self.profile, self.explainer = profile, explainer
        self._drafts: Recent[str, Vector] = Recent(DRAFTS_KEPT)

    def warm_up(self) -> None:
        """Loads what the first text that needs it would else load (models, dictionaries), so that nobody waits."""
        need = self.prepare_need(Need("", problem="预热"), keep=False)
        self.explainer.prepare([need.text], keep=False)

    def encode_need(self, need: Need, *, keep: bool = True) -> Vector:
        """The need's query vector, `(dim,)`. `keep` False: a text being typed, which the cache on disk never sees."""
        text = need_text(need)
        if keep:
            return np.asarray(self.encoder.queries([text])[0], np.float32)
        return self._drafts.of(text, lambda text: np.asarray(self.encoder.queries([text], keep=False)[0], np.float32))

    def prepare_need(self, need: Need, *, query: Vector | None = None, keep: bool = True) -> PreparedNeed:
        """Everything of a need that no expert changes; it is encoded unless its query vector is given."""
        text = need_text(need)
        query = self.encode_need(need, keep=keep) if query is None else query
        profile = self.profile
        spread = estimate_spread(query, self.background, own_centre=profile.own_centre, own_scale=profile.own_scale)
        concepts = tuple(mention.concept for mention in self.bank.mentions(text))
        return PreparedNeed(need, text, query, spread, tuple(sorted(set(tokens(text)))), concepts)

    def rank(self, need: Need, pool: Searchable, *, top: int = 10, show_excluded: bool = False) -> Ranking:
        """The best `top` eligible experts (all with 0), each with score, parts, evidence and rules.

        Experts without any text are eligible but cannot be ranked; they are left out.
        """
        assessment = self.assess(need, pool, everybody=top == 0 or top > MOST_PROPOSED)
        ids = assessment.ids(0, top or None)
        matches = (
            *self.matches(assessment, ids[:MEANING_RANKS]),
            *self.matches(assessment, ids[MEANING_RANKS:], by_meaning=False),
        )
        return Ranking(need.id, matches, self.exclusions(assessment) if show_excluded else ())

    def assess(
        self,
        need: Need | PreparedNeed,
        pool: Searchable,
        *,
        query: Vector | None = None,
        within: Mask | None = None,
        everybody: bool = False,
        keep: bool = True,
    ) -> Assessment:
        """Scores of all allowed experts, before any reasons are worked out; `within` is a filter beside the rules.

        In a large pool only the experts whom the index proposes are scored, inside the filter too, unless `everybody`
        is asked for. `query` and `keep`: as for `prepare_need`.
        """
        prepared = self._prepared(need, query=query, keep=keep)
        allowed = pool.mask(prepared.need)
        masks = (allowed,) if within is None else (allowed, allowed & within)
        raw, is_complete = score_experts(prepared, pool, masks, self.profile, everybody=everybody)
        order = best_first(allowed, raw, lambda number: pool.experts[number].id)
        chance = self.profile.calibration.probability(raw)
        return Assessment(prepared, pool, allowed, within, raw, chance, order, is_complete)

    def matches(
        self, assessment: Assessment, expert_ids: Iterable[str], *, by_meaning: bool = True, keep: bool = True
    ) -> tuple[Match, ...]:
        """The matches of these experts, in the order given; those without text are left out.

        Ranks are among all eligible experts; an excluded one gets the rank it would have if only its own failed rules
        were lifted. `by_meaning` False links phrases by words and terms alone. Raises UnknownChoiceError.
        """
        pool, need = assessment.pool, assessment.prepared
        numbers = [pool.number_of(expert_id) for expert_id in expert_ids]
        carried = carried_by(need, pool, numbers, self.profile)
        pairs = [
            Pair(need, pool.experts[n], carried[n], assessment.rank_at(n, carried[n].raw), by_meaning)
            for n in numbers
            if n in carried
        ]
        return matches_of(pairs, self.profile, self.explainer, keep=keep)

    def exclusions(self, assessment: Assessment) -> tuple[Exclusion, ...]:
        """Everybody whom hard rules keep out, by id, with the rules that failed."""
        found = []
        for number in np.flatnonzero(~assessment.allowed & assessment.pool.live).tolist():
            expert = assessment.pool.experts[number]
            failed = tuple(one for one in check(assessment.need, expert) if not is_eligible((one,)))
            found.append(Exclusion(assessment.need.id, expert.id, failed))
        return tuple(sorted(found, key=lambda exclusion: exclusion.expert_id))

    def explain(
        self, need: Need | PreparedNeed, pool: Searchable, expert_id: str, *, query: Vector | None = None
    ) -> Explanation | None:
        """Why, or why not, for one expert of the pool; None when the profile has no text to rank.

        Raises UnknownChoiceError when the pool has no such expert.
        """
        number = pool.number_of(expert_id)
        assessment = self.assess(need, pool, query=query, everybody=True)
        eligible = bool(assessment.allowed[number])
        carried = carried_by(assessment.prepared, pool, [number], self.profile).get(number)
        if carried is None:
            return None
        rank = assessment.rank_at(number, carried.raw)
        (mine,) = self.matches(assessment, [expert_id], by_meaning=rank <= MEANING_RANKS)
        leader = mine if rank == 1 else self.matches(assessment, assessment.ids(0, 1))[0]
        return Explanation(mine, eligible, len(assessment.eligible) + (not eligible), leader)

    def needs_for(
        self, expert_id: str, pool: Searchable, table: NeedTable, *, within: Mask | None = None
    ) -> NeedAssessment:
        """Every need for one expert, with the scores that the needs' employers see; `within` is a filter of needs.

        Raises UnknownChoiceError when the pool has no such expert.
        """
        number = pool.number_of(expert_id)
        expert = pool.experts[number]
        allowed = table.eligibility.mask(expert)
        raw = np.where(allowed, score_needs(number, pool, table, self.profile), np.nan)
        order = best_first(allowed, raw, lambda number: table.needs[number].id)
        chance = self.profile.calibration.probability(raw)
        return NeedAssessment(expert, number, pool, table, allowed, within, raw, chance, order)

    def need_matches(
        self, assessment: NeedAssessment, need_ids: Iterable[str], *, by_meaning: bool = True
    ) -> tuple[Match, ...]:
        """The matches of these needs with the expert, in the order given, as their employers see them.

        Only `rank` differs: the place of the need among those that are open to the expert. Raises UnknownChoiceError.
        """
        number, pairs = assessment.number, []
        for place in map(assessment.table.number_of, need_ids):
            need = assessment.table.prepared[place]
            carried = carried_by(need, assessment.pool, [number], self.profile).get(number)
            if carried is not None:
                rank = assessment.rank_at(place, carried.raw)
                pairs.append(Pair(need, assessment.expert, carried, rank, by_meaning))
        return matches_of(pairs, self.profile, self.explainer)

    def score(self, need: Need, query: Vector, pool: Pool, allowed: Mask, *, everybody: bool = False) -> Scored:
        """One pool's allowed experts for one encoded need, with the features of every passage: for measurements."""
        prepared = self.prepare_need(need, query=query)
        rows = pool.allowed_rows(allowed) if everybody else pool.candidate_rows(query, allowed, prepared.spread)
        return score_rows(prepared, pool, rows, self.profile)

    def _prepared(self, need: Need | PreparedNeed, *, query: Vector | None, keep: bool) -> PreparedNeed:
        return self.prepare_need(need, query=query, keep=keep) if isinstance(need, Need) else need
