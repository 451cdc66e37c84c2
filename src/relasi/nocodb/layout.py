"""Where the values of records stand in a base at this moment, under which titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relasi.nocodb.cells import Cells
from relasi.nocodb.difference import BASE, column_of, table_of
from relasi.nocodb.held import read_held
from relasi.nocodb.meta import HeldTable, Meta
from relasi.nocodb.wanted import RECORD, TITLE, VERSION, WRITER, WantedTable, wanted_tables
from relasi.schema.model import Model
from relasi.store.places import Place


@dataclass(frozen=True, slots=True)
class Spot:
    """A column: its id, and the title that people have given it, by which rows name it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of one entity. A column that somebody removed is in none of these."""

    id: str
    record: Spot
    version: Spot
    writer: Spot
    title: Spot | None
    """Where the title of the record stands, for people to read."""
    fields: Mapping[str, Spot]
    twins: Mapping[str, Spot]
    """Where the names stand of what fields link to, for people to read."""
    cells: Mapping[str, Cells]
    """By field, as `fields`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`missing` are entities whose tables are not there, or lack what the engine finds its records by: as
    long as they do, nothing is known about their rows."""

    base: str
    sheets: Mapping[str, Sheet]
    missing: tuple[str, ...]


def layout_of(model: Model, places: Mapping[str, Place], meta: Meta) -> Layout | None:
    """As the server tells at this moment; None where the base was not made yet, or is gone. Raises
    PlatformUnavailable and AccessRefused."""
    wanted = wanted_tables(model)
    held = read_held(places, meta, {each.name for each in wanted.values()})
    if held is None:
        return None
    sheets: dict[str, Sheet] = {}
    for entity, table in wanted.items():
        there = table_of(table, places, held)
        if there and (sheet := _sheet(model, table, places, there)):
            sheets[entity] = sheet
    return Layout(places[BASE].key, sheets, tuple(each for each in wanted if each not in sheets))


def _sheet(model: Model, table: WantedTable, places: Mapping[str, Place], there: HeldTable) -> Sheet | None:
    spots: dict[str, Spot] = {}
    for column in table.columns:
        if found := column_of(table, column, places, there):
            spots[column.name] = Spot(found.id, found.title)
    if not {RECORD, VERSION, WRITER} <= spots.keys():
        return None
    fields = {c.field: spots[c.name] for c in table.columns if c.field and not c.twin and c.name in spots}
    twins = {c.field: spots[c.name] for c in table.columns if c.field and c.twin and c.name in spots}
    types = model.entities[table.entity].fields
    language = model.settings.languages[0]
    return Sheet(
        id=there.id,
        record=spots[RECORD],
        version=spots[VERSION],
        writer=spots[WRITER],
        title=spots.get(TITLE),
        fields=fields,
        twins=twins,
        cells={name: Cells(types[name].type, language) for name in fields},
    )
