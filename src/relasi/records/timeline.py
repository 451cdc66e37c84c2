"""The one history of a record for all departments: what was done about it, what changed, and what rules
did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from relasi.platform.query import Row
from relasi.records.links import link_to
from relasi.records.reading import Reader
from relasi.records.record import ListRequest, Record
from relasi.records.view import View
from relasi.schema.labels import Label
from relasi.schema.model import Entity, Inbound, Sort, Whose, Writing, walk
from relasi.store.approvals import Decision
from relasi.store.audit import Change
from relasi.store.shares import Share
from relasi.store.traces import Trace

_GATHERED = 50
"""Of how many records the timelines are part of another one's."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. Exactly one of `record`, `change`, `trace`, `decision` and `share` is there,
    as `kind` says; `label` tells what was decided on, `is_end` that a share was taken back."""

    at: datetime
    kind: Literal["record", "change", "rule", "decision", "share"]
    user_id: str | None
    record: Record | None = None
    change: Change | None = None
    trace: Trace | None = None
    decision: Decision | None = None
    label: Label | None = None
    share: Share | None = None
    by_way_of: Record | None = None
    """The record on whose timeline it stands itself, where that is another one."""
    is_end: bool = False

    @property
    def is_quiet(self) -> bool:
        """Nothing happened: a rule was asked, and had no reason to run."""
        return self.trace is not None and self.trace.outcome in ("condition_false", "already_ran")


def timeline(view: View, entity: str, key: str, limit: int) -> tuple[TimelineEntry, ...]:
    """The newest entries first: at most `limit` of what happened, and as many quiet ones. Raises NotFound
    where the record may not be read."""
    reader = Reader(view)
    reader.get(entity, key)
    found = view.entity(entity)
    entries = [*_all_records(view, reader, found, key, limit), *_shares(view, entity, key)]
    for each in (key, *view.store.merges.gone(entity, [key])):
        entries += _changes(view, found, each, limit, view.follow(entity, key) or {})
        entries += _rules(view, found, each, limit)
        entries += _decisions(view, found, each)
    entries.sort(key=_place, reverse=True)
    happened = [each for each in entries if not each.is_quiet][:limit]
    quiet = [each for each in entries if each.is_quiet][:limit]
    return tuple(sorted([*happened, *quiet], key=_place, reverse=True))


def _place(entry: TimelineEntry) -> tuple[datetime, str]:
    """Within one moment, ids tell what came first: they are sortable by time."""
    thing = entry.record or entry.change or entry.trace or entry.decision or entry.share
    return entry.at, thing.id if thing else ""


def _all_records(view: View, reader: Reader, entity: Entity, key: str, limit: int) -> Iterator[TimelineEntry]:
    """Its own, and those of the newest records whose timelines are part of its own; each once."""
    told = set()
    for entry in _records(view, reader, entity, key, limit):
        told.add(entry.record.id if entry.record else "")
        yield entry
    for inbound in entity.inbound:
        if (inbound.entity, inbound.field) in entity.timeline_of:
            for member in _gathered(view, reader, inbound, entity.name, key):
                for entry in _records(view, reader, view.entity(inbound.entity), member.id, limit):
                    if entry.record and entry.record.id not in told:
                        told.add(entry.record.id)
                        yield replace(entry, by_way_of=member)


def _gathered(view: View, reader: Reader, inbound: Inbound, entity: str, key: str) -> tuple[Record, ...]:
    other, rights = view.entity(inbound.entity), view.rights(inbound.entity)
    if rights.read is False or inbound.field in rights.secret:
        return ()
    linked = link_to(other, inbound, entity, key)
    newest = (Sort("id", descending=True),)
    request = ListRequest(other.name, matching={inbound.field: [linked]}, sort=newest, limit=_GATHERED)
    return reader.list(request).records


def _records(view: View, reader: Reader, entity: Entity, key: str, limit: int) -> Iterator[TimelineEntry]:
    """Records that stand on the timelines of what they link to."""
    for inbound in entity.inbound:
        other = view.entity(inbound.entity)
        place = other.timeline
        rights = view.rights(other.name)
        if (
            place is None
            or inbound.field not in place.on
            or rights.read is False
            or not rights.secret.isdisjoint((inbound.field, place.at))
        ):
            continue
        request = ListRequest(
            other.name,
            where=(f"{place.at} is not empty",),
            matching={inbound.field: [link_to(other, inbound, entity.name, key)]},
            sort=(Sort(place.at, descending=True),),
            limit=limit,
        )
        for record in reader.list(request).records:
            at, by = record.values[place.at], record.values.get("created_by")
            yield TimelineEntry(at, "record", by, record=record)


def _changes(view: View, entity: Entity, key: str, limit: int, row: Row) -> Iterator[TimelineEntry]:
    """What `row`, the record as it is, lets the actor see; `key` may be that of one that has become it."""
    unread = {each.name for each in entity.tables.values() if view.rights(each.entity).read is False}
    rights = view.rights(entity.name)
    situation = view.situation(row)
    hidden, masks = rights.hidden_in(situation) | unread, rights.masks_in(situation)
    for change in view.store.audit.of(entity.name, key, limit=limit):
        fields = {
            name: (masks[name].over(old), masks[name].over(new)) if name in masks else (old, new)
            for name, (old, new) in change.fields.items()
            if name not in hidden
        }
        if fields or not change.fields:
            change = replace(change, fields=fields)
            yield TimelineEntry(change.at, "change", change.user_id or change.on_behalf_of, change=change)


def _rules(view: View, entity: Entity, key: str, limit: int) -> Iterator[TimelineEntry]:
    """Traces; of a rule that touches what the actor may not see, only that it ran or did not."""
    for trace in view.store.traces.of(entity.name, key, limit=limit):
        if not may_know(view, trace):
            trace = replace(trace, condition=None, steps=(), error=None)
        yield TimelineEntry(trace.at, "rule", None, trace=trace)


def _decisions(view: View, entity: Entity, key: str) -> Iterator[TimelineEntry]:
    approvals = {each.id: each for each in view.store.approvals.on(entity.name, key)}
    for decision in view.store.approvals.decisions(approvals) if approvals else ():
        label = approvals[decision.approval_id].label
        yield TimelineEntry(decision.at, "decision", decision.user_id, decision=decision, label=label)


def _shares(view: View, entity: str, key: str) -> Iterator[TimelineEntry]:
    for share in view.store.shares.on(entity, key):
        yield TimelineEntry(share.at, "share", share.by, share=share)
        if share.ended_at is not None:
            yield TimelineEntry(share.ended_at, "share", share.ended_by, share=share, is_end=True)


def may_know(view: View, trace: Trace) -> bool:
    """Whether the actor may see all that the rule reads and writes. Of a rule that is no longer what it was,
    nobody knows, unless nothing is hidden at all."""
    workflow = view.ground.model.workflows.get(trace.workflow)
    if workflow is None or workflow.version != trace.workflow_version:
        every = map(view.rights, view.ground.model.entities)
        return all(rights.read is True and not rights.secret for rights in every)
    steps = list(walk(workflow.steps))
    read = [workflow.condition] if workflow.condition else []
    read += [each for step in steps for each in step.expressions()]
    if any(view.secret_in(each) for each in read):
        return False
    own = workflow.entity if trace.part_of is None else None
    return all(_may_see(view, own, writing) for step in steps for writing in step.writes())


def _may_see(view: View, own: str | None, writing: Writing) -> bool:
    """Whoever sees the record that the rule runs on, one of `own`, does not see others by that."""
    rights = view.rights(writing.entity)
    is_at_hand = writing.whose is Whose.ITS and writing.entity == own
    return (is_at_hand or rights.read is True) and rights.secret.isdisjoint(writing.values)
