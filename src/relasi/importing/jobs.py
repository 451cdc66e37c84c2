"""What was imported before, and by which maps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from relasi.errors import Forbidden
from relasi.importing.maps import ID
from relasi.importing.written import Written
from relasi.records import Actor, Records
from relasi.store.imports import ImportJob

_SHOWN = 50


def demand_right(records: Records, actor: Actor, entity: str) -> None:
    """Raises Forbidden for who may not import records of the entity."""
    if not records.rights(actor, entity).import_:
        raise Forbidden("may_not_import")


def history(records: Records, actor: Actor, entity: str, *, limit: int = _SHOWN) -> tuple[ImportJob, ...]:
    """The imports of an entity, newest first. Raises Forbidden."""
    demand_right(records, actor, entity)
    with records.work(actor, write=False) as work:
        return work.store.imports.of(entity, limit)


def remembered(records: Records, actor: Actor, entity: str, columns: Sequence[str]) -> Written | None:
    """The map by which a file with these columns was read last, without what is not there any more, or not
    for the actor. Raises Forbidden."""
    demand_right(records, actor, entity)
    with records.work(actor, write=False) as work:
        found = work.store.imports.last_mapping(entity, header_of(columns))
    if found is None:
        return None
    known = {each.name for each in records.model.entities[entity].own_fields} | {ID}
    known -= records.rights(actor, entity).hidden
    fields = {name: source for name, source in found["fields"].items() if name in known}
    key = found.get("key", [])
    keys = [name for name in ([key] if isinstance(key, str) else key) if name in fields]
    return {**found, "import": entity, "fields": fields, "key": keys}


def header_of(columns: Sequence[str]) -> str:
    """What stands for the names of the columns, in whatever order."""
    return hashlib.sha256(json.dumps(sorted(columns)).encode()).hexdigest()
