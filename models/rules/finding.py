"""What a rule found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.choices import Outcome

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome and the facts that it rests on, as JSON values; the rule's sentences are filled from them.

    `missing` names the facts that nobody has stated, when the outcome is unknown.
    """

    outcome: Outcome
    facts: Facts = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def decided(is_met: bool, **facts: Any) -> Finding:
    """Met or not, on these facts."""
    return Finding(Outcome.PASS if is_met else Outcome.FAIL, facts)


def unknown(*missing: str, **facts: Any) -> Finding:
    """Cannot be told as long as these facts are missing."""
    return Finding(Outcome.UNKNOWN, facts, missing)


def not_concerned(**facts: Any) -> Finding:
    """The rule has nothing to say here."""
    return Finding(Outcome.NOT_CONCERNED, facts)
