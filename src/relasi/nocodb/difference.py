"""What a base lacks of what a Model asks for, and what people have changed in it by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from relasi.nocodb.meta import HeldColumn, HeldTable
from relasi.nocodb.views import WantedView
from relasi.nocodb.wanted import WantedColumn, WantedTable
from relasi.store.places import Place

BASE = "base"
"""The name of the place that is the base itself."""

GONE = "gone:"
"""Stands before the names of places that are retired."""

LINK = ">"
"""Stands behind the name of a column, for the one that NocoDB has made of its references."""


@dataclass(frozen=True, slots=True)
class MakeBase:
    title: str


@dataclass(frozen=True, slots=True)
class MakeTable:
    wanted: WantedTable


@dataclass(frozen=True, slots=True)
class MakeColumn:
    table: WantedTable
    wanted: WantedColumn


@dataclass(frozen=True, slots=True)
class AddOptions:
    """Options that the column lacks; those that it has, whoever made them, stay."""

    table: WantedTable
    wanted: WantedColumn
    held: HeldColumn


@dataclass(frozen=True, slots=True)
class MakeView:
    table: WantedTable
    wanted: WantedView


@dataclass(frozen=True, slots=True)
class Rename:
    """The Model calls something else; who has renamed it by hand is not overruled."""

    place: str
    held: HeldTable | HeldColumn
    title: str


@dataclass(frozen=True, slots=True)
class Note:
    """It is there, and the engine did not know yet: somebody pulled the plug, or the field has a new name."""

    place: Place


@dataclass(frozen=True, slots=True)
class Retire:
    """The Model does not have it any more. It stays, under a title that says so, and can be deleted there."""

    place: Place
    held: HeldTable | HeldColumn
    title: str


Step = MakeBase | MakeTable | MakeColumn | AddOptions | MakeView | Rename | Note | Retire


@dataclass(frozen=True, slots=True)
class ByHand:
    """Something that people changed in NocoDB. `place` is the base, an `entity`, or an `entity.field`;
    `title` is what it is called there now."""

    kind: Literal["renamed", "removed", "added"]
    place: str
    title: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """The base as it is. `tables` by their ids, those that are ours with all that belongs to them."""

    id: str
    tables: Mapping[str, HeldTable] = field(default_factory=dict)


def table_of(wanted: WantedTable, places: Mapping[str, Place], held: Held | None) -> HeldTable | None:
    """By the id that was noted, else by its physical name."""
    tables = held.tables if held else {}
    for name in (wanted.entity, *wanted.was):
        if name in places and places[name].key in tables:
            return tables[places[name].key]
    return next((each for each in tables.values() if each.is_called((wanted.name,))), None)


def column_of(
    table: WantedTable, wanted: WantedColumn, places: Mapping[str, Place], held: HeldTable
) -> HeldColumn | None:
    """The same of a column."""
    for entity in (table.entity, *table.was):
        for name in (wanted.name, *wanted.was):
            known = places.get(f"{entity}.{name}")
            if known and (column := held.by_id(known.key)):
                return column
    return held.by_name(wanted.name)


def steps_to(
    title: str,
    wanted: Sequence[WantedTable],
    places: Mapping[str, Place],
    held: Held | None,
    *,
    retired: str,
) -> tuple[Step, ...]:
    """In the order in which they can be taken. `retired` is a title with a hole, for what is not needed."""
    steps: list[Step] = []
    if held is None:
        steps.append(MakeBase(title))
    for table in wanted:
        there = table_of(table, places, held)
        if there is None:
            steps += [MakeTable(table), *(MakeView(table, each) for each in table.views)]
        else:
            steps += _known(table.entity, there, table.title, places)
            steps += _columns(table, there, places)
            steps += _views(table, there, places)
    return (*_retired(wanted, places, held, retired), *steps)


def by_hand(
    wanted: Sequence[WantedTable],
    places: Mapping[str, Place],
    held: Held,
    *,
    others: Collection[str] = (),
) -> Iterator[ByHand]:
    """All that people renamed, removed or added in the base, tables first; but for columns of the kinds
    `others`, which NocoDB adds by itself."""
    ours = set()
    for table in wanted:
        there = table_of(table, places, held)
        if there is None:
            if table.entity in places:
                yield ByHand("removed", table.entity, places[table.entity].title)
            continue
        ours.add(there.id)
        yield from _renamed(table.entity, there, places, table.entity)
        for column in table.columns:
            place, shown = f"{table.entity}.{column.name}", f"{table.entity}{_shown(column)}"
            found = column_of(table, column, places, there)
            if found:
                yield from _renamed(place, found, places, shown)
            elif place in places:
                yield ByHand("removed", shown, places[place].title)
        known = {each.key for each in places.values()}
        for each in there.columns:
            if not each.is_system and each.id not in known and each.kind not in others:
                yield ByHand("added", table.entity, each.title)
    for other in held.tables.values():
        if other.id not in ours and other.id not in {each.key for each in places.values()}:
            yield ByHand("added", BASE, other.title)


def _renamed(
    place: str, found: HeldTable | HeldColumn, places: Mapping[str, Place], shown: str
) -> Iterator[ByHand]:
    if place in places and places[place].title != found.title:
        yield ByHand("renamed", shown, found.title, places[place].title)


def _shown(column: WantedColumn) -> str:
    return f".{column.field}" if column.field else f" ({column.name})"


def _known(
    place: str, found: HeldTable | HeldColumn, title: str, places: Mapping[str, Place]
) -> Iterator[Step]:
    known = places.get(place)
    if known is None or known.key != found.id:
        yield Note(Place(place, found.id, found.title))
    if (known is None or known.title == found.title) and found.title != title:
        yield Rename(place, found, title)


def _columns(table: WantedTable, there: HeldTable, places: Mapping[str, Place]) -> Iterator[Step]:
    for column in table.columns:
        found = column_of(table, column, places, there)
        if found is None:
            yield MakeColumn(table, column)
            continue
        yield from _known(f"{table.entity}.{column.name}", found, column.title, places)
        known = {each.title for each in found.options}
        if any(each.title not in known for each in column.options):
            yield AddOptions(table, column, found)


def _views(table: WantedTable, there: HeldTable, places: Mapping[str, Place]) -> Iterator[Step]:
    """A view that was made once is people's own: changed or removed, it is not made again."""
    for view in table.views:
        place = f"{table.entity}/{view.name}"
        found = next((v for v in there.views if (v.title, v.kind) == (view.title, view.kind)), None)
        if place not in places:
            yield Note(Place(place, found.id, found.title)) if found else MakeView(table, view)


def _retired(
    wanted: Sequence[WantedTable], places: Mapping[str, Place], held: Held | None, title: str
) -> Iterator[Step]:
    """First of all, so that the titles are free for others."""
    if held is None:
        return
    used = {table_.id for table in wanted if (table_ := table_of(table, places, held))}
    for table in wanted:
        there = table_of(table, places, held)
        used |= {
            column.id for each in table.columns if there and (column := column_of(table, each, places, there))
        }
    found: dict[str, HeldTable | HeldColumn] = dict(held.tables)
    for each in held.tables.values():
        if each.id in used:
            found |= {column.id: column for column in each.columns}
    for place in places.values():
        left = found.get(place.key)
        if left is not None and left.id not in used and left.title == place.title:
            new = title.format(title=left.title)
            if not (place.name.startswith(GONE) or place.name.endswith(LINK)):
                yield Retire(place, left, new)
