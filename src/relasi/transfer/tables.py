"""What a database holds of Relasi's: the tables of the last deployment, and those of the engine store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, ForeignKey, MetaData, Table
from sqlalchemy import Index as SqlIndex

from relasi.deploy.inspect import held_structure
from relasi.deploy.plan import remembered
from relasi.deploy.structure import Held, HeldColumn, HeldTable
from relasi.platform.sql.naming import CONVENTION, index_name
from relasi.platform.sql.tables import KEY, NEVER_EMPTY
from relasi.platform.sql.values import Stored
from relasi.store.columns import METADATA

_REFERS = " REFERENCES "


@dataclass(frozen=True, slots=True)
class Holdings:
    """`records` are the tables of entities as they are, which may not be as the Model wants them: a copy can
    be made before an apply. `foreign` are tables and columns that somebody else has made."""

    records: tuple[Table, ...]
    foreign: tuple[str, ...]

    @property
    def copied(self) -> tuple[Table, ...]:
        """Every table whose rows belong to a copy, by name."""
        engine = (each for each in METADATA.tables.values() if not is_passing(each))
        return tuple(sorted((*self.records, *engine), key=lambda table: table.name))


def is_passing(table: Table) -> bool:
    """Whether the rows matter only where they were written."""
    return bool(table.info.get("passing"))


def is_left_afresh(table: Table) -> bool:
    """The same, or only on the platform where they were written."""
    return is_passing(table) or bool(table.info.get("elsewhere"))


def holdings(connection: Connection) -> Holdings:
    """Reads the structure; the engine's tables are taken for those of this version."""
    metadata = MetaData(naming_convention=CONVENTION)
    held = held_structure(connection, remembered(connection))
    ours = {name: table for name, table in held.items() if KEY in table.columns and table.columns[KEY].type}
    made = tuple(_table(name, table, metadata) for name, table in ours.items())
    return Holdings(made, tuple(sorted(_foreign(held))))


def _foreign(held: Held) -> Iterator[str]:
    for name, table in held.items():
        strange = [key for key, column in table.columns.items() if column.type is None]
        yield from [name] if len(strange) == len(table.columns) else (f"{name}.{key}" for key in strange)


def _table(name: str, held: HeldTable, metadata: MetaData) -> Table:
    columns = (_column(key, each) for key, each in held.columns.items())
    table = Table(name, metadata, *(each for each in columns if each is not None))
    for index in sorted(held.indexes):
        if set(index.columns) <= set(table.columns.keys()):
            title = index_name(name, index.columns, unique=index.unique)
            SqlIndex(title, *(table.columns[each] for each in index.columns), unique=index.unique)
    return table


def _column(key: str, held: HeldColumn) -> Column[object] | None:
    if held.type is None:
        return None
    _, _, target = held.declared.partition(_REFERS)
    return Column(
        key,
        Stored(held.type.kept_as),
        *([ForeignKey(f"{target}.{KEY}")] if target else []),
        primary_key=key == KEY,
        nullable=key not in NEVER_EMPTY,
    )
