"""What happens to links when the record that they lead to is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relasi.errors import InUse
from relasi.platform.query import Query
from relasi.records.lookup import all_rows
from relasi.schema.labels import text
from relasi.schema.model import Entity, Inbound, OnDelete

if TYPE_CHECKING:
    from relasi.records.work import Work

_CAP = 1000


def link_to(work: Work, inbound: Inbound, entity: str, key: str) -> str:
    """The value that the field of an inbound link has when it leads to this record."""
    single = len(work.entity(inbound.entity).fields[inbound.field].links_to) == 1
    return key if single else f"{entity}/{key}"


def release(work: Work, entity: Entity, key: str) -> None:
    """Follows `on_delete` of every link to the record. Raises InUse before anything was changed."""
    engine = work.as_engine()
    for inbound in entity.inbound:
        if inbound.on_delete is OnDelete.RESTRICT:
            _refuse_if_used(work, inbound, entity.name, key)
    for inbound in entity.inbound:
        query = _pointing_here(work, inbound, entity.name, key)
        if inbound.on_delete is OnDelete.CLEAR:
            rows = [
                (row["id"], row["version"], {inbound.field: None})
                for row in all_rows(work.transaction, query)
            ]
            engine.update_many(inbound.entity, rows)
        elif inbound.on_delete is OnDelete.CASCADE:
            for row in list(all_rows(work.transaction, query)):
                engine.delete(inbound.entity, row["id"], row["version"])


def _refuse_if_used(work: Work, inbound: Inbound, entity: str, key: str) -> None:
    count = work.transaction.count(_pointing_here(work, inbound, entity, key), _CAP)
    if count.number:
        plural = work.entity(inbound.entity).plural
        raise InUse(
            "in_use", count=count.number, entity=text(plural, work.ground.model.settings.languages[0])
        )


def _pointing_here(work: Work, inbound: Inbound, entity: str, key: str) -> Query:
    value = link_to(work, inbound, entity, key)
    return Query(inbound.entity, work.asking, matching={inbound.field: [value]}, fields=())
