"""Rules and their runs in words: what a run waits for, and when a rule begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date, format_skeleton, format_time, format_timedelta

from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.apps.words.reasons import loaded
from relasi.schema.expressions.describe import described
from relasi.schema.expressions.types import Boolean
from relasi.schema.model import Entity, On, Trigger, Workflow
from relasi.schema.words import ModelLabels
from relasi.store.runs import Run
from relasi.store.traces import Outcome
from relasi.texts import LOCALES, say
from relasi.workflows.actions.call import CallWorkflow
from relasi.workflows.actions.wait import Wait
from relasi.workflows.oversight import Seen

_PATIENCE = timedelta(minutes=2)
"""A run that has been due for longer has no worker."""
_COLORS: dict[Outcome, str] = {
    "ran": "green",
    "failed": "red",
    "stopped": "red",
    "waiting": "orange",
}
_UNTIL = {"call": "until_called", "parts": "until_parts", "approval": "until_approval", "turn": "until_turn"}


def told(visitor: Visitor, key: str, **params: object) -> str:
    """The sentence `key` of texts/automation.yaml."""
    return say(visitor.language, f"automation.{key}", **params)


def weekday(visitor: Visitor, at: datetime) -> str:
    """A moment as people make appointments: today by the time, within six days by the day of the week."""
    locale = LOCALES[visitor.language]
    local = at.astimezone(visitor.crm.model.settings.zone)
    is_near = abs(at - visitor.crm.clock()) < timedelta(days=6)
    if local.date() == visitor.crm.clock().astimezone(local.tzinfo).date():
        return format_time(local, "short", locale=locale)
    day = format_date(local, "EEEE", locale) if is_near else format_skeleton("yMMMEd", local, locale=locale)
    return f"{day} {format_time(local, 'short', locale=locale)}"


def _way_in(visitor: Visitor, name: str) -> str:
    """The label of the hook, web form or mailbox by which records come in."""
    model = visitor.crm.model
    labels = {each.way_in: each.label for each in model.webforms.values()}
    labels |= {each.way_in: each.label for each in model.mailboxes.values()}
    return visitor.label(labels[name] if name in labels else model.hooks[name].label)


def rule_name(visitor: Visitor, workflow: str) -> str:
    """The label of a rule; its name where it is no longer there."""
    known = visitor.crm.model.workflows.get(workflow)
    return visitor.label(known.label) if known else workflow


def outcome(visitor: Visitor, word: Outcome) -> dict[str, str]:
    """How a run stands, as a badge."""
    return {"text": visitor.say(f"rule_{word}"), "color": _COLORS.get(word, "gray")}


def waits_for(visitor: Visitor, seen: Seen) -> str:
    """What a run waits for, and until when."""
    run = seen.run
    assert run is not None
    if run.woken is not None or run.waiting_for == "start" or _is_due(visitor, run):
        return _soon(visitor, run)
    if run.waiting_for == "time" and run.due_at is not None:
        return told(visitor, "until", time=weekday(visitor, run.due_at))
    words = _until(visitor, seen, run)
    if run.due_at is None:
        return words
    key = "look_again" if run.waiting_for == "approval" else "at_most"
    return f"{words}, {told(visitor, key, time=weekday(visitor, run.due_at))}"


def _is_due(visitor: Visitor, run: Run) -> bool:
    return run.due_at is not None and run.due_at <= visitor.crm.clock()


def _soon(visitor: Visitor, run: Run) -> str:
    if run.due_at is not None and run.due_at + _PATIENCE < visitor.crm.clock():
        return told(visitor, "overdue", time=weekday(visitor, run.due_at))
    return told(visitor, "soon")


def _until(visitor: Visitor, seen: Seen, run: Run) -> str:
    step = seen.step
    if isinstance(step, Wait) and step.until is not None and isinstance(step.until.type, Boolean):
        labels = ModelLabels(visitor.crm.model, visitor.language)
        condition = described(step.until.root, visitor.language, labels)
        return told(visitor, "until_holds", condition=condition)
    called = step.workflow if isinstance(step, CallWorkflow) else ""
    return told(visitor, _UNTIL.get(run.waiting_for, "until_something"), rule=rule_name(visitor, called))


def begins(display: Display, workflow: Workflow) -> str:
    """When a rule begins, in one sentence."""
    visitor = display.here.visitor
    teller = _Triggers(visitor, display, visitor.entity(workflow.entity))
    return told(
        visitor, "begins", things=told(visitor, "or").join(dict.fromkeys(map(teller.tell, workflow.triggers)))
    )


@dataclass(frozen=True, slots=True)
class _Triggers:
    visitor: Visitor
    display: Display
    entity: Entity

    def tell(self, trigger: Trigger) -> str:
        visitor, hidden = self.visitor, self.visitor.hidden(self.entity)
        read = {*trigger.fields, *([trigger.around.field] if trigger.around else ())}
        if read & hidden:
            return told(visitor, "on_hidden")
        match trigger.on:
            case On.CHANGED | On.ENTERS | On.LEAVES:
                return self._changed(trigger)
            case On.AROUND:
                return self._around(trigger)
            case On.MOVED:
                process = self.entity.process
                assert process is not None
                names = [visitor.label(each.label) for each in process.moves if each.name in trigger.moves]
                return told(visitor, "on_moved", moves=", ".join(dict.fromkeys(names)))
            case On.BUTTON if trigger.button is not None:
                return told(visitor, "on_button", button=visitor.label(trigger.button.label))
        words = trigger.recurrence.words if trigger.recurrence else ""
        return told(
            visitor,
            f"on_{trigger.on.value}",
            entity=visitor.noun(self.entity.label),
            hooks="”, “".join(_way_in(visitor, each) for each in sorted(trigger.hooks)),
            words=words,
        )

    def _changed(self, trigger: Trigger) -> str:
        before, after = (", ".join(self._values(trigger, each)) for each in (trigger.before, trigger.after))
        key = "on_changed" + ("_from" if before else "") + ("_to" if after else "")
        labels = [self.visitor.field_label(self.entity.fields[name]) for name in trigger.fields]
        return told(self.visitor, key, fields="”, “".join(labels), before=before, after=after)

    def _values(self, trigger: Trigger, values: frozenset[object] | None) -> Iterator[str]:
        """In the order in which people choose among them, where there is one."""
        field = self.entity.fields[trigger.fields[0]]
        order = list(field.type.choices() or ())
        known = sorted(values or (), key=lambda each: (order.index(each) if each in order else -1, str(each)))
        for value in known:
            yield self.display.text(field, loaded(field, value)) or self.visitor.say("empty")

    def _around(self, trigger: Trigger) -> str:
        around = trigger.around
        assert around is not None
        label = self.visitor.field_label(self.entity.fields[around.field])
        if not around.length:
            return told(self.visitor, "on_around_at", field=label)
        length = format_timedelta(around.length, threshold=2, locale=LOCALES[self.visitor.language])
        key = "on_around_before" if around.is_before else "on_around_after"
        return told(self.visitor, key, length=length, field=label)
