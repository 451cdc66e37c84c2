"""The platform contract on an SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy import Row as SqlRow

from relasi.errors import PlatformFull, PlatformReadOnly, PlatformUnavailable
from relasi.platform.query import Count, Group, Page, Query, Ranking, Row, Summary
from relasi.platform.sql import statements, summaries
from relasi.platform.sql.adding import add_rows
from relasi.platform.sql.ciphers import locked, unlock
from relasi.platform.sql.database import Database
from relasi.platform.sql.kept import Kept
from relasi.platform.sql.prebuilt import Prebuilt, prebuilt
from relasi.platform.sql.ranks import ranked
from relasi.platform.sql.tables import KEY, VERSION, Tables
from relasi.schema.model import Model

_FEW = 500
"""Records that are put in order at once, rather than looked for in the order."""


class SqlTransaction:
    """`connection` is for the engine store, which takes part in the same transaction."""

    def __init__(
        self, connection: Connection, tables: Tables, prebuilt: Mapping[str, Prebuilt], kept: Kept
    ) -> None:
        self.connection = connection
        self._tables = tables
        self._prebuilt = prebuilt
        self._kept = kept

    @classmethod
    def within(cls, connection: Connection, model: Model, tables: Tables) -> Self:
        """As part of a transaction that somebody else has begun."""
        is_sqlite = connection.dialect.name == "sqlite"
        return cls(connection, tables, prebuilt(model, tables, is_sqlite=is_sqlite), Kept())

    def get(self, entity: str, ids: Sequence[str], *, hold: bool = False) -> Mapping[str, Row]:
        names, ciphers = self._tables.table(entity).columns.keys(), self._tables.ciphers(entity)
        by_ids = self._prebuilt[entity].held if hold else self._prebuilt[entity].by_ids
        rows: dict[str, Row] = {}
        for statement, some in by_ids.parts(ids):
            for values in self.connection.execute(statement, some):
                row = dict(zip(names, values, strict=True))
                unlock(ciphers, row)
                rows[row[KEY]] = row
        return rows

    def existing(self, entity: str, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for statement, some in self._prebuilt[entity].existing.parts(ids):
            found.update(self.connection.scalars(statement, some))
        return found

    def find(self, query: Query) -> Page:
        shape = statements.shape(self._tables, query)
        paging = self._kept.get(shape, lambda: statements.paging(self._tables, query))
        after = None if query.after is None else paging.cursors.read(query, query.after)
        whole, query = query, self._narrowed(query)
        empty = after and tuple(value is None for value in after)
        asked = self._kept.get(
            shape and (shape, query.limit, empty),
            lambda: statements.page(self._tables, query, paging.keys, after),
        )
        found: list[SqlRow[Any]] = []
        values = {**statements.behind(after), **statements.matched(query)}
        for statement in asked:
            found += self.connection.execute(statement, values).all()
            if len(found) > query.limit:
                break
        rows = tuple(dict(zip(paging.names, values, strict=False)) for values in found[: query.limit])
        if ciphers := self._tables.ciphers(query.entity):
            for row in rows:
                unlock(ciphers, row)
        if len(found) <= query.limit:
            return Page(rows, None)
        last = found[query.limit - 1]._mapping
        return Page(rows, paging.cursors.write(whole, tuple(last[key.column] for key in paging.keys)))

    def _narrowed(self, query: Query) -> Query:
        """The same page, asked of the few records in which the words were found. SQLite would rather go along
        the index of the order, and fetch record after record until it has a page of them."""
        if query.search is None or self.connection.dialect.name != "sqlite":
            return query
        found = self.connection.scalars(statements.some(self._tables, query, _FEW + 1)).all()
        if len(found) > _FEW:
            return query
        return replace(query, where=(), matching={KEY: found}, search=None)

    def count(self, query: Query, cap: int) -> Count:
        shape = statements.shape(self._tables, query)
        statement = self._kept.get(
            shape and (shape, cap), lambda: statements.capped_count(self._tables, query, cap)
        )
        number: int = self.connection.execute(statement, statements.matched(query)).scalar_one()
        return Count(min(number, cap), number > cap)

    def summarize(self, query: Query, summary: Summary) -> tuple[Group, ...]:
        is_sqlite = self.connection.dialect.name == "sqlite"
        asked = self._kept.get(
            summaries.shape(self._tables, query, summary),
            lambda: summaries.summarized(self._tables, query, summary, is_sqlite=is_sqlite),
        )
        return asked.read(self.connection.execute(asked.select, statements.matched(query)).all())

    def insert(self, entity: str, rows: Sequence[Row]) -> None:
        if ciphers := self._tables.ciphers(entity):
            rows = [locked(ciphers, row[KEY], row) for row in rows]
        add_rows(self.connection, self._prebuilt[entity].insert, rows)

    def update(self, entity: str, key: str, version: int, values: Row) -> bool:
        statement = self._prebuilt[entity].update(frozenset(values))
        held = {"held_key": key, "held_version": version, VERSION: version + 1}
        kept = locked(self._tables.ciphers(entity), key, values)
        return self.connection.execute(statement, {**kept, **held}).rowcount == 1

    def put(self, entity: str, values: Mapping[str, Row]) -> None:
        alike: dict[frozenset[str], list[Row]] = {}
        ciphers = self._tables.ciphers(entity)
        for key, row in values.items():
            kept = locked(ciphers, key, row)
            alike.setdefault(frozenset(row), []).append({**kept, "held_key": key})
        for names, rows in alike.items():
            self.connection.execute(self._prebuilt[entity].put(names), rows)

    def roll_up(self, entity: str, field: str, links: Sequence[str]) -> Mapping[str, Any]:
        rollup = self._prebuilt[entity].rollups[field]
        figures: dict[str, Any] = {}
        for statement, some in rollup.by_links.parts(links):
            figures.update(rollup.figures(self.connection.execute(statement, some).all()))
        return figures

    def delete(self, entity: str, key: str, version: int) -> bool:
        statement = self._prebuilt[entity].delete
        return self.connection.execute(statement, {"held_key": key, "held_version": version}).rowcount == 1

    def rank(self, query: Query, ranking: Ranking) -> tuple[Row, ...]:
        statement = ranked(self._tables, query, ranking)
        names = (KEY, *ranking.fields)
        return tuple(dict(zip(names, row, strict=True)) for row in self.connection.execute(statement))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        nested = self.connection.begin_nested()
        try:
            yield
        except (PlatformUnavailable, PlatformReadOnly, PlatformFull):
            raise  # the transaction is lost as a whole; SQLite has dropped it already, savepoints and all
        except BaseException:
            nested.rollback()
            raise
        nested.commit()


class SqlPlatform:
    """The records of a Model in one database, where `deploy` has made its tables."""

    name = "sql"

    def __init__(self, database: Database, model: Model) -> None:
        self.database = database
        self.tables = Tables(model, database.keyring)
        self._prebuilt = prebuilt(model, self.tables, is_sqlite=database.is_sqlite)
        self._kept = Kept()

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[SqlTransaction]:
        with self.database.transaction(write=write) as connection:
            yield SqlTransaction(connection, self.tables, self._prebuilt, self._kept)

    def close(self) -> None:
        self.database.close()
