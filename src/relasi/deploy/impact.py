"""Whom and what a change meets besides the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relasi.deploy.changes import (
    Change,
    Derive,
    FillEmpty,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
    RenameTable,
    Retire,
    Rewrite,
    Tighten,
)
from relasi.deploy.ground import Ground
from relasi.deploy.uses import Place, Uses, uses_of
from relasi.store.session import Session


@dataclass(frozen=True, slots=True)
class Impact:
    """What shows or uses a field, or an entity: as it was for what goes away, as it will be otherwise.

    `users` is how many people can see it; the rest are names.
    """

    table: str
    column: str | None
    users: int
    lists: tuple[str, ...]
    form: tuple[str, ...]
    workflows: tuple[str, ...]


def impacts(ground: Ground, changes: Iterable[Change]) -> tuple[Impact, ...]:
    """One for each place, in the order of the changes."""
    future = uses_of(ground.model)
    past = ground.base.uses if ground.base else {}
    found: dict[Place, Impact] = {}
    for place, goes_away in _places(changes):
        before = _before(ground, place)
        known = goes_away or ground.undoes is not None
        uses = past.get(before) if known else future.get(place) or past.get(before)
        if uses is not None and place not in found:
            found[place] = _impact(ground, place, uses)
    return tuple(found.values())


def _places(changes: Iterable[Change]) -> Iterator[tuple[Place, bool]]:
    for change in changes:
        match change:
            case RenameTable(table):
                yield (table, None), False
            case RemoveTable(table):
                yield (table, None), True
            case RenameColumn(table, column) | Rewrite(table, column) | Derive(table, column):
                yield (table, column), False
            case FillEmpty(table, column) | Tighten(table, column):
                yield (table, column), False
            case Retire(table, column) | RemoveColumn(table, column):
                yield (table, column), True


def _before(ground: Ground, place: Place) -> Place:
    table, column = place
    held = ground.held.get(table)
    if held is None:
        return place
    known = held.columns.get(column) if column else None
    return held.source, known.source if known else column


def _impact(ground: Ground, place: Place, uses: Uses) -> Impact:
    users = Session(ground.connection).users.with_role(uses.roles) if ground.has_store else ()
    return Impact(*place, len(users), uses.lists, uses.form, uses.workflows)
