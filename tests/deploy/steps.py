"""What the tests of plan and apply do again and again."""

from __future__ import annotations

from typing import Any

from relasi.deploy import Plan, Stamp, apply, make_plan
from relasi.deploy.changes import Change
from relasi.platform.query import Row
from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.schema.model import Model
from relasi.store.deployments import Deployment
from tests.builders import NOW, row

STAMP = Stamp("d1", NOW)


def planned(model: Model, database: Database) -> Plan:
    return make_plan(model, database, now=NOW)


def changes(model: Model, database: Database) -> tuple[Change, ...]:
    return planned(model, database).changes


def deploy(model: Model, database: Database, number: int = 1) -> Deployment:
    return apply(planned(model, database), model, database, Stamp(f"d{number}", NOW))


def fill(model: Model, database: Database, entity: str, *rows: dict[str, Any]) -> None:  # Any: field values
    """Inserts rows with the ids 1, 2, ..."""
    whole = [row(model, entity, str(number), **values) for number, values in enumerate(rows, start=1)]
    with SqlPlatform(database, model).transaction() as transaction:
        transaction.insert(entity, whole)


def held_rows(model: Model, database: Database, entity: str) -> dict[str, Row]:
    """By id, in the order in which `fill` gave them."""
    keys = [str(number) for number in range(1, 100)]
    with SqlPlatform(database, model).transaction(write=False) as transaction:
        rows = transaction.get(entity, keys)
        return {key: rows[key] for key in keys if key in rows}
