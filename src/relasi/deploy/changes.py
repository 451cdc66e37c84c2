"""The kinds of change that a plan is made of, with the numbers that people decide by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from relasi.texts import FALLBACK, say


@dataclass(frozen=True, slots=True)
class Offender:
    """A record that a change does not suit: `value` is what it has, `why` what is wrong with it."""

    id: str
    title: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class RenameTable:
    kind: ClassVar = "rename_table"
    table: str
    was: str
    rows: int


@dataclass(frozen=True, slots=True)
class CreateTable:
    """`restored` records come back from the trash."""

    kind: ClassVar = "create_table"
    table: str
    fields: int
    restored: int = 0


@dataclass(frozen=True, slots=True)
class RemoveTable:
    """The records go to the trash, from which they can come back until the day `until`."""

    kind: ClassVar = "remove_table"
    table: str
    rows: int
    until: str = ""


@dataclass(frozen=True, slots=True)
class RenameColumn:
    kind: ClassVar = "rename_column"
    table: str
    column: str
    was: str
    rows: int


@dataclass(frozen=True, slots=True)
class AddColumn:
    """`rows` exist already: `restored` of them get back what the trash holds, `filled` get `fill`, which is
    as an author writes it; the values of a `derived` field are made of others."""

    kind: ClassVar = "add_column"
    table: str
    column: str
    type: str
    rows: int
    fill: Any = None  # Any: JSON
    filled: int = 0
    restored: int = 0
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Derive:
    """The values of `rows` are made anew of others, since the definition is another one; `replaces` tells
    that people entered them before. Of clocks, the rows are those where they are open."""

    kind: ClassVar = "derive"
    table: str
    column: str
    type: str
    rows: int
    replaces: bool = False
    clock: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The values of a column become others, mostly because its type does.

    Of all records `rows` have a value that becomes one of the new type, by `moves` where it is an option that
    is taken away; `replaced` have one that does not fit and get `fill` or none, as the definition says;
    `filled` had none and get `fill`; `reverted` get back what they had before. `encrypts` is True where the
    values are encrypted from now on, False where they no longer are.
    """

    kind: ClassVar = "rewrite"
    table: str
    column: str
    was: str
    type: str
    moves: Mapping[str, str] = field(default_factory=dict)
    fill: Any = None  # Any: JSON
    rows: int = 0
    replaced: int = 0
    filled: int = 0
    reverted: int = 0
    encrypts: bool | None = None


@dataclass(frozen=True, slots=True)
class FillEmpty:
    """The field has become required; `rows` without a value get `fill`."""

    kind: ClassVar = "fill_empty"
    table: str
    column: str
    fill: Any  # Any: JSON
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Tighten:
    """A field now refuses what it took before. Values stay as they are until somebody changes them."""

    kind: ClassVar = "tighten"
    table: str
    column: str
    rows: int = 0
    offenders: tuple[Offender, ...] = ()


@dataclass(frozen=True, slots=True)
class Forbid:
    """A rule of the entity is new, or another one. Records that break it stay until somebody changes them."""

    kind: ClassVar = "forbid"
    table: str
    rule: str
    rows: int = 0
    offenders: tuple[Offender, ...] = ()


@dataclass(frozen=True, slots=True)
class Retire:
    """Gone from every page; the values of `rows` stay until the day `until`."""

    kind: ClassVar = "retire"
    table: str
    column: str
    rows: int
    until: str


@dataclass(frozen=True, slots=True)
class RemoveColumn:
    """The values of `rows` go to the trash, from which they can come back until the day `until`."""

    kind: ClassVar = "remove_column"
    table: str
    column: str
    rows: int = 0
    until: str = ""


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
class WatchTables:
    """From now on the database itself notes what happens to the records of these tables: `edits` that others
    than Relasi make, or all `changes` of them; or nothing any more."""

    kind: ClassVar = "watch_tables"
    table: ClassVar = ""
    tables: tuple[str, ...]
    what: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A table, or a column of one, of which no deployment knows: somebody else's, so it is left alone."""

    kind: ClassVar = "kept"
    table: str
    column: str | None


@dataclass(frozen=True, slots=True)
class EmptyTrash:
    """What was taken away on the day `removed`, from `rows`, is dropped for good: its time has passed."""

    kind: ClassVar = "empty_trash"
    removal: str
    table: str
    column: str | None
    rows: int
    removed: str


@dataclass(frozen=True, slots=True)
class RunsInFlight:
    """Runs of an older definition of the workflow `table`: `how` says whether they finish on that one, begin
    anew, or go on at other steps of the new one, `left` of them on the old one all the same; gone: there is
    no new one, so they finish."""

    kind: ClassVar = "runs_in_flight"
    table: str
    version: str
    how: Literal["finish", "restart", "map", "gone"]
    runs: int
    left: int = 0

    @property
    def is_due(self) -> bool:
        """Whether there is anything to do."""
        return self.how in ("restart", "map")


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something that the Model asks for and the data forbid; `reason` names a sentence of
    `texts/plan.yaml`."""

    kind: ClassVar = "blocked"
    table: str
    columns: tuple[str, ...]
    reason: str
    params: Mapping[str, Any]  # Any: JSON
    offenders: tuple[Offender, ...] = ()

    def text(self, language: str = FALLBACK) -> str:
        return say(language, f"plan.{self.reason}", fields=", ".join(self.columns), **self.params)


Change = (
    RenameTable
    | CreateTable
    | RemoveTable
    | RenameColumn
    | AddColumn
    | Derive
    | Rewrite
    | FillEmpty
    | Tighten
    | Forbid
    | Retire
    | RemoveColumn
    | AddIndex
    | DropIndex
    | WatchTables
    | Kept
    | EmptyTrash
    | RunsInFlight
    | Blocked
)

_KINDS: Mapping[str, Callable[..., Change]] = {each.kind: each for each in Change.__args__}


def to_json(change: Change, *, most: int | None = None) -> dict[str, Any]:  # Any: JSON
    """With the first `most` records that a change does not suit, or with all."""
    written = {"kind": change.kind, **asdict(change)}
    if isinstance(change, Tighten | Forbid | Blocked):
        written["offenders"] = written["offenders"][:most]
    return written


def from_json(written: Mapping[str, Any]) -> Change:
    """Raises KeyError or TypeError for what `to_json` has not made."""
    attributes: dict[str, Any] = {name: frozen(value) for name, value in written.items()}
    if "offenders" in attributes:
        attributes["offenders"] = tuple(Offender(**each) for each in attributes["offenders"])
    return _KINDS[attributes.pop("kind")](**attributes)


def frozen(value: Any) -> Any:  # Any: JSON
    """A list of JSON as a tuple, so that what was read again equals what was written."""
    return tuple(value) if isinstance(value, list) else value
