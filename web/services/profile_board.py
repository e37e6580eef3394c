"""One profile against one state of the index: what its pages ask for again and again, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from matcher.encoded import encode_experts
from matcher.recent import Recent
from matcher.types import Band, Match, RuleResult
from matcher.types import Expert as ExpertValue

if TYPE_CHECKING:  # the engine takes a second to import
    from matcher.assessment import NeedAssessment
    from matcher.engine import Engine
    from matcher.live import Snapshot
    from matcher.needs import NeedTable
    from web.matching import Matching

BOARDS_KEPT = 24


class ProfileBoard:
    """The needs' scores, matches and rules for one profile; shared by readers, so nothing of it changes."""

    def __init__(
        self, engine: Engine, value: ExpertValue, indexed: Snapshot, table: NeedTable, *, is_public: bool
    ) -> None:
        self.engine, self.value, self.table = engine, value, table
        self._indexed = indexed  # kept, so that no other state gets its id while this board is kept under it
        is_as_others_see = is_public and indexed.get(value.id) == value
        self.pool = indexed if is_as_others_see else indexed.plus(encode_experts([value], engine.encoder))
        self.assessment: NeedAssessment | None = engine.needs_for(value.id, self.pool, table) if len(table) else None
        """The scores; None where there is no need at all."""
        self._unlimited: tuple[tuple[str, Band], ...] | None = None
        self._matches: dict[str, Match] = {}
        self._rules: dict[str, tuple[RuleResult, ...]] = {}

    @property
    def excluded(self) -> tuple[str, ...]:
        """The needs of the table that rules keep from the expert."""
        if self.assessment is None:
            return ()
        pairs = zip(self.table.needs, self.assessment.allowed.tolist(), strict=True)
        return tuple(need.id for need, is_open in pairs if not is_open)

    def unlimited(self) -> tuple[tuple[str, Band], ...]:
        """Every need of the table with its band, best first, if the expert stated no limits."""
        if self._unlimited is None:
            self._unlimited = self._without_limits() if self.assessment is not None else ()
        return self._unlimited

    def _without_limits(self) -> tuple[tuple[str, Band], ...]:
        value = replace(
            self.value, title="", degree="", modes=(), days_per_year=None, windows=(), regions=(), altitude_ok=None
        )
        pool = self.pool.plus(encode_experts([value], self.engine.encoder))
        scored, calibration = self.engine.needs_for(value.id, pool, self.table), self.engine.profile.calibration
        return tuple(
            (self.table.needs[n].id, calibration.band(float(scored.probability[n]))) for n in scored.order.tolist()
        )

    def matches(self, codes: Sequence[str]) -> tuple[Match, ...]:
        """The matches of these needs of the table, in this order; a profile without text has none."""
        if self.assessment is None:
            return ()
        new = [code for code in codes if code not in self._matches]
        for match in self.engine.need_matches(self.assessment, new) if new else ():
            self._matches[match.need_id] = match
        return tuple(self._matches[code] for code in codes if code in self._matches)

    def check(self, code: str) -> tuple[RuleResult, ...]:
        """What every rule says of a need of the table and this expert."""
        if code not in self._rules:
            from matcher.eligibility import check

            self._rules[code] = check(self.table.needs[self.table.number_of(code)], self.value)
        return self._rules[code]


_boards: Recent[tuple[int, int, bool, ExpertValue], ProfileBoard] = Recent(BOARDS_KEPT)
"""By pool and table, each by its id in memory, whether the profile is public, and what it says.

A board keeps its states of the index in memory until so many others have been asked for.
"""


def profile_board(matching: Matching, value: ExpertValue, *, is_public: bool) -> ProfileBoard:
    """The profile's board against the index as it is now. Raises NotReadyError."""
    pool, table = matching.snapshot(), matching.need_table()
    key = (id(pool), id(table), is_public, value)
    return _boards.of(key, lambda _: ProfileBoard(matching.engine, value, pool, table, is_public=is_public))
