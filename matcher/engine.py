"""The engine: one need, a pool of experts, a ranking with reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.background import Background
from matcher.eligibility import check, is_eligible
from matcher.encoders.encoder import Encoder
from matcher.explain import Explainer
from matcher.fusion import estimate_spread
from matcher.lexical import TermBank
from matcher.pool import Mask, Pool, Rows
from matcher.ranker import FEATURES, Aggregate, RankerProfile, aggregate
from matcher.text import need_text
from matcher.types import Evidence, Exclusion, Match, Need, Part, Ranking

Floats = npt.NDArray[np.float64]

MOST_PROPOSED = 100
"""In a large pool, a longer list than this is taken from all eligible experts, not from those the index proposes."""
MEANING_RANKS = 20
"""Phrases are linked by meaning down to this rank; below it by words and terms alone, which costs no encoding."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Every scored expert of one need, best first: expert numbers, raw scores, and how they came about."""

    order: npt.NDArray[np.int64]
    aggregate: Aggregate
    rows: Rows
    features: Floats


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
    """Ranks the experts of a pool for needs. All parts are handed in; `matcher.opening` has the usual ones."""

    def __init__(
        self, *, encoder: Encoder, background: Background, bank: TermBank, profile: RankerProfile, explainer: Explainer
    ) -> None:
        self.encoder, self.background, self.bank = encoder, background, bank
        self.profile, self.explainer = profile, explainer

    def rank(self, need: Need, pool: Pool, *, top: int = 10, show_excluded: bool = False) -> Ranking:
        """The best `top` eligible experts (all with 0), each with score, parts, evidence and rules.

        Experts without any text are eligible but cannot be ranked; they are left out.
        """
        allowed = pool.table.mask(need)
        query = self.encoder.queries([need_text(need)])[0]
        scored = self.score(need, query, pool, allowed, everybody=top == 0 or top > MOST_PROPOSED)
        wanted = scored.order if top == 0 else scored.order[:top]
        self._prepare_reasons(need, pool, scored, wanted[:MEANING_RANKS])
        matches = tuple(self._match(need, pool, scored, int(place), rank) for rank, place in enumerate(wanted, 1))
        return Ranking(need.id, matches, self._exclusions(need, pool, allowed) if show_excluded else ())

    def explain(self, need: Need, pool: Pool, expert_id: str) -> Explanation | None:
        """Why, or why not, for one expert of the pool; None when the profile has no text to rank.

        Raises UnknownChoiceError when the pool has no such expert.
        """
        number = pool.number_of(expert_id)
        allowed = pool.table.mask(need)
        eligible = bool(allowed[number])
        allowed[number] = True
        query = self.encoder.queries([need_text(need)])[0]
        scored = self.score(need, query, pool, allowed, everybody=True)
        ranks = {int(scored.aggregate.owners[place]): rank for rank, place in enumerate(scored.order, 1)}
        if number not in ranks:
            return None
        mine, first = (
            self._match(need, pool, scored, int(scored.order[rank - 1]), rank) for rank in (ranks[number], 1)
        )
        return Explanation(mine, eligible, len(ranks), first)

    def score(
        self, need: Need, query: npt.NDArray[np.float32], pool: Pool, allowed: Mask, *, everybody: bool = False
    ) -> Scored:
        """Scores of the allowed experts for one encoded need, before any reasons are worked out.

        In a large pool only the experts whom the index proposes are scored, unless `everybody` is asked for.
        """
        profile = self.profile
        spread = estimate_spread(query, self.background, own_centre=profile.own_centre, own_scale=profile.own_scale)
        rows = pool.allowed_rows(allowed) if everybody else pool.candidate_rows(query, allowed, spread)
        words, terms = pool.lexical.of(need_text(need), rows)
        features = np.stack([pool.meaning(query, rows, spread), words, terms], axis=1)
        total = aggregate(features @ self.profile.weight_vector(), pool.owner(rows), self.profile.best)
        order = np.lexsort((pool.id_order[total.owners], -total.raw))
        return Scored(order, total, rows, features)

    def _prepare_reasons(self, need: Need, pool: Pool, scored: Scored, places: npt.NDArray[np.int64]) -> None:
        total = scored.aggregate
        rows = scored.rows[total.rows[np.isin(total.group, places)]]
        self.explainer.prepare([need_text(need), *(pool.passages[row].text for row in rows)])

    def _match(self, need: Need, pool: Pool, scored: Scored, place: int, rank: int) -> Match:
        total = scored.aggregate
        mine = np.flatnonzero(total.group == place)
        given = scored.features[total.rows[mine]] * self.profile.weight_vector() * total.share[mine][:, None]
        raw = float(total.raw[place])
        score = float(self.profile.calibration.probability(np.array([raw]))[0])
        expert = pool.experts[total.owners[place]]
        return Match(
            need_id=need.id,
            expert_id=expert.id,
            rank=rank,
            score=score,
            raw_score=raw,
            band=self.profile.calibration.band(score),
            parts=tuple(Part(name, float(value)) for name, value in zip(FEATURES, given.sum(axis=0), strict=True)),
            evidence=self._evidence(need, pool, scored.rows[total.rows[mine]], given.sum(axis=1), rank),
            rules=check(need, expert),
        )

    def _evidence(self, need: Need, pool: Pool, rows: Rows, given: Floats, rank: int) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                field=pool.passages[row].field,
                text=pool.passages[row].text,
                language=pool.passages[row].language,
                given=float(value),
                links=self.explainer.links(need, pool.passages[row], by_meaning=rank <= MEANING_RANKS),
            )
            for row, value in zip(rows, given, strict=True)
        )

    @staticmethod
    def _exclusions(need: Need, pool: Pool, allowed: Mask) -> tuple[Exclusion, ...]:
        excluded = []
        for number in np.flatnonzero(~allowed):
            expert = pool.experts[number]
            results = check(need, expert)
            failed = tuple(result for result in results if not is_eligible((result,)))
            excluded.append(Exclusion(need.id, expert.id, failed))
        return tuple(sorted(excluded, key=lambda exclusion: exclusion.expert_id))
