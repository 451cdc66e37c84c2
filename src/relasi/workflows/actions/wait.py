"""`wait`: for a length of time, until a moment, or until something holds of the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import ClassVar, assert_never

from pydantic import Field

from relasi.errors import WorkflowError
from relasi.platform.query import Row
from relasi.schema.calendars import Calendar
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Now, Today, walk
from relasi.schema.expressions.types import Boolean, Date, DateTime
from relasi.schema.model import StepCondition
from relasi.schema.spec.base import Condition, Spec
from relasi.schema.timespans import Timespan
from relasi.workflows.actions.base import Answer, Pause, Running, Said, Waiting


class WaitSpec(Spec):
    for_: str | None = Field(None, alias="for", description="a length of time: 2 days, 4 working hours")
    until: Condition | None = Field(
        None, description="a time, or what the record must meet before the rule goes on"
    )
    at_most: str | None = Field(None, description="the rule goes on after that time in any case")
    calendar: str | None = Field(
        None, description="which calendar measures working time; the first if absent"
    )


class WaitStep(StepSpec):
    needs_record: ClassVar[bool] = False

    wait: str | WaitSpec = Field(description="how long, or until when, the rule waits before the next step")

    def compile(self, at: StepDraft) -> Wait | None:
        spec = WaitSpec.model_validate({"for": self.wait}) if isinstance(self.wait, str) else self.wait
        if (spec.for_ is None) == (spec.until is None) or (spec.for_ is not None and spec.at_most):
            help = "write one of: 2 days; {for: 4 working hours}; {until: a time or a condition}"
            at.wrong("wait", code="bad-value", message="this does not say how long to wait", help=help)
            return None
        if spec.calendar is not None:
            keys = (*at.path, "wait", "calendar")
            at.page.pick(keys, "unknown-calendar", "calendar", spec.calendar, at.draft.calendars)
        until = None if spec.until is None else _until(at, spec.until)
        lengths = {name: _length(at, name, getattr(spec, name)) for name in ("for_", "at_most")}
        if spec.until is not None and until is None:
            return None
        return Wait(at.name, at.entity.name, until, lengths["for_"], lengths["at_most"], spec.calendar)


def _until(at: StepDraft, text: str | bool) -> Expression | None:
    """Asked again and again, so it cannot be about the change that triggered the rule, nor about the time."""
    scope = replace(at.scope, has_old=False)
    written = str(text).lower() if isinstance(text, bool) else text
    until = at.page.expression((*at.path, "wait", "until"), written, scope, None)
    if until is None:
        return None
    if not isinstance(until.type, (Boolean, Date, DateTime)):
        message, help = "this is neither a time nor a condition", "write due_at, or status.kind = done"
        at.wrong("wait", "until", code="bad-value", message=message, help=help)
        return None
    asks_time = any(isinstance(node, (Now, Today)) for node in walk(until.root))
    if isinstance(until.type, Boolean) and asks_time:
        message = "a condition that is waited for cannot ask what time it is"
        help = "write until: with a time, such as due_at + 2 days, or at_most: with a length of time"
        at.wrong("wait", "until", code="bad-value", message=message, help=help)
        return None
    return until


def _length(at: StepDraft, name: str, text: str | None) -> Timespan | None:
    if text is None:
        return None
    keys = ("wait", name.rstrip("_"))
    path = (*at.path, *keys) if at.written(*keys) else (*at.path, "wait")
    return compile_timespan(at.page, path, text, at.draft.calendars)


@dataclass(frozen=True, slots=True)
class Wait(Waiting):
    """Exactly one of `until` and `length` is there."""

    until: Expression | None
    length: Timespan | None
    at_most: Timespan | None
    calendar: str | None

    def run(self, running: Running) -> Answer:
        pause = self.look(running)
        return pause or self._said(ended="at once")

    def resume(self, running: Running, woken: str) -> Answer:
        if woken == "time" and self.until is not None and self.at_most is None:
            return self.look(running) or self._said(ended=woken)
        return self._said(ended=woken)

    def look(self, running: Running) -> Pause | None:
        since = running.since or running.work.now
        if self.until is None:
            assert self.length is not None
            return self._paused(running, "time", self.length.after(since, self._calendar(running)))
        value, watches = _asked(running, self.until)
        latest = self.at_most.after(since, self._calendar(running)) if self.at_most else None
        match value:
            case None if not isinstance(self.until.type, Boolean):
                if latest is None:
                    raise WorkflowError("no_time_to_wait_for", step=self.path)
                return self._paused(running, "time", latest, watches)
            case bool() | None:
                return None if value else self._paused(running, "condition", latest, watches)
            case datetime():
                moment = value
            case date():
                moment = datetime.combine(value, time(), running.work.moment.zone)
            case _:
                assert_never(value)
        return self._paused(running, "time", min(moment, latest or moment), watches)

    def _paused(
        self,
        running: Running,
        word: str,
        until: datetime | None,
        watches: frozenset[tuple[str, str]] = frozenset(),
    ) -> Pause | None:
        """None where the moment has come already."""
        if until is not None and until <= running.work.now:
            return None
        said = self._said(**({"until": until.isoformat()} if until else {}))
        return Pause(said, word, until, watches)

    def _said(self, **more: str) -> Said:
        return {"step": "wait", "path": self.path, **more}

    def _calendar(self, running: Running) -> Calendar:
        settings = running.work.ground.model.settings
        return settings.calendars[self.calendar] if self.calendar else settings.calendar

    def expressions(self) -> Iterator[Expression]:
        if self.until:
            yield self.until

    def conditions(self) -> Iterator[StepCondition]:
        if self.until and isinstance(self.until.type, Boolean):
            yield StepCondition(("wait", "until"), self.until, "the rule waits for what never comes")


def _asked(
    running: Running, expression: Expression
) -> tuple[bool | datetime | date | None, frozenset[tuple[str, str]]]:
    """What the expression answers now, and the records that the answer depends on. They are on hold: whoever
    is changing one of them is waited for, and whoever comes later finds the run that waits."""
    seen = {(running.entity, running.record_id)}

    def follow(entity: str, key: str) -> Row | None:
        seen.add((entity, key))
        return running.work.transaction.get(entity, [key], hold=True).get(key)

    return expression.evaluate(replace(running.situation(), follow=follow, old=None)), frozenset(seen)
