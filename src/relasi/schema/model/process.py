"""States, and the moves between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from relasi.schema.expressions import Expression, Situation
from relasi.schema.labels import Label
from relasi.schema.model.workflow import Assignment
from relasi.schema.timespans import Timespan


class StateKind(Enum):
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class State:
    """`reasons` are options of the field that keeps them, one of which a record in this state may have."""

    name: str
    label: Label
    kind: StateKind
    color: str | None
    reasons: tuple[str, ...] = ()
    reason_required: bool = False


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
    updates: tuple[Assignment, ...] = ()
    within: Timespan | None = None
    """How long after the record came to its state it may be made."""
    four_eyes: bool | str = False
    """True: not by whoever brought the record to its state. A user field: not by the person in it."""
    confirm: Label | None = None
    asks: frozenset[str] = frozenset()
    """Those of the fields in `needs` that people are asked for even when they are filled."""
    message: Label | None = None
    """What people are told where the condition is not met."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The process that the records which meet `when` follow; its first state is where they start.

    `entering` says in which state a record goes on that comes from another variant and stands in a state that
    this one does not have.
    """

    name: str
    """Empty where there is only one."""
    label: Label
    when: Expression | None
    states: tuple[str, ...]
    moves: Mapping[str, Move]
    entering: Mapping[str, str]

    @property
    def initial(self) -> str:
        return self.states[0]

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in the file of the entity."""
        return ("process", "variants", self.name) if self.name else ("process",)

    def moves_from(self, state: str | None) -> Iterator[Move]:
        return (move for move in self.moves.values() if state in move.sources)


@dataclass(frozen=True, slots=True)
class Process:
    """The states of an entity. A record follows the first of the variants whose condition it meets; the last
    has none.

    `since` names the field that holds when the record came to its state, `reason` the one that holds why,
    where any state has reasons.
    """

    field: str
    since: str
    reason: str | None
    states: Mapping[str, State]
    """Of all variants."""
    variants: tuple[Variant, ...]

    @property
    def initial(self) -> str:
        """Where records start of which nothing is known."""
        return self.variants[-1].initial

    @property
    def moves(self) -> Iterator[Move]:
        """Of all variants."""
        return (move for variant in self.variants for move in variant.moves.values())

    def variant(self, situation: Situation) -> Variant:
        """The one that the record of the situation follows."""
        found = (each for each in self.variants if each.when is None or each.when.evaluate(situation))
        return next(found)
