"""The CRM at the root of this repository on an empty database, and files loaded into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from relasi.config.project import base_content
from relasi.definitions import compile_project
from relasi.deploy import Stamp, apply, make_plan
from relasi.importing.prepare import prepare
from relasi.importing.report import Summary
from relasi.importing.run import Importer
from relasi.platform.query import Query, Row
from relasi.records import Source
from relasi.runtime import Crm, engine_actor, open_model
from relasi.schema.model import Model


@cache
def content() -> Model:
    model, _, _ = compile_project(base_content())
    assert model is not None
    return model


@cache
def _empty_database() -> bytes:
    with TemporaryDirectory() as folder:
        crm = open_model(Path(folder), content())
        plan = make_plan(crm.model, crm.database, now=crm.clock())
        apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))
        crm.close()
        return Path(crm.database.place).read_bytes()


@contextmanager
def empty_crm(folder: Path, *, clock: Callable[[], datetime] | None = None) -> Iterator[Crm]:
    database = folder / "data/crm.db"
    database.parent.mkdir(parents=True)
    database.write_bytes(_empty_database())
    crm = open_model(folder, content(), clock=clock)
    yield crm
    crm.close()


def load(crm: Crm, entity: str, file: Path, map_file: Path | None = None, **options: Any) -> Summary:
    """Imports a file that is expected to be importable."""
    made, diagnostics = prepare(crm.model, crm.model.entities[entity], file, map_file=map_file)
    assert made is not None, [each.message for each in diagnostics]
    return Importer(crm.records, engine_actor(Source.IMPORT), crm.clock).run(made, **options)


def rows(crm: Crm, entity: str) -> list[Row]:
    """All records, in the order in which they were made."""
    with crm.records.work(engine_actor(Source.CLI), write=False) as work:
        return list(work.transaction.find(Query(entity, work.asking, limit=100_000)).rows)
