"""What each trigger of a rule waits for on a record, and what has come of it so far."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relasi.platform.query import Row
from relasi.records import Work
from relasi.schema.expressions import trace
from relasi.schema.model import On, Trigger, Workflow, walk
from relasi.store.audit import Change
from relasi.trial import moment_of
from relasi.workflows.actions.call import CallWorkflow


@dataclass(frozen=True, slots=True)
class Waited:
    """`so_far` is a sentence; `asked` what the record answers to the condition of the clock."""

    waits_for: str
    so_far: str
    asked: Any = None  # Any: JSON


def waited(work: Work, workflow: Workflow, row: Row) -> Sequence[Waited]:
    """Trigger by trigger, in the order of the file. The row is empty where the rule is about no record."""
    changes = work.store.audit.of(workflow.entity, row.get("id", ""), limit=1000, derived=True)
    look = _Look(work, workflow, row, changes)
    return [Waited(in_words(each), look.so_far(each), look.asked(each)) for each in workflow.triggers]


def in_words(trigger: Trigger) -> str:
    match trigger.on:
        case On.CREATED | On.UPDATED | On.DELETED:
            return f"a record that is {trigger.on.value}"
        case On.CHANGED:
            bounds = [("from", trigger.before), ("to", trigger.after)]
            return f"a change of {', '.join(trigger.fields)}" + "".join(
                f" {word} {_listed(values)}" for word, values in bounds if values is not None
            )
        case On.ENTERS:
            return f"a record that comes to {_listed(trigger.after or ())}"
        case On.LEAVES:
            return f"a record that leaves {_listed(trigger.before or ())}"
        case On.MOVED:
            return f"the move {_listed(trigger.moves)}"
        case On.INCOMING:
            return f"what comes in by {_listed(trigger.hooks)}"
        case On.BUTTON:
            return "somebody who presses its button"
        case On.CALLED:
            return "another workflow that calls it"
    return trigger.key


@dataclass(frozen=True, slots=True)
class _Look:
    work: Work
    workflow: Workflow
    row: Row
    changes: Sequence[Change]
    """What happened to the record, newest first."""

    def so_far(self, trigger: Trigger) -> str:
        match trigger.on:
            case On.CREATED:
                return self._last(["created"], "created")
            case On.UPDATED:
                return self._last(["updated", "moved"], "changed")
            case On.CHANGED | On.ENTERS | On.LEAVES:
                return self._passed(trigger)
            case On.MOVED:
                return self._last(["moved"], "moved")
            case On.INCOMING:
                return self._came_in()
            case On.DELETED:
                return "the record is there"
            case On.BUTTON:
                return self._pressed(trigger)
            case On.CALLED:
                return self._called()
        return self._by_the_clock(trigger)

    def asked(self, trigger: Trigger) -> Any:  # Any: JSON
        return (
            None if trigger.where is None else trace(trigger.where, self.work.situation(self.row)).to_json()
        )

    def _last(self, kinds: Collection[str], word: str) -> str:
        """The last change of one of the kinds."""
        change = next((each for each in self.changes if each.kind in kinds), None)
        return (
            f"never: it was not {word}" if change is None else f"it was {word} {_at(change.at)}{_by(change)}"
        )

    def _came_in(self) -> str:
        change = next((each for each in self.changes if each.source in ("hook", "form", "mail")), None)
        return "never: nothing came in" if change is None else f"something came in {_at(change.at)}"

    def _passed(self, trigger: Trigger) -> str:
        """The last change of the fields, and whether it is one that is waited for."""
        for change in self.changes:
            for name in trigger.fields:
                if name in change.fields and (change.kind != "created" or trigger.on is On.ENTERS):
                    old, new = change.fields[name]
                    told = f"{name} went from {_plain(old)} to {_plain(new)} {_at(change.at)}{_by(change)}"
                    return told if _fits(trigger, old, new) else f"{told}, which is not that"
        return f"{' and '.join(trigger.fields)} never changed since the record was created"

    def _pressed(self, trigger: Trigger) -> str:
        assert trigger.button is not None
        who = _listed(trigger.button.who) if trigger.button.who else "everybody who may update the record"
        condition = self.workflow.condition
        is_open = condition is None or bool(condition.evaluate(self.work.situation(self.row)))
        return f"{who} can press it" if is_open else "nobody can press it while its condition is false"

    def _called(self) -> str:
        callers = [
            name
            for name, each in self.work.ground.model.workflows.items()
            for step in walk(each.steps)
            if isinstance(step, CallWorkflow) and step.workflow == self.workflow.name
        ]
        return f"{_listed(callers)} can call it" if callers else "no workflow calls it"

    def _by_the_clock(self, trigger: Trigger) -> str:
        kept = self.work.store.schedules.all().get((self.workflow.name, trigger.key))
        if kept is None:
            return "no worker has begun to count yet: start relasi worker, or relasi run"
        if trigger.around is None:
            return f"counted since {_told(kept.since)}, next {_at(kept.due_at)}"
        value = self.row[trigger.around.field]
        if value is None:
            return f"{trigger.around.field} is empty"
        moment = moment_of(trigger.around, value, self.work.ground.model)
        if moment > self.work.now:
            return f"that comes {_at(moment)}"
        if moment <= kept.since and not self._looked_since(moment):
            return f"that was {_at(moment)}, when nobody counted yet"
        return f"that was {_at(moment)}"

    def _looked_since(self, moment: datetime) -> bool:
        looks = self.work.store.traces.of(self.workflow.entity, self.row["id"], limit=1000)
        own = [each for each in looks if each.workflow == self.workflow.name and not each.change_id]
        return any(each.at >= moment for each in own)


def _fits(trigger: Trigger, old: Hashable, new: Hashable) -> bool:
    return (trigger.before is None or old in trigger.before) and (
        trigger.after is None or new in trigger.after
    )


def _by(change: Change) -> str:
    return f" by the rule {change.rule}" if change.rule else ""


def _at(moment: datetime) -> str:
    return f"on {_told(moment)}"


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _plain(value: object) -> str:
    return "empty" if value is None else str(value)


def _listed(values: Iterable[Hashable]) -> str:
    return " or ".join(sorted(_plain(each) for each in values))
