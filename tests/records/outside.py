"""Somebody with a connection to the database of a CRM, past Relasi, and the worker that looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from relasi.records.edits.outside import EditSweep
from relasi.schema.model import Watch
from relasi.store.objections import Objection
from tests.postgresql import Server
from tests.records.world import World, compiled, deployed


class Outside:
    def __init__(self, world: World, engine: Engine, schema: str) -> None:
        self.world = world
        self.schema = schema
        self._engine = engine
        self._sweep = EditSweep(world.crm.records)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        with self._engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return list(found.all()) if found.returns_rows else []

    def looked_at(self) -> None:
        while self._sweep(self.world.clock()):
            pass

    def objections(self) -> Sequence[Objection]:
        with self.world.crm.store.session(write=False) as session:
            return session.objections.open()

    def empty(self) -> None:
        """The tables are made once, for that takes a second."""
        tables = [f'"{name}"' for name in self.world.crm.model.entities]
        parts = ("change", "unchained", "trace", "edit", "objection", "series")
        tables += [f"relasi_{each}" for each in parts]
        self.sql(
            "ALTER TABLE relasi_change DISABLE TRIGGER USER;"
            f" TRUNCATE {', '.join(tables)};"
            " ALTER TABLE relasi_change ENABLE TRIGGER USER"
        )


@contextmanager
def opened_outside(root: Path, server: Server, *texts: str) -> Iterator[Outside]:
    schema = server.new_schema()
    url = server.url(schema)
    platform = (
        f"platform: local\nkind: postgresql\nhost: {url.query['host']}\nuser: {url.username}\n"
        f"database: {url.database}\nschema: {schema}\n"
    )
    model = compiled(root, (platform, *texts))
    world = deployed(root, replace(model, platform=replace(model.platform, watch=Watch.EDITS)))
    engine = create_engine(url)
    yield Outside(world, engine, schema)
    engine.dispose()
    world.crm.close()
