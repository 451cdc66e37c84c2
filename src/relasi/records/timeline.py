"""The one history of a record for all departments: what was done about it, what changed, and what rules
did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from relasi.records.links import link_to
from relasi.records.reading import Reader
from relasi.records.record import ListRequest, Record
from relasi.records.work import Work
from relasi.schema.model import Entity, Sort
from relasi.store.audit import Change
from relasi.store.traces import Trace


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. Exactly one of `record`, `change` and `trace` is there, as `kind` says."""

    at: datetime
    kind: Literal["record", "change", "rule"]
    user_id: str | None
    record: Record | None = None
    change: Change | None = None
    trace: Trace | None = None


def timeline(work: Work, entity: str, key: str, limit: int) -> tuple[TimelineEntry, ...]:
    """The newest entries first, at most `limit`. Raises NotFound where the record may not be read."""
    reader = Reader(work)
    reader.get(entity, key)
    found = work.entity(entity)
    entries = [*_records(work, reader, found, key, limit), *_changes(work, found, key, limit)]
    entries += _rules(work, found, key, limit)
    entries.sort(key=_place, reverse=True)
    return tuple(entries[:limit])


def _place(entry: TimelineEntry) -> tuple[datetime, str]:
    """Within one moment, ids tell what came first: they are sortable by time."""
    thing = entry.record or entry.change or entry.trace
    return entry.at, thing.id if thing else ""


def _records(work: Work, reader: Reader, entity: Entity, key: str, limit: int) -> Iterator[TimelineEntry]:
    """Records that stand on the timelines of what they link to."""
    for inbound in entity.inbound:
        other = work.entity(inbound.entity)
        place = other.timeline
        rights = work.rights(other.name)
        if (
            place is None
            or inbound.field not in place.on
            or rights.read is False
            or place.at in rights.hidden
        ):
            continue
        request = ListRequest(
            other.name,
            matching={inbound.field: [link_to(work, inbound, entity.name, key)]},
            sort=(Sort(place.at, descending=True),),
            limit=limit,
        )
        for record in reader.list(request).records:
            at = record.values[place.at]
            if at is not None:
                yield TimelineEntry(at, "record", record.values.get("created_by"), record=record)


def _changes(work: Work, entity: Entity, key: str, limit: int) -> Iterator[TimelineEntry]:
    hidden = work.rights(entity.name).hidden
    for change in work.store.audit.of(entity.name, key, limit=limit):
        fields = {name: values for name, values in change.fields.items() if name not in hidden}
        if fields or not change.fields:
            yield TimelineEntry(change.at, "change", change.user_id, change=replace(change, fields=fields))


def _rules(work: Work, entity: Entity, key: str, limit: int) -> Iterator[TimelineEntry]:
    """Traces; of a rule that reads what the actor may not see, only that it ran or did not."""
    rights = work.rights(entity.name)
    for trace in work.store.traces.of(entity.name, key, limit=limit):
        workflow = work.ground.model.workflows.get(trace.workflow)
        condition = workflow.condition if workflow else None
        if rights.hidden and (condition is None or not rights.may_see(condition, entity.name)):
            trace = replace(trace, condition=None, steps=(), error=None)
        yield TimelineEntry(trace.at, "rule", None, trace=trace)
