"""Scores before any reasons: every expert of a pool for one need, and every need for one expert.

Both directions do the same arithmetic in the same order, so that an expert and an employer see one score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.features import certainty, squared
from matcher.fusion import normalise_many
from matcher.needs import NeedTable
from matcher.pool import Pool
from matcher.prepared import PreparedNeed
from matcher.ranker import Aggregate, RankerProfile, aggregate
from matcher.searchable import Mask, Rows, Searchable

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Scored experts of one pool, best first: places in `aggregate`, how they came about, and each row's features."""

    order: Rows
    aggregate: Aggregate
    rows: Rows
    features: Floats


def weigh(features: Floats, profile: RankerProfile) -> Floats:
    """The passages' scores, `(n,)`, from their features, `(n, 3)`."""
    # Not `@`: its sums depend on where a row stands, and equal passages must score equally.
    meaning, words, terms = profile.weight_vector().tolist()
    return np.asarray(features[:, 0] * meaning + features[:, 1] * words + features[:, 2] * terms, np.float64)


def score_rows(need: PreparedNeed, pool: Pool, rows: Rows, profile: RankerProfile) -> Scored:
    """The experts who own these passage rows, by all of the rows given."""
    meaning = pool.meaning(need.query, rows, need.spread)
    words, terms = pool.lexical.words(need.words, rows), pool.lexical.terms(need.concepts, rows)
    features = np.stack([meaning, words, terms], axis=1)
    total = aggregate(weigh(features, profile), pool.owner(rows), profile.best)
    return Scored(np.lexsort((pool.id_order[total.owners], -total.raw)), total, rows, features)


def score_experts(
    need: PreparedNeed, pool: Searchable, masks: tuple[Mask, ...], profile: RankerProfile, *, everybody: bool
) -> tuple[Floats, bool]:
    """Raw scores by expert number, NaN where not scored, and whether everybody in the first mask who has text is.

    In a large pool only the experts are scored whom the index proposes for any of the masks.
    """
    raw, is_complete = np.full(len(pool.experts), np.nan), True
    for segment in pool.segments:
        part = segment.pool
        allowed = [mask[segment.span] for mask in masks]
        if everybody:
            rows = part.allowed_rows(allowed[0])
        else:
            found = [part.candidate_rows(need.query, one, need.spread) for one in allowed]
            rows = found[0] if len(found) == 1 else np.union1d(found[0], found[1])
        is_complete &= len(rows) == part.count_rows(allowed[0])
        total = score_rows(need, part, rows, profile).aggregate
        raw[segment.first + total.owners] = total.raw
    return raw, is_complete


def score_needs(number: int, pool: Searchable, table: NeedTable, profile: RankerProfile) -> Floats:
    """Raw scores of every need for one expert, `(len(table.needs),)`; NaN throughout for one without text."""
    segment, own = pool.place_of(number)
    part = segment.pool
    rows = part.rows_of(np.array([own]))
    if not len(rows) or not len(table):
        return np.full(len(table), np.nan)
    scores = np.stack([_of_passage(part, int(row), table, profile) for row in rows], axis=1)
    best = np.array(profile.best)[: len(rows)]
    share = best / best.sum()
    chosen = np.take_along_axis(scores, np.argsort(-scores, axis=1, kind="stable"), axis=1)[:, : len(best)]
    raw = np.zeros(len(table))
    for place in range(len(best)):
        raw += share[place] * chosen[:, place]
    return raw


def _of_passage(pool: Pool, row: int, table: NeedTable, profile: RankerProfile) -> Floats:
    """One passage's scores for every need."""
    one = np.array([row])
    products = np.einsum("ij,j->i", table.queries, pool.wide(one)[0])
    meaning = normalise_many(products, table.centres, table.scales, is_english=bool(pool.is_english(one)[0]))
    wishes = table.under(pool.lexical.statistics)
    words = squared(wishes.share_of_words(*pool.lexical.words_of(row)))
    terms = certainty(wishes.rarity_of_concepts(pool.lexical.concepts_of(row)))
    return weigh(np.stack([meaning, words, terms], axis=1), profile)
