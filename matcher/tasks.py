"""Which task of a programme a need belongs to: tasks are ranked for a need as experts are, by their best clauses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.engine import Engine
from matcher.pool import Pool
from matcher.prepared import PreparedNeed
from matcher.scoring import score_rows
from matcher.text import normalise
from matcher.types import LANGUAGES, Expert, Language, Need, Passage

BEST = (1.0, 1.0, 1.0, 1.0)
"""A task's score is the mean of its four best clauses: of 100 judged needs 52 find a task of their programme first
among all 20 tasks, 50 with the weights that experts' passages have, 45 with the whole text as one passage."""
STEEPNESS = 1.2
"""Confidence is a softmax of this times the score: the steepness that gives the judged needs' programmes the highest
likelihood (1.56 nats; 2.08 are a blind guess among eight), the same on both halves of them."""
_CLAUSE_END = {"zh": re.compile(r"[。；;，,、\n]"), "en": re.compile(r"[.;,\n]")}


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a programme. `texts`: per language its title, text and keywords, in one string with line breaks."""

    code: str
    texts: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A task that a need may belong to. The confidences of all tasks that were allowed add up to 1."""

    code: str
    confidence: float


class TaskIndex:
    """The tasks, cut into clauses and encoded. Threads may share one."""

    def __init__(self, pool: Pool, engine: Engine) -> None:
        self._pool, self._engine = pool, engine
        self._profile = replace(engine.profile, best=BEST)

    @classmethod
    def build(cls, tasks: Iterable[Task], engine: Engine) -> TaskIndex:
        """Encodes the tasks' clauses (through the encoder's cache)."""
        tasks = tuple(tasks)
        clauses = [clause for task in tasks for clause in clauses_of(task)]
        vectors = engine.encoder.passages([clause.text for clause in clauses])
        pool = Pool([Expert(task.code) for task in tasks], clauses, vectors, bank=engine.bank, make_index=None)
        return cls(pool, engine)

    def suggest(
        self, need: Need | PreparedNeed, *, most: int = 3, allowed: Collection[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """The `most` likeliest of the allowed tasks (all when None), best first, ties by code.

        Codes that no task has are not suggested. Nothing is written to the cache, for needs are judged while typed.
        """
        prepared = need if isinstance(need, PreparedNeed) else self._engine.prepare_need(need, keep=False)
        chosen = self._pool.where(lambda task: allowed is None or task.id in allowed)
        scored = score_rows(prepared, self._pool, self._pool.allowed_rows(chosen), self._profile)
        raw = scored.aggregate.raw[scored.order]
        chances = np.exp(STEEPNESS * (raw - raw[0])) if len(raw) else raw
        codes = (self._pool.experts[number].id for number in scored.aggregate.owners[scored.order].tolist())
        shares = (chances / chances.sum()).tolist()
        return tuple(Suggestion(code, share) for code, share in zip(codes, shares, strict=True))[:most]


def clauses_of(task: Task) -> Iterator[Passage]:
    """The task's clauses and keywords, each once: a need is about one of them, not about the task's whole text."""
    for language in LANGUAGES:
        pieces = map(normalise, _CLAUSE_END[language].split(task.texts.get(language, "")))
        for piece in dict.fromkeys(piece for piece in pieces if len(piece) > 1):
            yield Passage(task.code, language, piece, language)
