"""Taking the last apply back: a plan that leads to what was before it, with the values from the trash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from relasi.deploy.blueprint import Blueprint
from relasi.deploy.changes import Kept, RemoveColumn, RenameColumn, RenameTable, from_json
from relasi.deploy.differ import differences
from relasi.deploy.ground import Ground
from relasi.deploy.plan import Plan, drawn, remembered
from relasi.deploy.renames import Renames
from relasi.errors import PlanRefused
from relasi.platform.sql.database import Database
from relasi.schema.derivations import forgotten
from relasi.schema.fields.base import FieldType, has_holes
from relasi.schema.fields.choice import ChoiceField
from relasi.schema.model import Entity, Model
from relasi.store.deployments import Deployment
from relasi.store.session import Session
from relasi.store.store import is_prepared, renew


def make_undo(model: Model, database: Database, *, now: datetime) -> Plan:
    """Changes what `make_plan` does.

    Raises PlanRefused where there is nothing to take back, where the time for it is over, and where somebody
    else has changed the structure since.
    """
    renew(database)
    with database.transaction(write=False) as connection:
        return drawn(ground_before(connection, model, now))


def ground_before(connection: Connection, model: Model, now: datetime) -> Ground:
    """The database between the last deployment that changed anything and the one before it."""
    last, before = _last_two(connection)
    if last.at + model.settings.keep_removed <= now:
        day = last.at.astimezone(model.settings.zone).date().isoformat()
        raise PlanRefused("too_late_to_undo", day=day, days=model.settings.keep_removed.days)
    left = remembered(connection)
    entities = _entities(_noted(before), last.plan)
    fingerprint = before.model_fingerprint if before else ""
    target = replace(model, entities=entities, derived=(), fingerprint=fingerprint)
    ground = Ground.between(connection, target, left, now, undoes=last.id)
    _check_untouched(ground)
    return ground


def noted_before(connection: Connection) -> Blueprint:
    """What the deployment before the last one noted. Derived values count as made by no definition: nobody
    has kept them right while there was another one."""
    before = _noted(_last_two(connection)[1])
    entities = {
        name: replace(each, derived={key: forgotten(made) for key, made in each.derived.items()})
        for name, each in before.entities.items()
    }
    return replace(before, entities=entities)


def _last_two(connection: Connection) -> tuple[Deployment, Deployment | None]:
    """The last deployment that changed anything, and the one before it."""
    deployments = Session(connection).deployments
    waiting = list(deployments.standing()) if is_prepared(connection) else []
    while waiting:
        last = deployments.get(waiting.pop(0))
        if last.definition is None:
            break
        if last.plan["changes"]:
            return last, deployments.get(waiting[0]) if waiting else None
    raise PlanRefused("nothing_to_undo")


def _noted(deployment: Deployment | None) -> Blueprint:
    if deployment is None or deployment.definition is None:
        return Blueprint("", ())
    return Blueprint.from_json(deployment.definition)


def _entities(blueprint: Blueprint, plan: Mapping[str, Any]) -> dict[str, Entity]:
    """The entities as they were; what the plan renamed says so, in the other direction."""
    changes = [from_json(each) for each in plan.get("changes", ())]
    tables = {each.was: each.table for each in changes if isinstance(each, RenameTable)}
    columns = {(each.table, each.was): each.column for each in changes if isinstance(each, RenameColumn)}
    found = {}
    for name, entity in blueprint.entities.items():
        now = tables.get(name, name)
        fields = {
            key: _plain(type_, columns.get((now, key)), is_derived=key in entity.derived)
            for key, type_ in entity.fields.items()
        }
        was = (tables[name],) if name in tables else ()
        found[name] = replace(replace(entity, fields=fields).entity(name), was=was)
    return found


def _plain(type_: FieldType, was: str | None, *, is_derived: bool) -> FieldType:
    """Without what the definition asked of the data when it was new, and without refusing records that came
    later. Values that were derived will be made again."""
    unconvertible = "empty" if is_derived else "stop"
    changed: dict[str, object] = {
        "was": (was,) if was else (),
        "required": False,
        "unconvertible": unconvertible,
    }
    if has_holes(type_.existing_rows):
        changed["existing_rows"] = None
    if isinstance(type_, ChoiceField):
        changed["move_records"] = {}
    return type_.model_copy(update=changed)


def _check_untouched(ground: Ground) -> None:
    assert ground.base is not None  # the last deployment noted it
    today = ground.moment.now.astimezone(ground.moment.zone).date()
    left = replace(ground.model, entities=_entities(ground.base, {}))
    there = Ground.between(ground.connection, left, ground.base, ground.moment.now)
    for change in differences(there.wanted, there.held, Renames(), today):
        if not isinstance(change, Kept | RemoveColumn):  # a retired field may have had its day since
            raise PlanRefused("structure_changed")
