"""The timeline of a record in words: records about it, what changed, and why rules ran or did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relasi.apps.icons import known
from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.apps.words.decisions import COLORS, sentence
from relasi.apps.words.moments import ago, exactly
from relasi.apps.words.reasons import loaded, people_in, why
from relasi.apps.words.shares import happened
from relasi.records import Record, TimelineEntry
from relasi.records.links import references_of
from relasi.schema.fields.base import Widget
from relasi.schema.labels import Label
from relasi.schema.model import Entity, Field, RowTable
from relasi.store.approvals import Decision
from relasi.store.audit import BLANK, Change
from relasi.store.shares import Share

Data = dict[str, Any]  # Any: what JSON can say

_WAYS_IN = frozenset({"form", "grid", "hook", "import", "mail"})
_MARKS = {
    "created": "add_circle",
    "moved": "flag",
    "updated": "edit",
    "deleted": "delete",
    "linked": "link",
    "unlinked": "link_off",
    "exported": "download",
    "erased": "person_remove",
    "merged": "merge",
    "parted": "call_split",
}
_TONES = {"ran": "good", "failed": "bad", "stopped": "bad"}


def timeline_data(here: Here, entries: Sequence[TimelineEntry]) -> Data:
    """What the timeline component draws, in the order of the entries."""
    visitor = here.visitor
    display = Display.with_titles(here, _references(visitor, entries))
    writer = _Writer(visitor, display, visitor.crm.clock())
    every = ("record", "change", "decision", "share", "rule")
    kinds = [kind for kind in every if any(entry.kind == kind for entry in entries)]
    return {
        "choices": [{"kind": kind, "label": visitor.say(f"history_{kind}")} for kind in ("all", *kinds)],
        "entries": [entry for entry in map(writer.entry, entries) if entry],
        "words": {"filter": visitor.say("history_filter"), "nothing": visitor.say("history_nothing")},
    }


@dataclass(frozen=True, slots=True)
class _Writer:
    visitor: Visitor
    display: Display
    now: datetime

    def entry(self, entry: TimelineEntry) -> Data | None:
        if entry.record is not None:
            return self._stamped(entry, self._record(entry.record, entry.by_way_of))
        if entry.change is not None:
            return self._stamped(entry, self._change(entry.change))
        if entry.decision is not None:
            return self._stamped(entry, self._decision(entry.decision, entry.label or {}))
        if entry.share is not None:
            return self._stamped(entry, self._share(entry.share, is_end=entry.is_end))
        return self._stamped(entry, self._rule(entry))

    def _record(self, record: Record, by_way_of: Record | None) -> Data:
        """A record about this one: its title, its first long text, and a badge for its kind or state."""
        entity = self.visitor.entity(record.entity)
        texts = (field for field in entity.own_fields if field.type.widget is Widget.TEXT_AREA)
        shown = next((field for field in texts if record.values.get(field.name)), None)
        cell = self.display.cell(shown, record) if shown else {"text": ""}
        return {
            "kind": "record",
            "tone": "record",
            "icon": known(entity.icon),
            "title": f"{by_way_of.title}: {record.title}" if by_way_of else record.title,
            "link": self.display.here.link(record.entity, record.id),
            "badge": self._badge(record),
            "text": cell["text"],
            "rest": cell.get("rest"),
        }

    def _badge(self, record: Record) -> Data | None:
        entity = self.visitor.entity(record.entity)
        name = (
            entity.process.field
            if entity.process
            else next((field.name for field in entity.own_fields if field.type.choices()), None)
        )
        if name is None or record.values.get(name) is None:
            return None
        badges = self.display.cell(entity.fields[name], record).get("badges")
        return badges[0] if badges else None

    def _way(self, entry: TimelineEntry) -> str:
        """How a change came that nobody of ours has made."""
        source = entry.change.source if entry.change and not entry.change.rule else ""
        return self.visitor.say(f"history_by_{source}") if source in _WAYS_IN else ""

    def _change(self, change: Change) -> Data:
        entity = self.visitor.entity(change.entity)
        title = self.visitor.of(f"history_{change.kind}", entity)
        if change.rule and (workflow := self.visitor.crm.model.workflows.get(change.rule)):
            title = self.visitor.say("history_by_rule", rule=self.visitor.label(workflow.label))
        known = [
            (entity.fields[name], old, new)
            for name, (old, new) in change.fields.items()
            if name in entity.fields and not (entity.process and name == entity.process.since)
        ]
        changes = [] if change.kind == "created" else [self._values(*each) for each in known]
        changes += [self._side(entity.tables[name], *values) for name, values in _sides(entity, change)]
        return {
            "kind": "change",
            "tone": "",
            "icon": "bolt" if change.rule else _MARKS[change.kind],
            "title": title,
            "changes": changes,
        }

    def _side(self, table: RowTable, old: Any, new: Any) -> Data:  # Any: values as JSON
        field = _other(self.visitor, table)
        shown = [self.display.text(field, loaded(field, each)) for each in (old, new)]
        return {
            "label": self.visitor.label(table.label),
            "old": shown[0],
            "now": shown[1] or self.visitor.say("emptied"),
        }

    def _values(self, field: Field, old: Any, new: Any) -> Data:  # Any: values as JSON
        emptied = "erased_value" if (old, new) == BLANK else "emptied"
        return {
            "label": self.visitor.field_label(field),
            "old": self.display.text(field, loaded(field, old)),
            "now": self.display.text(field, loaded(field, new)) or self.visitor.say(emptied),
        }

    def _decision(self, decision: Decision, label: Label) -> Data:
        return {
            "kind": "decision",
            "tone": {"approved": "good", "rejected": "bad"}.get(decision.verdict, ""),
            "icon": "approval",
            "title": self.visitor.label(label),
            "badge": {
                "text": sentence(self.visitor, decision, self.display.titles),
                "color": COLORS[decision.verdict],
            },
            "text": decision.comment or "",
        }

    def _share(self, share: Share, *, is_end: bool) -> Data:
        return {
            "kind": "share",
            "tone": "",
            "icon": "key",
            "title": happened(self.visitor, share, is_end=is_end),
            "text": "" if is_end else share.reason,
        }

    def _rule(self, entry: TimelineEntry) -> Data | None:
        trace = entry.trace
        if trace is None:
            return None
        workflow = self.visitor.crm.model.workflows.get(trace.workflow)
        words = self.visitor.say(f"rule_{trace.outcome}")
        color = {"ran": "green", "failed": "red", "stopped": "red"}.get(trace.outcome, "gray")
        return {
            "kind": "rule",
            "tone": _TONES.get(trace.outcome, ""),
            "icon": "bolt",
            "title": self.visitor.label(workflow.label) if workflow else self.visitor.say("rule_gone"),
            "quiet": entry.is_quiet,
            "badge": {"text": words, "color": color},
            "why": why(self.visitor, self.display, trace),
        }

    def _stamped(self, entry: TimelineEntry, data: Data | None) -> Data | None:
        if data is None:
            return None
        when = ago(entry.at, self.now, self.display.showing)
        who = self.display.titles.get(("user", entry.user_id or "")) or self._way(entry)
        exact = exactly(entry.at, self.display.showing)
        return data | {"when": f"{when} · {who}" if who else when, "exactly": exact}


def _references(visitor: Visitor, entries: Iterable[TimelineEntry]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        if entry.user_id:
            yield "user", entry.user_id
        if entry.trace is not None:
            yield from people_in(entry.trace)
        if entry.decision is not None and entry.decision.on_behalf_of:
            yield "user", entry.decision.on_behalf_of
        if entry.change is None or entry.change.kind == "created":
            continue
        entity = visitor.entity(entry.change.entity)
        for name, values in _sides(entity, entry.change):
            field = _other(visitor, entity.tables[name])
            for value in values:
                yield from references_of(field, loaded(field, value))
        for name, values in entry.change.fields.items():
            for value in values:
                if name in entity.fields:
                    yield from references_of(entity.fields[name], loaded(entity.fields[name], value))


def _sides(entity: Entity, change: Change) -> Iterable[tuple[str, tuple[Any, Any]]]:  # Any: values as JSON
    """What was linked or is no longer, by the table that it stands in."""
    return ((name, values) for name, values in change.fields.items() if name in entity.tables)


def _other(visitor: Visitor, table: RowTable) -> Field:
    return visitor.entity(table.entity).fields[table.other or table.link]
