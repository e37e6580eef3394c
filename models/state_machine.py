"""States and the only moves between them. A machine is data: the code and the documentation are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.choices import Role


class MoveError(Exception):
    """A move that the machine does not allow; `code` says why: `unknown`, `state`, `role`, `reason`,
    or the name of the record's own condition, say `consent`."""

    def __init__(self, code: str, *, machine: str, move: str, state: str) -> None:
        super().__init__(f"{machine}: {move} from {state} is not possible ({code})")
        self.code, self.machine, self.move, self.state = code, machine, move, state


@dataclass(frozen=True, slots=True)
class Move:
    """A named move, from any of `sources` to `target`, by one of `roles` (none: the system alone).

    A move without sources begins a record: see `Machine.start`.
    """

    name: str
    sources: tuple[StrEnum, ...]
    target: StrEnum
    roles: tuple[Role, ...]
    needs_reason: bool = False

    def is_for(self, role: Role | None) -> bool:
        """Whether the role may make it; None is the system."""
        return not self.roles if role is None else role in self.roles


@dataclass(frozen=True, slots=True)
class Machine:
    """A named set of moves."""

    name: str
    moves: tuple[Move, ...]

    def start(self, move: str, *, role: Role | None) -> StrEnum:
        """The state in which a new record stands after the move that makes it. Raises MoveError."""
        named = [candidate for candidate in self.moves if candidate.name == move and not candidate.sources]
        if not named:
            raise MoveError("unknown", machine=self.name, move=move, state="")
        if not named[0].is_for(role):
            raise MoveError("role", machine=self.name, move=move, state="")
        return named[0].target

    def target(self, state: StrEnum, move: str, *, role: Role | None, reason: str = "") -> StrEnum:
        """The state that the move leads to. `role` None is the system. Raises MoveError."""
        named = [candidate for candidate in self.moves if candidate.name == move]
        fitting = [candidate for candidate in named if state in candidate.sources]
        if not fitting:
            raise MoveError("state" if named else "unknown", machine=self.name, move=move, state=state)
        chosen = next((candidate for candidate in fitting if candidate.is_for(role)), None)
        if chosen is None:
            raise MoveError("role", machine=self.name, move=move, state=state)
        if chosen.needs_reason and not reason.strip():
            raise MoveError("reason", machine=self.name, move=move, state=state)
        return chosen.target

    def possible(self, state: StrEnum, role: Role | None) -> tuple[str, ...]:
        """The moves that the role may make from the state."""
        return tuple(move.name for move in self.moves if state in move.sources and move.is_for(role))
