"""The changes as statements, inside the transaction of the apply.

In three steps: what has to be there before values can move, the values, and what is no longer needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, column, table, update

from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    Change,
    CreateTable,
    Derive,
    DropIndex,
    EmptyTrash,
    FillEmpty,
    Forbid,
    Kept,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
    RenameTable,
    Retire,
    Rewrite,
    RunsInFlight,
    Tighten,
    WatchTables,
)
from relasi.deploy.creating import add_column, add_links, create_plain
from relasi.deploy.deriving import derive
from relasi.deploy.flight import take_over
from relasi.deploy.following import rename_entity, rename_field, requalify
from relasi.deploy.ground import Ground
from relasi.deploy.indexes import Indexes
from relasi.deploy.likening import keep_likeness
from relasi.deploy.moving import Moving
from relasi.deploy.reencrypting import follow_rename
from relasi.deploy.searching import forget_mark, keep_search_indexes
from relasi.deploy.watching import watch
from relasi.errors import PlatformError
from relasi.platform.sql.values import Stored
from relasi.store.session import Session

_NEW = "__new"
"""Behind the name of a column while its values are moved; no field may be called so."""


class Carrying:
    """`stamp_id` is the deployment, by which the trash knows what it took away."""

    def __init__(self, ground: Ground, changes: Sequence[Change], stamp_id: str) -> None:
        self._ground = ground
        self._changes = changes
        self._connection = ground.connection
        self._operations = Operations(MigrationContext.configure(ground.connection))
        self._store = Session(ground.connection)
        self._indexes = Indexes(ground, self._operations)
        self._moving = Moving(replace(ground, settled=True, _ids={}), stamp_id)

    def out(self) -> None:
        on_sqlite = self._connection.dialect.name == "sqlite"
        if on_sqlite:
            self._connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the commit
            self._connection.exec_driver_sql("PRAGMA secure_delete = ON")  # what is encrypted leaves no trace
        self._indexes.drop()
        for change in self._changes:
            self._open(change)
        self._add_links()
        requalify(self._ground)
        self._moving.out(self._changes, self._written)
        for change in self._changes:
            self._close(change)
        self._indexes.create()
        derive(self._ground, self._changes)
        watch(self._connection, self._ground.wanted)
        keep_search_indexes(self._connection, self._ground.model)
        keep_likeness(self._ground)
        if on_sqlite and self._connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise PlatformError("link_broken")

    def _open(self, change: Change) -> None:
        match change:
            case RenameTable(name, was):
                self._operations.rename_table(was, name)
                rename_entity(self._store, was, name)
                follow_rename(self._ground, name, was)
            case RenameColumn(name, key, was):
                self._operations.alter_column(name, was, new_column_name=key)
                rename_field(self._store, name, was, key)
                follow_rename(self._ground, name, name, field=(key, was))
            case CreateTable(name):
                create_plain(self._connection, self._ground.tables.table(name))
            case AddColumn(name, key) | Rewrite(name, key) | Derive(name, key):
                if self._written(name, key) != key or isinstance(change, AddColumn):
                    self._add_column(name, key)
            case RemoveTable() | RemoveColumn() | Retire() | FillEmpty() | Tighten() | Forbid():
                pass
            case (
                AddIndex() | DropIndex() | WatchTables() | Kept() | EmptyTrash() | RunsInFlight() | Blocked()
            ):
                pass
            case _:
                assert_never(change)

    def _close(self, change: Change) -> None:
        match change:
            case Rewrite(name, key) | Derive(name, key):
                if isinstance(change, Derive) and change.replaces:
                    self._moving.throw_column(name, key, "rewritten")
                if self._written(name, key) != key:
                    self._replace_column(name, key)
                if isinstance(change, Rewrite) and change.encrypts:
                    self._store.audit.close_field(name, key)
                    self._store.trash.close_field(name, key)
            case Retire(name, key):
                self._unlink(name, key)
            case RemoveColumn(name, key):
                self._moving.throw_column(name, key, "removed")
                self._drop_column(name, key)
            case RemoveTable(name):
                self._moving.throw_table(name)
                self._operations.drop_table(name)
            case EmptyTrash(removal):
                self._store.trash.drop(removal)
            case RunsInFlight() if change.is_due:
                take_over(self._ground.model, self._store, change, self._ground.moment.now)
            case RenameTable() | RenameColumn() | CreateTable() | AddColumn() | FillEmpty() | Tighten():
                pass
            case AddIndex() | DropIndex() | WatchTables() | Forbid() | Kept() | RunsInFlight() | Blocked():
                pass
            case _:
                assert_never(change)

    def _written(self, name: str, key: str) -> str:
        """The column that takes the values of a field, which is another one while its type changes."""
        there = self._ground.held.get(name)
        held = there.columns.get(key) if there else None
        wanted = self._ground.wanted[name].columns[key]
        return key if held is None or held.declared == wanted.declared else key + _NEW

    def _add_links(self) -> None:
        for change in self._changes:
            if isinstance(change, CreateTable):
                add_links(self._operations, self._ground.tables.table(change.table))

    def _add_column(self, name: str, key: str) -> None:
        wanted = self._ground.tables.table(name).columns[key]
        add_column(self._operations, wanted, self._written(name, key))

    def _replace_column(self, name: str, key: str) -> None:
        self._drop_column(name, key)
        self._operations.alter_column(name, key + _NEW, new_column_name=key)

    def _drop_column(self, name: str, key: str) -> None:
        held = self._ground.held[name]
        forget_mark(self._connection, held.source, held.columns[key].source)
        self._operations.drop_column(name, key)

    def _unlink(self, name: str, key: str) -> None:
        """A retired link keeps nothing from being deleted."""
        held, retired = self._ground.held[name].columns[key], self._ground.wanted[name].retired[key]
        if held.declared == retired.declared:
            return
        self._operations.add_column(name, Column(key + _NEW, Stored(retired.type.kept_as)))
        copied = update(table(name, column(key), column(key + _NEW))).values({key + _NEW: column(key)})
        self._connection.execute(copied)
        self._replace_column(name, key)
