"""How the values of derived fields are made: computed from other fields, or rolled up over other records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from relasi.schema.clocks import Part, Sla
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.tree import Compare, KindOf, Read, WeightOf, walk


class When(Enum):
    """When a computed value is put into its field."""

    ALWAYS = "always"
    WHEN_EMPTY = "when empty"
    ON_CREATE = "on create"


@dataclass(frozen=True, slots=True)
class Computed:
    """A formula or a copied value: made from the record and from what its links lead to."""

    value: Expression | Template
    when: When = When.ALWAYS

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.value.expressions if isinstance(self.value, Template) else (self.value,)

    @property
    def reads(self) -> Iterator[Read]:
        return reads_of(*self.expressions)


class Function(Enum):
    """What a figure does with the records; `distinct` is none of a rollup, `first` and `last` are of nothing
    else."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Rollup:
    """One figure over the records of `entity` whose field `link` leads to the record and that meet `where`.

    `field` is what the function works on, None for a count; `by` puts the records in order for the first and
    the last. Through `tree`, a field of the record's own entity, others stand below it: what leads to one of
    them counts too. Where `link` is the id, these records count themselves.
    """

    entity: str
    link: str
    function: Function
    field: str | None = None
    by: str | None = None
    where: Expression | None = None
    tree: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A part of what the clock of an agreed time keeps. Unlike the others it is made of time too, and of what
    it was before."""

    sla: Sla
    part: Part


Derivation = Computed | Rollup | Clock


def is_binding(derivation: Derivation | None) -> bool:
    """Whether the field holds nothing but what is derived, so that nobody enters a value."""
    return isinstance(derivation, Rollup | Clock) or (
        isinstance(derivation, Computed) and derivation.when is When.ALWAYS
    )


def is_brought(derivation: Derivation | None) -> bool:
    """Whether a record with a history brings the value, although nobody enters it: when a clock was met."""
    return isinstance(derivation, Clock) and derivation.part == "met_at"


def made_of(derivation: Derivation | None) -> str | None:
    """A text that is another one for every derivation that gives other values to records that are there;
    None for what is only made with the record."""
    match derivation:
        case Computed(value, when) if when is not When.ON_CREATE:
            return f"{when.value}: {value.text}{_unsaid(derivation.expressions)}"
        case Rollup(where=where):
            parts = (derivation.function.value, derivation.entity, derivation.link, derivation.field)
            condition = f"{where.text}{_unsaid([where])}" if where else ""
            over = f" over {derivation.tree}" if derivation.tree else ""
            return " ".join(map(str, (*parts, derivation.by, condition))) + over
        case Clock(sla, "state"):
            return f"{sla.text}{_unsaid(sla.expressions)}"
    return None


_SOMETIMES = f"{When.WHEN_EMPTY.value}: "


def is_binding_text(made: str) -> bool:
    """As `is_binding`, by what `made_of` said of it."""
    return not made.startswith(_SOMETIMES)


def forgotten(made: str) -> str:
    """The text of a derivation by which nobody has kept the values right meanwhile."""
    return "" if is_binding_text(made) else _SOMETIMES


def _unsaid(expressions: Iterable[Expression]) -> str:
    """What the expressions mean by kinds, weights and the order of options, which their text hides."""
    said = []
    for expression in expressions:
        for node in walk(expression.root):
            match node:
                case KindOf(kinds=meant) | WeightOf(weights=meant):
                    said.append(" ".join(f" {option}={meant[option]}" for option in sorted(meant)))
                case Compare() if node.ranks is not None:
                    said.append(f" {' < '.join(node.ranks)}")
    return "".join(said)


def reads_of(*expressions: Expression) -> Iterator[Read]:
    """The fields and paths that the expressions read, each as often as it stands there."""
    for expression in expressions:
        for node in walk(expression.root):
            if isinstance(node, Read):
                yield node
