"""The kinds of change that a plan is made of. A rename, a change of type and what undoes one would be
further kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from relasi.texts import FALLBACK, say


@dataclass(frozen=True, slots=True)
class CreateTable:
    kind: ClassVar = "create_table"
    table: str
    fields: int


@dataclass(frozen=True, slots=True)
class AddColumn:
    """`rows` exist already and get `fill`, which is None where they stay empty."""

    kind: ClassVar = "add_column"
    table: str
    column: str
    type: str
    rows: int
    fill: Any = None  # Any: JSON


@dataclass(frozen=True, slots=True)
class AddIndex:
    kind: ClassVar = "add_index"
    table: str
    columns: tuple[str, ...]
    unique: bool
    rows: int


@dataclass(frozen=True, slots=True)
class DropIndex:
    """No value is lost; a unique index that is no longer wanted would go on refusing values."""

    kind: ClassVar = "drop_index"
    table: str
    columns: tuple[str, ...]
    unique: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A table, or a column of it, that the Model no longer has: it stays as it is, with the values of
    `rows`."""

    kind: ClassVar = "kept"
    table: str
    column: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something that the Model asks for and the data forbid; `reason` names a sentence of
    `texts/plan.yaml`."""

    kind: ClassVar = "blocked"
    table: str
    columns: tuple[str, ...]
    reason: str
    params: Mapping[str, Any]  # Any: JSON

    def text(self, language: str = FALLBACK) -> str:
        return say(language, f"plan.{self.reason}", fields=", ".join(self.columns), **self.params)


Change = CreateTable | AddColumn | AddIndex | DropIndex | Kept | Blocked

_KINDS: Mapping[str, Callable[..., Change]] = {
    each.kind: each for each in (CreateTable, AddColumn, AddIndex, DropIndex, Kept, Blocked)
}


def to_json(change: Change) -> dict[str, Any]:  # Any: JSON
    return {"kind": change.kind, **asdict(change)}


def from_json(written: Mapping[str, Any]) -> Change:
    """Raises KeyError or TypeError for what `to_json` has not made."""
    attributes: dict[str, Any] = {name: frozen(value) for name, value in written.items()}
    return _KINDS[attributes.pop("kind")](**attributes)


def frozen(value: Any) -> Any:  # Any: JSON
    """A list of JSON as a tuple, so that what was read again equals what was written."""
    return tuple(value) if isinstance(value, list) else value
