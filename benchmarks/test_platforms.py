"""What a platform is asked for all day, against the bare driver that asks the same: sqlite3, psycopg."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from benchmarks.race import Race
from benchmarks.site import Site, opened
from relasi.platform.query import Asking, Figure, Query, Row, Summary
from relasi.platform.sql.platform import SqlPlatform
from relasi.platform.sql.values import encoder
from relasi.runtime import uuid7
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression
from relasi.schema.model import Model, PlatformSettings, PostgresqlServer, ServerTls, Sort
from relasi.schema.scope import ModelScope
from tests.postgresql import DATABASES, Server, started

RECORDS = 100_000
BULK = 20_000
PAGE = 50
DEEP = 300
COLUMNS = ("id", "version", "subject", "about", "priority", "owner", "due_at", "status")
FILTER = "priority in [high, urgent] and status = to_do"
CUSTOMER = "c1"
_LISTED = ", ".join(COLUMNS)
_FILTERED = "priority IN ('high', 'urgent') AND status = 'to_do'"
"""The same by hand; both hold for a third of the records."""
_BEGIN = {"sqlite": ("BEGIN", "BEGIN IMMEDIATE"), "postgresql": ("BEGIN READ ONLY", "BEGIN")}
"""To read, to write."""

Driver = sqlite3.Connection | psycopg.Connection[Any]


@dataclass(frozen=True)
class Full:
    """A database with many tasks, and the bare driver on it."""

    kind: str
    site: Site
    platform: SqlPlatform
    driver: Driver

    def query(self, *sort: Sort, after: str | None = None) -> Query:
        crm = self.site.crm
        where = Expression.parse(FILTER, ModelScope(crm.model, "task"))
        asking = Asking(crm.clock(), crm.model.settings.zone)
        return Query("task", asking, (where,), sort=sort, fields=COLUMNS[2:], limit=PAGE, after=after)

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """As somebody does who writes SQL: rows as dicts, in a transaction of its own."""
        with self.begun(write=False) as cursor:
            cursor.execute(self._marked(sql), values)
            names = [each[0] for each in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def add(self, rows: list[Row]) -> None:
        names = list(rows[0])
        marks = ", ".join("?" for _ in names)
        sql = self._marked(f"INSERT INTO task ({', '.join(names)}) VALUES ({marks})")
        with self.begun(write=True) as cursor:
            cursor.executemany(sql, [list(row.values()) for row in rows])

    @contextmanager
    def begun(self, *, write: bool) -> Iterator[Any]:  # Any: a cursor of either driver
        cursor = self.driver.cursor()
        cursor.execute(_BEGIN[self.kind][write])
        yield cursor
        cursor.execute("COMMIT")

    def native(self, rows: list[Row]) -> list[Row]:
        """As the driver takes them."""
        if self.kind == "postgresql":
            return rows
        tables = self.platform.tables
        encoders = {name: encoder(tables.storage("task", name)) for name in rows[0]}
        return [
            {name: None if value is None else encoders[name](value) for name, value in row.items()}
            for row in rows
        ]

    def _marked(self, sql: str) -> str:
        return sql if self.kind == "sqlite" else sql.replace("?", "%s")


@pytest.fixture(scope="module", params=DATABASES)
def full(
    tmp_path_factory: pytest.TempPathFactory, model: Model, request: pytest.FixtureRequest
) -> Iterator[Full]:
    folder = tmp_path_factory.mktemp("full")
    with ExitStack() as stack:
        if request.param == "postgresql":
            server = stack.enter_context(started())
            model = replace(model, platform=server_settings(server))
        site = opened(folder, model)
        stack.callback(site.crm.close)
        platform = SqlPlatform(site.crm.database, model)
        _fill(site, platform)
        driver = stack.enter_context(closing(_connected(site)))  # not before it has been counted
        yield Full(request.param, site, platform, driver)


def _connected(site: Site) -> Driver:
    url = site.crm.database.url
    if url.get_backend_name() == "postgresql":
        host = str(url.query["host"])
        return psycopg.connect(host=host, dbname=url.database, user=url.username, autocommit=True)
    driver = sqlite3.connect(site.crm.database.place, isolation_level=None)
    driver.execute("PRAGMA foreign_keys = ON")
    driver.execute("PRAGMA synchronous = NORMAL")
    return driver


def server_settings(server: Server) -> PlatformSettings:
    url = server.url()
    place = PostgresqlServer(
        host=str(server.home),
        port=5432,
        database=url.database or "",
        user=url.username,
        password=None,
        tls=ServerTls.NONE,
        root_certificate=None,
        schema="public",
        connections=10,
        connect_timeout=5,
        statement_timeout=60,
    )
    return PlatformSettings("bench", place, "files")


def _fill(site: Site, platform: SqlPlatform) -> None:
    now = site.crm.clock()
    customer = dict.fromkeys(site.crm.model.entities["customer"].fields)
    customer |= {"id": CUSTOMER, "version": 1, "name": "Maju", "created_at": now, "updated_at": now}
    with platform.transaction() as transaction:
        transaction.insert("customer", [customer])
        transaction.insert("task", tasks(site, RECORDS))
    site.crm.database.analyze()


def tasks(site: Site, count: int) -> list[Row]:
    """`due_at` has an index, `subject` has none, both are in no order."""
    now, blank = site.crm.clock(), dict.fromkeys(site.crm.model.entities["task"].fields)
    return [
        {
            **blank,
            "id": uuid7(),
            "version": 1,
            "subject": f"Call about order {n * 7919 % RECORDS}",
            "about": f"customer/{CUSTOMER}",
            "owner": site.agent.user_id,
            "priority": ("low", "normal", "high", "urgent")[n % 4],
            "status": ("to_do", "to_do", "done")[n % 3],
            "due_at": now + timedelta(minutes=n * 7919 % RECORDS),
            "created_at": now,
            "updated_at": now,
        }
        for n in range(count)
    ]


def test_insert_one(race: Race, full: Full) -> None:
    rows = iter(tasks(full.site, 2_000))

    def ours() -> None:
        with full.platform.transaction() as transaction:
            transaction.insert("task", [next(rows)])

    race.run(f"{full.kind}: insert 1", ours, lambda: full.add(full.native([next(rows)])), times=20, rounds=20)


def test_insert_many(race: Race, full: Full) -> None:
    given: list[list[Row]] = []

    def ours() -> None:
        with full.platform.transaction() as transaction:
            transaction.insert("task", given.pop())

    race.run(
        f"{full.kind}: insert {BULK:,}",
        ours,
        lambda: full.add(full.native(given.pop())),
        aim=3,
        rounds=3,
        prepare=lambda: given.append(tasks(full.site, BULK)),
    )


@pytest.mark.parametrize("depth", [0, DEEP])
@pytest.mark.parametrize("sort", ["due_at", "subject"])
def test_page(race: Race, full: Full, sort: str, depth: int) -> None:
    query, last = full.query(Sort(sort)), None
    with full.platform.transaction(write=False) as transaction:
        for _ in range(depth):
            page = transaction.find(query)
            query, last = full.query(Sort(sort), after=page.next), page.rows[-1]

    def ours() -> list[str]:
        with full.platform.transaction(write=False) as transaction:
            return [row["id"] for row in transaction.find(query).rows]

    behind = f" AND ({sort}, id) > (?, ?)" if last else ""
    order = f"ORDER BY {sort}, id LIMIT {PAGE}"
    sql = f"SELECT {_LISTED} FROM task WHERE {_FILTERED} AND {sort} IS NOT NULL{behind} {order}"
    marks = list(full.native([{sort: last[sort], "id": last["id"]}])[0].values()) if last else []

    def raw() -> list[str]:
        return [row["id"] for row in full.ask(sql, marks)]

    assert ours() == raw()
    where = "index" if sort == "due_at" else "no index"
    race.run(f"{full.kind}: page, {where}, {'deep' if depth else 'first'}", ours, raw, aim=1.5, rounds=15)


def test_count(race: Race, full: Full) -> None:
    query = full.query()

    def ours() -> int:
        with full.platform.transaction(write=False) as transaction:
            return transaction.count(query, 1_000_000).number

    def raw() -> int:
        (row,) = full.ask(f"SELECT count(*) AS n FROM task WHERE {_FILTERED}")
        return int(row["n"])

    assert ours() == raw()
    race.run(f"{full.kind}: count", ours, raw, aim=1.5, rounds=10)


def test_aggregate(race: Race, full: Full) -> None:
    query = full.query()
    by = Expression.parse("owner", ModelScope(full.site.crm.model, query.entity))
    summary = Summary((Figure(Function.COUNT),), (by,))

    def ours() -> dict[str, int]:
        with full.platform.transaction(write=False) as transaction:
            groups = transaction.summarize(query, summary)
            return {each.by[0]: each.figures[0] for each in groups}

    def raw() -> dict[str, int]:
        rows = full.ask(f"SELECT owner, count(*) AS n FROM task WHERE {_FILTERED} GROUP BY owner")
        return {row["owner"]: row["n"] for row in rows}

    assert ours() == raw()
    race.run(f"{full.kind}: aggregate", ours, raw, aim=1.5, rounds=10)


def test_record_with_its_links(race: Race, full: Full) -> None:
    (task,) = full.ask("SELECT id FROM task WHERE subject = 'Call about order 7'")[:1]
    key = task["id"]

    def ours() -> tuple[str, str]:
        with full.platform.transaction(write=False) as transaction:
            row = transaction.get("task", [key])[key]
            about = row["about"].partition("/")[2]
            return row["id"], transaction.get("customer", [about])[about]["name"]

    def raw() -> tuple[str, str]:
        (row,) = full.ask("SELECT * FROM task WHERE id = ?", [key])
        (linked,) = full.ask("SELECT * FROM customer WHERE id = ?", [row["about"].partition("/")[2]])
        return row["id"], linked["name"]

    assert ours() == raw()
    race.run(f"{full.kind}: a record and one that it links to", ours, raw, times=10)
