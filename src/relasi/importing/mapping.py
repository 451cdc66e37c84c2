"""A compiled map: how the value of each field is taken from a row. `maps` and `matching` make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relasi.importing.cells import ABSENT
from relasi.importing.report import Reason
from relasi.importing.tables import Cell, Row
from relasi.records import Accepted
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model import Entity

Take = Callable[[Sequence[Cell]], Value]
"""From the cells of a row; ABSENT where they are empty. Raises ValueProblem."""


@dataclass(frozen=True, slots=True)
class Source:
    """`field` gets what `take` finds."""

    field: str
    take: Take


@dataclass(frozen=True, slots=True)
class Reference:
    """`field` gets the id of the record of `target` whose field `match` has the value that `take` finds.

    `create` fills a new record where there is none; None: the row is refused. The target "user" means people.
    """

    field: str
    target: str
    match: str
    take: Take
    qualified: bool
    """True where the link may point to several entities, so that its value names the entity too."""
    create: tuple[Source, ...] | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """`key` fields tell records apart, () for none. `needed` are the columns that may not be empty."""

    entity: Entity
    sources: tuple[Source, ...]
    references: tuple[Reference, ...]
    key: tuple[str, ...]
    last_wins: bool
    needed: tuple[tuple[int, str], ...]
    unused: tuple[str, ...]
    """Columns that fill no field."""


@dataclass(slots=True)
class Draft:
    """A row on its way to a record: empty cells leave no value, so that defaults and stored values stay."""

    line: int
    cells: Sequence[Cell]
    values: Accepted
    wanted: dict[str, Value]
    """What references are to be looked up by, per field."""
    reasons: list[Reason]
    """Why the row cannot be imported."""


def draft(mapping: Mapping, row: Row) -> Draft:
    made = Draft(row.line, row.cells, Accepted(), {}, [])
    if row.problem is not None:
        made.reasons.append(Reason(None, f"imports.{row.problem.code}", row.problem.params))
        return made
    _fill(made.values, mapping.sources, made)
    _fill(made.wanted, mapping.references, made)
    made.values.update((field, None) for field, name in made.wanted.items() if name is None)
    return made


def _fill(into: dict[str, Value], sources: Sequence[Source | Reference], made: Draft) -> None:
    for source in sources:
        try:
            value = source.take(made.cells)
        except ValueProblem as problem:
            made.reasons.append(Reason(source.field, f"issues.{problem.code}", problem.params))
        else:
            if value is not ABSENT:
                into[source.field] = value


def key_of(mapping: Mapping, row: Row) -> tuple[Value, ...] | None:
    """The key of a row; None where a part of it is empty or wrong, or where the map has no key."""
    if row.problem or not mapping.key:
        return None
    try:
        found = tuple(each.take(row.cells) for each in mapping.sources if each.field in mapping.key)
    except ValueProblem:
        return None
    return None if any(part is None or part is ABSENT for part in found) else found


def empty_column(mapping: Mapping, row: Row) -> str | None:
    """The name of a column that may not be empty and is."""
    if row.problem:
        return None
    return next((name for position, name in mapping.needed if row.cells[position] in (None, "")), None)
