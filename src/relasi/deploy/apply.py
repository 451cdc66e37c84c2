"""Carrying out a plan: as a whole, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from relasi.deploy.blueprint import blueprint_of
from relasi.deploy.carrying import Carrying
from relasi.deploy.ground import Ground
from relasi.deploy.plan import Plan, PlanBlocked, drawn, ground_of
from relasi.deploy.undo import ground_before, noted_before
from relasi.errors import PlanRefused
from relasi.platform.again import begun_again
from relasi.platform.sql.database import Database, analyze
from relasi.schema.model import Model
from relasi.store.deployments import Deployment
from relasi.store.session import Session
from relasi.store.store import prepare

_REMEMBERED = 20
"""How many of the records that did not suit a change the deployment goes on naming."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a deployment is known by. `user_id` is None for the command line."""

    id: str
    at: datetime
    user_id: str | None = None


@begun_again
def apply(plan: Plan, model: Model, database: Database, stamp: Stamp) -> Deployment:
    """Makes the changes of the plan, and notes them, in one transaction; engine tables are made where
    missing. A plan of `make_undo` takes a deployment back.

    Raises PlanRefused where the plan is blocked, where it was made for another Model or another structure of
    the database, and where rows that came later stand in its way. Raises PlatformError. Nothing has changed
    then.
    """
    if plan.undoes is None and plan.model_fingerprint != model.fingerprint:
        raise PlanRefused("other_model")
    _refuse_blocked(plan)
    with database.unhurried() as connection:
        return _applied(plan, model, connection, stamp)


@begun_again
def take_back(
    plan: Plan, model: Model, before: Model, database: Database, stamps: tuple[Stamp, Stamp]
) -> None:
    """Carries out a plan of `make_undo`, and in the same transaction what the project as it was before then
    asks for: values that are derived are made anew, and nobody meets a database in between. Raises as
    `apply`."""
    _refuse_blocked(plan)
    with database.unhurried() as connection:
        _applied(plan, model, connection, stamps[0])
        due = drawn(ground_of(connection, before, stamps[1].at))
        if not due.is_empty:
            _applied(due, before, connection, stamps[1])


def _applied(plan: Plan, model: Model, connection: Connection, stamp: Stamp) -> Deployment:
    prepare(connection)
    ground = _ground(plan, model, connection, stamp)
    current = drawn(ground)
    if (current.held_fingerprint, current.undoes) != (plan.held_fingerprint, plan.undoes):
        raise PlanRefused("stale_plan")
    _refuse_blocked(current)
    noted = noted_before(connection) if plan.undoes else blueprint_of(model)
    Carrying(ground, current.changes, stamp.id).out()
    deployment = Deployment(
        id=stamp.id,
        at=stamp.at,
        model_fingerprint=current.model_fingerprint,
        plan=replace(current, made_at=plan.made_at).to_json(most=_REMEMBERED),
        user_id=stamp.user_id,
        definition=noted.to_json(),
        undoes=plan.undoes,
    )
    Session(connection).deployments.add(deployment)
    analyze(connection)  # so that it knows which of the new indexes are worth using
    return deployment


def _ground(plan: Plan, model: Model, connection: Connection, stamp: Stamp) -> Ground:
    if plan.undoes is None:
        return ground_of(connection, model, stamp.at)
    return ground_before(connection, model, stamp.at)


def _refuse_blocked(plan: Plan) -> None:
    if plan.blocked:
        raise PlanBlocked(plan.blocked)
