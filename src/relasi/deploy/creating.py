"""Tables as Relasi makes them: a link is declared with its column, so that SQLite can take it away again."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, ForeignKey, MetaData, Table

from relasi.platform.sql.naming import CONVENTION


def create_tables(connection: Connection, tables: Iterable[Table]) -> None:
    """Without their indexes, which are cheaper to make once there are rows."""
    made = list(tables)
    operations = Operations(MigrationContext.configure(connection))
    for table in made:
        create_plain(connection, table)
    for table in made:
        add_links(operations, table)


def create_plain(connection: Connection, table: Table) -> None:
    """Without its links, which may go in circles; `add_links` follows."""
    plain = [
        Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable)
        for each in table.columns
        if not each.foreign_keys
    ]
    Table(table.name, MetaData(naming_convention=CONVENTION), *plain).create(connection)


def add_links(operations: Operations, table: Table) -> None:
    for each in table.columns:
        if each.foreign_keys:
            add_column(operations, each, each.name)


def add_column(operations: Operations, column: Column[object], name: str) -> None:
    """A column like this one, of that name."""
    references = [ForeignKey(each.target_fullname) for each in column.foreign_keys]
    added = Column(name, column.type, *references)
    operations.add_column(column.table.name, added, inline_references=True)
