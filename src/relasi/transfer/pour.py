"""An extract into a database: all of it or nothing, and nobody sees half of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
)
from sqlalchemy.schema import AddConstraint, CreateIndex, DropTable

from relasi.errors import Refused
from relasi.platform.sql.database import Database
from relasi.platform.sql.naming import CONVENTION
from relasi.platform.sql.snapshot import snapshot
from relasi.store.columns import METADATA
from relasi.store.guard import guard
from relasi.transfer.extract import Progress, differing, ignore
from relasi.transfer.rows import Sum, Values, batches, is_document, last_key, put, summed
from relasi.transfer.tables import holdings

_STAGED = "relasi_copying"
"""Before the number of a table while rows come in; deploy takes such tables for the engine's own."""
_MARK = Table(_STAGED, MetaData(), Column("extract", Text, primary_key=True))


def pour(
    file: Path, sums: Mapping[str, Sum], target: Database, *, replace: bool, progress: Progress = ignore
) -> None:
    """Puts all that the extract holds into the target, instead of what is there if `replace`. Where it was
    killed, the same call goes on.

    Raises PlatformError; Refused where the target holds something and `replace` is false, and where what has
    arrived is not what was sent. What the target held stands as it was then.
    """
    extract = digest_of(file)
    if not replace and not goes_on(target, extract):
        demand_empty(target)
    if target.is_sqlite:
        target.close()
        snapshot(file, Path(target.place))
        return
    source = Database.at(file)
    try:
        with source.transaction(write=False) as reading:
            _Pouring(reading, sums, target, extract).out(progress)
    finally:
        source.close()


def demand_empty(target: Database) -> None:
    """Raises Refused where there is any table but those of a copy that is on its way."""
    with target.transaction(write=False) as connection:
        tables = [each for each in inspect(connection).get_table_names() if not each.startswith(_STAGED)]
    if tables:
        raise Refused("not_empty", place=target.place, tables=", ".join(sorted(tables)[:5]))


def goes_on(target: Database, extract: str) -> bool:
    """Whether the target has received the extract with this digest, or a part of it."""
    if target.is_sqlite:
        return False
    with target.transaction(write=False) as connection:
        return _marked(connection) == extract


def digest_of(file: Path) -> str:
    with file.open("rb") as content:
        hashing = sha256()
        while piece := content.read(1 << 20):
            hashing.update(piece)
    return hashing.hexdigest()


class _Pouring:
    """Rows come into tables of other names, batch by batch; then all tables are there at once."""

    def __init__(self, reading: Connection, sums: Mapping[str, Sum], target: Database, extract: str) -> None:
        self._reading = reading
        self._sums = sums
        self._target = target
        self._extract = extract
        self._tables = holdings(reading).copied
        metadata = MetaData(naming_convention=CONVENTION)
        self._staged = [
            _bare(table, f"{_STAGED}_{number}", metadata) for number, table in enumerate(self._tables)
        ]

    def out(self, progress: Progress) -> None:
        with self._target.transaction() as connection:
            if _marked(connection) != self._extract:
                self._begin(connection)
            is_finished = not inspect(connection).has_table(self._staged[0].name)
        if not is_finished:
            self._arrive(progress)
        self._target.analyze()
        with self._target.transaction() as connection:
            _MARK.drop(connection)

    def _arrive(self, progress: Progress) -> None:
        for table, staged in zip(self._tables, self._staged, strict=True):
            self._fill(table, staged, progress)
        with self._target.transaction(write=False) as connection:
            pairs = zip(self._tables, self._staged, strict=True)
            arrived = {table.name: summed(connection, staged) for table, staged in pairs}
        if arrived != self._sums:
            raise Refused("copy_differs", tables=", ".join(differing(arrived, self._sums)))
        with self._target.unhurried() as connection:
            self._finish(connection)

    def _begin(self, connection: Connection) -> None:
        """What another copy has left is of no use."""
        for name in inspect(connection).get_table_names():
            if name.startswith(_STAGED):
                connection.execute(DropTable(Table(name, MetaData())))
        for table in (_MARK, *self._staged):
            table.create(connection)
        connection.execute(insert(_MARK), {"extract": self._extract})

    def _fill(self, table: Table, staged: Table, progress: Progress) -> None:
        with self._target.transaction(write=False) as connection:
            last = last_key(connection, staged)
        for some in batches(self._reading, table, last):
            _demand_fitting(table, some)
            with self._target.transaction() as connection:
                put(connection, staged, some)
            progress(table.name, len(some))

    def _finish(self, connection: Connection) -> None:
        """In one transaction: the old tables go, and the new ones get their names and all that guards
        them."""
        _drop_ours(connection)
        final = MetaData(naming_convention=CONVENTION)
        for table, staged in zip(self._tables, self._staged, strict=True):
            _rename(connection, staged, table.to_metadata(final))
        for table in final.tables.values():
            for index in table.indexes:
                connection.execute(CreateIndex(index))
        for kind in (UniqueConstraint, ForeignKeyConstraint):
            for table in final.tables.values():
                for constraint in table.constraints:
                    if isinstance(constraint, kind):
                        connection.execute(AddConstraint(constraint))
        METADATA.create_all(connection)
        guard(connection)


def _bare(table: Table, name: str, metadata: MetaData) -> Table:
    """The columns, the key, and nothing else."""
    columns = (
        Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable)
        for each in table.columns
    )
    return Table(name, metadata, *columns)


def _rename(connection: Connection, staged: Table, table: Table) -> None:
    prepare = connection.dialect.identifier_preparer
    name, key = prepare.format_table(table), prepare.format_constraint(table.primary_key)
    old_key = prepare.format_constraint(staged.primary_key)
    connection.exec_driver_sql(f"ALTER TABLE {prepare.format_table(staged)} RENAME TO {name}")
    connection.exec_driver_sql(f"ALTER TABLE {name} RENAME CONSTRAINT {old_key} TO {key}")


def _drop_ours(connection: Connection) -> None:
    """What the target held of Relasi's. Tables of others stay, and keep those that they refer to."""
    inspector, prepare = inspect(connection), connection.dialect.identifier_preparer
    there = inspector.get_table_names()
    ours = [*holdings(connection).records, *METADATA.tables.values()]
    names = [prepare.format_table(each) for each in ours if each.name in there]
    if names:
        connection.exec_driver_sql(f"DROP TABLE {', '.join(names)}")


def _marked(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_MARK.name):
        return None
    return connection.scalars(select(_MARK.c.extract)).one_or_none()


def _demand_fitting(table: Table, rows: Sequence[Values]) -> None:
    """SQLite takes texts with a sign that PostgreSQL has none for."""
    for row in rows:
        for column, value in zip(table.columns, row, strict=True):
            if isinstance(value, str) and ("\\u0000" if is_document(column) else "\0") in value:
                raise Refused("cannot_hold", place=f"{table.name}.{column.name}", record=str(row[0]))
