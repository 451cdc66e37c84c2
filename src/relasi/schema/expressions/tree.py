"""The typed tree: an expression after check, every name looked up. Everything downstream reads only this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Literal, cast

from relasi.schema.expressions.operations import Operation
from relasi.schema.expressions.types import BOOLEAN, Choice, Type

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """`at` is where the part starts and ends in the expression's text."""

    at: tuple[int, int]
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class _Condition(_Placed):
    """A part that is true or false."""

    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(_Placed):
    """A literal or a choice option."""

    value: Any  # Any: the Python value that belongs to `type`


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(_Placed):
    """A field. `path` holds the links on the way, then the field; `path[i]` is a field of `entities[i]`."""

    path: tuple[str, ...]
    entities: tuple[str, ...]
    old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOf(_Placed):
    """`field.kind`: the kind of the state that a process field is in."""

    field: Read
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightOf(_Placed):
    """`field.weight`: the number that stands beside the option which is chosen."""

    field: Read
    weights: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamOf(_Placed):
    """The team that a user is in at the moment of the question."""

    user: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(_Placed):
    """What `record` means where other records are asked about: a field of the record whose link is chosen or
    that a rule runs on, or that record itself."""

    field: Read | KindOf | WeightOf | ThisRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(_Condition):
    """Whether a field differs from what it was; on a new record, whether it is filled."""

    field: Read


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisRecord(_Placed):
    """The id of the record itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentUser(_Placed):
    """The id of the user who asks or acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now(_Placed):
    """This moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today(_Placed):
    """The day that it is now in the company's time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(_Condition):
    """Two values that go together. `=` and `!=` treat null as a value; the others answer false for null.
    Options are ordered as they are declared."""

    operator: Comparison
    left: Node
    right: Node

    @property
    def ranks(self) -> Mapping[str, int] | None:
        """The place of each option where options are put in order, None for all else."""
        type_ = self.left.type if isinstance(self.left.type, Choice) else self.right.type
        if self.operator in ("=", "!=") or not isinstance(type_, Choice):
            return None
        return {option: rank for rank, option in enumerate(type_.options)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(_Condition):
    """Whether the operand equals one of the items."""

    operand: Node
    items: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Under(_Condition):
    """Whether the operand, a record of `entity`, is the other one or stands anywhere below it in the tree
    that the field `tree` makes; false where one of them is null."""

    operand: Node
    above: Node
    entity: str
    tree: str

    @property
    def climbs(self) -> Read:
        """The way from record to record, as far as it can be written as a path."""
        start = self.operand
        path: tuple[str, ...] = (self.tree,)
        entities: tuple[str, ...] = (self.entity,)
        if isinstance(start, Read):
            path, entities = (*start.path, *path), (*start.entities, *entities)
        return Read(path=path, entities=entities, at=self.at, type=start.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderTeam(_Condition):
    """Whether a team is the other one or stands anywhere below it; false where one of them is null.

    `branches` holds each team with all that stand below it.
    """

    operand: Node
    above: Node
    branches: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(_Condition):
    """Null, empty text or no choices."""

    operand: Node
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(_Condition):
    """`and` or `or` over two or more conditions; a null condition counts as false."""

    operator: Literal["and", "or"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(_Condition):
    """True where the operand is false or null."""

    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(_Placed):
    """An operation on values: arithmetic, text search, a function."""

    operation: Operation
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFilled(_Placed):
    """coalesce: the first argument that is not null."""

    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class If(_Placed):
    """One of two values, by a condition."""

    condition: Node
    then: Node
    otherwise: Node


Node = (
    Constant | Read | KindOf | WeightOf | TeamOf | Given | Changed | ThisRecord | CurrentUser | Now | Today
    | Compare | Within | Under | UnderTeam | Empty | Logic | Not | Call | FirstFilled | If
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order of the text."""
    match node:
        case Constant() | Read():
            return ()
        case Compare(left=left, right=right):
            return (left, right)
        case Within(operand=operand, items=items):
            return (operand, *items)
        case Under(operand=operand, above=above) | UnderTeam(operand=operand, above=above):
            return (operand, above)
        case TeamOf(user=user):
            return (user,)
        case Empty(operand=operand) | Not(operand=operand):
            return (operand,)
        case Logic(operands=parts) | Call(arguments=parts) | FirstFilled(arguments=parts):
            return parts
        case If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case KindOf(field=field) | WeightOf(field=field) | Changed(field=field):
            return (field,)
    return ()


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each of its parts changed, the innermost first."""
    made: dict[str, Any] = {}  # Any: nodes, and tuples of them
    for each in fields(node):
        part = getattr(node, each.name)
        if isinstance(part, _Placed):
            made[each.name] = rebuilt(cast(Node, part), change)
        elif isinstance(part, tuple) and any(isinstance(inner, _Placed) for inner in part):
            made[each.name] = tuple(rebuilt(inner, change) for inner in part)
    return change(replace(node, **made) if made else node)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(children(node))
