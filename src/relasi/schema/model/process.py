"""States, and the moves between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from relasi.schema.expressions import Expression
from relasi.schema.labels import Label


class StateKind(Enum):
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class State:
    name: str
    label: Label
    kind: StateKind
    color: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """A legal step between states. Who is empty: everybody who may update the record."""

    name: str
    label: Label
    sources: tuple[str, ...]
    target: str
    who: frozenset[str]
    condition: Expression | None
    needs: tuple[str, ...]
    """Fields that must be filled when the move is made."""


@dataclass(frozen=True, slots=True)
class Process:
    """The states of an entity and the moves between them; the first state is where records start."""

    field: str
    states: Mapping[str, State]
    moves: Mapping[str, Move]

    @property
    def initial(self) -> str:
        return next(iter(self.states))

    def moves_from(self, state: str | None) -> Iterator[Move]:
        return (move for move in self.moves.values() if state in move.sources)
