"""What else knows entities and fields by name, and follows when they are renamed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, column, func, literal, table, update

from relasi.deploy.ground import Ground
from relasi.store.session import Session


def rename_entity(store: Session, was: str, name: str) -> None:
    store.api_keys.rename(was, name)
    store.audit.rename(was, name)
    store.traces.rename(was, name)
    store.threads.rename(was, name)
    store.effects.rename(was, name)
    store.quality.rename(was, name)
    store.runs.rename(was, name)
    store.notifications.rename(was, name)
    store.approvals.rename(was, name)
    store.imports.rename(was, name)
    store.edits.rename(was, name)
    store.merges.rename(was, name)
    store.mirrors.rename(was, name)
    store.objections.rename(was, name)
    store.erasures.rename(was, name)
    store.trash.rename(was, name)
    store.views.rename(was, name)
    store.subscriptions.rename(was, name)
    store.visits.rename(was, name)
    store.follows.rename(was, name)
    store.series.rename(f"{was}.", f"{name}.")


def rename_field(store: Session, entity: str, was: str, name: str) -> None:
    store.audit.rename_field(entity, was, name)
    store.trash.rename_field(entity, was, name)
    store.merges.rename_field(entity, was, name)
    store.mirrors.rename_field(entity, was, name)
    store.objections.rename_field(entity, was, name)
    store.series.rename(f"{entity}.{was}:", f"{entity}.{name}:")


def requalify(ground: Ground) -> None:
    """Links to one of several entities carry its name, in records and in their history."""
    store = Session(ground.connection)
    for was, name in ground.renames.tables.items():
        for entity, key in _links_to(ground, name):
            value = column(key, String())
            renamed = literal(name) + func.substr(value, len(was) + 1)
            is_meant = func.substr(value, 1, len(was) + 1) == f"{was}/"
            ground.connection.execute(update(table(entity, value)).where(is_meant).values({key: renamed}))
            store.audit.requalify(entity, key, was, name)


def _links_to(ground: Ground, target: str) -> Iterator[tuple[str, str]]:
    """The fields that link to the entity among others, by their new names."""
    for entity, held in ground.held.items():
        for key, each in held.columns.items():
            if each.type and len(each.type.targets()) > 1 and target in each.type.targets():
                yield entity, key
