"""The CRM of this repository on a database of its own, and the same tables for raw SQLAlchemy Core."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, ColumnElement, Connection, Engine, MetaData, Table, create_engine, event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from relasi.definitions import compile_project
from relasi.deploy.apply import Stamp, apply
from relasi.deploy.plan import make_plan
from relasi.platform.query import Row
from relasi.platform.sql.database import Database
from relasi.platform.sql.tables import Tables
from relasi.records import Actor, Source
from relasi.runtime import Crm, open_model
from relasi.schema.model import Model
from relasi.store.columns import METADATA

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Site:
    """`agent` is a person with the rights of a department, as behind a page."""

    crm: Crm
    agent: Actor

    def copy(self, file: Path) -> Path:
        """The database as it is, in another file."""
        self.crm.database.close()  # brings what is in the log into the file; the next use opens it again
        return Path(shutil.copy(self.crm.database.place, file))


def compiled() -> Model:
    model, _, _ = compile_project(ROOT)
    assert model is not None, "run relasi check"
    return model


def opened(folder: Path, model: Model) -> Site:
    """An empty CRM in the folder, with one user."""
    crm = open_model(folder, model)
    crm.store.prepare()
    apply(
        make_plan(model, crm.database, now=crm.clock()), model, crm.database, Stamp(crm.new_id(), crm.clock())
    )
    user = crm.accounts.add(
        "sari",
        full_name="Sari Wulandari",
        email="sari@example.com",
        roles=["service_agent"],
        language="id",
        password="only-for-benchmarks",
    )
    return Site(crm, crm.actor(user, Source.PAGE))


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw SQLAlchemy Core on a database of the same shape: no recipe, the same tables, pragmas and locks."""

    engine: Engine
    records: MetaData
    store: MetaData = METADATA

    def rows(self, table: Table, where: ColumnElement[bool]) -> list[Row]:
        """In the order in which they were made."""
        query = select(table).where(where).order_by(table.c.id)
        with self.engine.begin() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]


def raw_beside(database: Database, model: Model) -> Raw:
    """On the database of Relasi itself, past it."""
    return raw_on(Path(database.place), model) if database.is_sqlite else raw_at(database.url, model)


def raw_at(url: URL, model: Model) -> Raw:
    """On a server."""
    return Raw(create_engine(url), Tables(model).metadata)


def raw_on(file: Path, model: Model, *, write: bool = True) -> Raw:
    engine = create_engine(URL.create("sqlite", database=str(file)))

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "journal_mode = WAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return Raw(engine, Tables(model).metadata)
