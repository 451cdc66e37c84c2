"""The types of the expression language, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NumberKind = Literal["number", "money", "percent"]


@dataclass(frozen=True, slots=True)
class Text:
    """Text of any length; also what series, e-mail, phone and url fields hold."""


@dataclass(frozen=True, slots=True)
class Number:
    """An int or a Decimal. `places` is what a field keeps after the point; None for a computed number."""

    kind: NumberKind = "number"
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false; also the type of every condition."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day without a time zone."""


@dataclass(frozen=True, slots=True)
class DateTime:
    """A moment; aware UTC in Python."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, to the second."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time, to the microsecond."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`. `owner` is "entity.field", filled in by check, so that labels can be found."""

    options: tuple[str, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class MultiChoice:
    """Several of `options`, as a tuple of keys. `owner` as in Choice."""

    options: tuple[str, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A record of one of `targets`: its id, or "entity/id" when there are several targets."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class User:
    """A user's id."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that people attached, as a tuple of their ids. `owner` as in Choice."""

    owner: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of `entity` whose field `link` leads to the record at hand, each known by its `column`: its
    id, or what it leads to on the other side of a pair. A tuple of such ids.

    `prefix` stands before the id where the link leads to one of several entities; `targets` are those that
    the column leads to. Nothing is kept of it, so it can only be asked about.
    """

    entity: str
    link: str
    column: str
    targets: tuple[str, ...]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Null:
    """The type of the word null, which goes with every other type."""


Type = (
    Text
    | Number
    | Boolean
    | Date
    | DateTime
    | Time
    | Duration
    | Choice
    | MultiChoice
    | Link
    | User
    | Files
    | Rows
    | Null
)

BOOLEAN = Boolean()

ORDERED = (Text, Number, Date, DateTime, Time, Duration)

_NAMES: dict[type[Type], str] = {
    Text: "text",
    Boolean: "true or false",
    Date: "date",
    DateTime: "date and time",
    Time: "time",
    Duration: "duration",
    Choice: "choice",
    MultiChoice: "list of choices",
    User: "user",
    Files: "files",
    Rows: "table of records",
    Null: "null",
}


def type_name(type_: Type) -> str:
    """What an author calls the type: "money", "date and time", "link to customer"."""
    if isinstance(type_, Number):
        return type_.kind
    if isinstance(type_, Link):
        return "link to " + " or ".join(type_.targets)
    return _NAMES[type(type_)]


def joined(left: Type, right: Type) -> Type | None:
    """The type that holds the values of both, or None. Plain numbers go with money and with percent."""
    if left == right or isinstance(right, Null):
        return left
    if isinstance(left, Null):
        return right
    if isinstance(left, Number) and isinstance(right, Number):
        kind = joined_kind(left.kind, right.kind)
        return kind and Number(kind)
    if isinstance(left, Choice) and isinstance(right, Choice):
        return left if left.options == right.options else None
    return None


def computed(type_: Type) -> Type:
    """The type of what is computed from such a value: it need not have the places of a stored number."""
    return Number(type_.kind) if isinstance(type_, Number) else type_


def joined_kind(left: NumberKind, right: NumberKind) -> NumberKind | None:
    """The kind of a sum of both; None for money with percent."""
    if left == right or right == "number":
        return left
    return right if left == "number" else None


def comparable(left: Type, right: Type) -> bool:
    """Whether `=` between the two can ever be true. Lists of choices are asked with `contains` instead, files
    only whether there are any."""
    if isinstance(left, Choice) and isinstance(right, Choice):
        return not set(left.options).isdisjoint(right.options)
    if isinstance(left, Link) and isinstance(right, Link):
        return not set(left.targets).isdisjoint(right.targets)
    if isinstance(left, MultiChoice | Files) or isinstance(right, MultiChoice | Files):
        return False
    return joined(left, right) is not None


def assignable(target: Type, value: Type) -> bool:
    """Whether every value of the type `value` may be stored where `target` is expected."""
    if isinstance(target, (Choice, MultiChoice)) and type(target) is type(value):
        return set(value.options) <= set(target.options)
    if isinstance(target, Files) and isinstance(value, Files):
        return True
    if isinstance(target, Link) and isinstance(value, Link):
        return set(value.targets) <= set(target.targets)
    if isinstance(value, Null):
        return True
    return joined(target, value) is not None
