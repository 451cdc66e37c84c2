"""Carrying out a plan: as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, ForeignKey, update

from relasi.deploy.changes import AddColumn, AddIndex, Change, CreateTable, DropIndex
from relasi.deploy.differ import differences
from relasi.deploy.inspect import held_structure
from relasi.deploy.plan import Plan, PlanBlocked
from relasi.deploy.structure import fingerprint
from relasi.deploy.wanted import fill_value, wanted_structure
from relasi.errors import PlanRefused
from relasi.platform.sql.database import Database
from relasi.platform.sql.naming import index_name
from relasi.platform.sql.tables import Tables
from relasi.schema.fields.base import Moment
from relasi.schema.model import Model
from relasi.store.deployments import Deployment
from relasi.store.session import Session
from relasi.store.store import prepare


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a deployment is known by. `user_id` is None for the command line."""

    id: str
    at: datetime
    user_id: str | None = None


def apply(plan: Plan, model: Model, database: Database, stamp: Stamp) -> Deployment:
    """Makes the changes of the plan, and notes them, in one transaction; engine tables are made where
    missing.

    Raises PlanRefused where the plan is blocked, where it was made for another Model or another structure of
    the
    database, and where rows that came later stand in its way. Raises PlatformError. Nothing has changed then.
    """
    if plan.model_fingerprint != model.fingerprint:
        raise PlanRefused("other_model")
    _refuse_blocked(plan)
    with database.transaction() as connection:
        return _applied(plan, model, connection, stamp)


def _applied(plan: Plan, model: Model, connection: Connection, stamp: Stamp) -> Deployment:
    tables, moment = Tables(model), Moment(stamp.at, model.settings.zone, stamp.user_id)
    wanted = wanted_structure(model, tables, connection.dialect, moment)
    held = held_structure(connection, wanted)
    if fingerprint(held) != plan.held_fingerprint:
        raise PlanRefused("stale_plan")
    current = replace(plan, changes=differences(wanted, held))
    _refuse_blocked(current)
    prepare(connection)
    _Work(connection, model, tables, moment).carry_out(current.changes)
    deployment = Deployment(stamp.id, stamp.at, model.fingerprint, current.to_json(), stamp.user_id)
    Session(connection).deployments.add(deployment)
    connection.exec_driver_sql("ANALYZE")  # so that it knows which of the new indexes are worth using
    return deployment


def _refuse_blocked(plan: Plan) -> None:
    if plan.blocked:
        raise PlanBlocked(plan.blocked)


class _Work:
    """The changes as statements, inside the transaction of the apply."""

    def __init__(self, connection: Connection, model: Model, tables: Tables, moment: Moment) -> None:
        self._connection = connection
        self._model = model
        self._tables = tables
        self._moment = moment
        self._operations = Operations(MigrationContext.configure(connection))

    def carry_out(self, changes: Sequence[Change]) -> None:
        new = [self._tables.table(each.table) for each in changes if isinstance(each, CreateTable)]
        self._tables.metadata.create_all(
            self._connection, tables=new, checkfirst=False
        )  # links may go in circles
        for change in changes:
            match change:
                case AddColumn():
                    self._add_column(change)
                case AddIndex(table, columns, unique):
                    name = index_name(table, columns, unique=unique)
                    self._operations.create_index(name, table, list(columns), unique=unique)
                case DropIndex(table, columns, unique):
                    self._operations.drop_index(index_name(table, columns, unique=unique), table)

    def _add_column(self, change: AddColumn) -> None:
        table = self._tables.table(change.table)
        wanted = table.columns[change.column]
        references = [ForeignKey(key.target_fullname) for key in wanted.foreign_keys]
        column = Column(wanted.name, wanted.type, *references)
        self._operations.add_column(change.table, column, inline_references=True)
        entity = self._model.entities[change.table]
        value = fill_value(entity, entity.fields[change.column], self._moment)
        if value is not None:
            self._connection.execute(update(table).values({change.column: value}))
