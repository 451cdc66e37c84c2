"""What an approval does in the course of its run: opens, moves on from level to level, reminds, and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from relasi.errors import WorkflowError
from relasi.schema.calendars import Calendar
from relasi.schema.expressions import Expression, Situation
from relasi.schema.expressions.operations import today
from relasi.schema.labels import Label
from relasi.schema.model import Step, StepCondition
from relasi.schema.timespans import Timespan
from relasi.workflows.actions.base import Answer, Jump, Pause, Running, Said, Stop, Waiting
from relasi.workflows.panels import Panel, Word, panel
from relasi.workflows.people import People
from relasi.workflows.telling import tell, tell_of_end

if TYPE_CHECKING:
    from relasi.records.work import Work
    from relasi.store.approvals import Approval, ApprovalStatus, Decision


DECIDED = "decided"
"""What wakes a run whose approval somebody has spoken on."""


@dataclass(frozen=True, slots=True)
class Level:
    """`needed` of the people have to agree; None: all, or one of `each`. `keys` is where it stands below the
    step."""

    people: tuple[People, ...]
    needed: int | None
    each: bool
    condition: Expression | None
    label: Label | None
    keys: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """Once the time has passed, the word of one of `to` suffices."""

    after: Timespan
    to: tuple[People, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Waiting):
    label: Label
    levels: tuple[Level, ...]
    four_eyes: bool
    fields: tuple[str, ...]
    """What the word is about."""
    locks: bool
    remind: Timespan | None
    escalation: Escalation | None
    calendar: str | None
    message: str | None
    branches: Mapping[str, tuple[Step, ...]]
    """approved, rejected, withdrawn: the steps that come then."""

    def run(self, running: Running) -> Answer:
        first = self._applying(running, 0)
        if first is None:
            return self._end(running, {"event": "not_needed"}, "approved")
        from relasi.store.approvals import Approval

        work = running.work
        approval = Approval(
            id=work.ground.new_id(),
            run_id=running.id,
            workflow=running.workflow.name,
            entity=running.entity,
            record_id=running.record_id,
            label=dict(self.label),
            requested_by=work.actor.user_id,
            opened_at=work.now,
            level=first,
            level_at=work.now,
            seen=self._seen(running),
            locks=self.locks,
        )
        return self._ask(running, approval, {"event": "asked"})

    def resume(self, running: Running, woken: str) -> Answer:
        approval = running.work.store.approvals.of_run(running.id)
        if approval is None:
            return self.run(running)
        if woken == DECIDED:
            return self._decided(running, approval)
        if woken == "time":
            return self._late(running, approval)
        self._close(running.work, approval, "restarted")
        return self.run(running)

    def look(self, running: Running) -> Pause | None:
        approval = running.work.store.approvals.of_run(running.id)
        if approval is None or self._seen(running) != approval.seen:
            return None
        return self._pause(running, approval, {})

    def panel_of(self, roster: Roster, approval: Approval, situation: Callable[[], Situation]) -> Panel:
        """Who may decide the level at which the approval stands."""
        level = self.levels[approval.level]
        above = self.escalation.to if self.escalation and approval.escalated_at else ()
        return panel(
            [roster.ids(each, situation) for each in level.people],
            needed=level.needed,
            each=level.each,
            above={key for each in above for key in roster.ids(each, situation)},
            barred=approval.requested_by if self.four_eyes else None,
            away=roster.away,
            active=roster.stand_ins,
        )

    def _panel(self, running: Running, approval: Approval) -> Panel:
        return self.panel_of(Roster(running.work), approval, running.situation)

    def _decided(self, running: Running, approval: Approval) -> Answer:
        work = running.work
        words = work.store.approvals.decisions([approval.id])
        last = words[-1]
        spoken = [each for each in words if each.at == last.at and each.user_id == last.user_id]
        said: Said = {
            "event": last.verdict,
            "user": last.user_id,
            "on_behalf_of": [each.on_behalf_of for each in spoken if each.on_behalf_of],
            **({"comment": last.comment} if last.comment else {}),
        }
        if last.verdict != "approved":
            self._close(work, approval, last.verdict)
            return self._end(running, said, last.verdict)
        found = self._panel(running, approval)
        if not found.is_settled(at_level(words, approval.level)):
            return self._pause(running, approval, said)
        following = self._applying(running, approval.level + 1)
        if following is None:
            self._close(work, approval, "approved")
            return self._end(running, said, "approved")
        raised = replace(approval, level=following, level_at=work.now, reminded_at=None, escalated_at=None)
        return self._ask(running, raised, said)

    def _late(self, running: Running, approval: Approval) -> Answer:
        """Time has passed: reminds, brings others in, or both."""
        work = running.work
        escalates, reminds = self._escalates_at(work, approval), self._reminds_at(work, approval)
        said: Said = {"event": "reminded"}
        if escalates is not None and escalates <= work.now and self.escalation:
            approval = replace(approval, escalated_at=work.now, reminded_at=work.now)
            said = {"event": "escalated", "to": [each.written for each in self.escalation.to]}
        elif reminds is not None and reminds <= work.now:
            approval = replace(approval, reminded_at=work.now)
        else:
            return self._pause(running, approval, said)
        self._put(running, approval)
        found = self._panel(running, approval)
        waiting = found.open_to(at_level(work.store.approvals.decisions([approval.id]), approval.level))
        tell(running, approval, waiting, said["event"], self.message)
        return self._pause(running, approval, said | {"people": sorted(waiting)})

    def _ask(self, running: Running, approval: Approval, said: Said) -> Answer:
        """Begins a level. Raises WorkflowError where there are not people enough to settle it."""
        found = self._panel(running, approval)
        if not found.can_be_settled:
            level = self.levels[approval.level]
            names = ", ".join(each.written for each in level.people)
            raise WorkflowError("approval_too_few", by=names, needed=level.needed or 1)
        self._put(running, approval)
        people = sorted(found.deciders)
        if self.message is not None:  # without one, the inbox shows what waits
            tell(running, approval, people, "asked", self.message)
        return self._pause(running, approval, said | {"level": approval.level + 1, "people": people})

    def _put(self, running: Running, approval: Approval) -> None:
        asked = [*self.levels[approval.level].people]
        if self.escalation and approval.escalated_at:
            asked += self.escalation.to
        situation = running.situation()
        words = {word for each in asked for word in each.words(situation)}
        running.work.store.approvals.put(approval, words)

    def _pause(self, running: Running, approval: Approval, said: Said) -> Pause:
        work = running.work
        times = [self._escalates_at(work, approval), self._reminds_at(work, approval)]
        due = min((each for each in times if each is not None), default=None)
        watches = {(running.entity, running.record_id)} if self.fields else set()
        return Pause(self._said(said), "approval", due, watches)

    def _end(self, running: Running, said: Said, outcome: ApprovalStatus) -> Answer:
        told = self._said(said | {"outcome": outcome})
        if self.branches.get(outcome):
            return Jump(told, f"{self.path}.{outcome}")
        return Stop(told) if outcome == "withdrawn" else told

    def _said(self, said: Said) -> Said:
        return {"step": "approve", "path": self.path, **said}

    def _close(self, work: Work, approval: Approval, status: ApprovalStatus) -> None:
        work.store.approvals.put(replace(approval, status=status, closed_at=work.now), ())
        if status in ("approved", "rejected"):
            tell_of_end(work, approval, status)

    def _applying(self, running: Running, first: int) -> int | None:
        """The next level that the record needs."""
        situation = running.situation()
        for index, level in enumerate(self.levels[first:], first):
            if level.condition is None or level.condition.evaluate(situation):
                return index
        return None

    def _seen(self, running: Running) -> Mapping[str, Any]:  # Any: JSON
        record = running.record()
        return running.dumped(running.entity, {name: record[name] for name in self.fields})

    def _reminds_at(self, work: Work, approval: Approval) -> datetime | None:
        if self.remind is None:
            return None
        return self.remind.after(approval.reminded_at or approval.level_at, self._calendar(work))

    def _escalates_at(self, work: Work, approval: Approval) -> datetime | None:
        if self.escalation is None or approval.escalated_at is not None:
            return None
        return self.escalation.after.after(approval.level_at, self._calendar(work))

    def _calendar(self, work: Work) -> Calendar:
        settings = work.ground.model.settings
        return settings.calendars[self.calendar] if self.calendar else settings.calendar

    def lists(self) -> Iterator[tuple[str, Sequence[Step]]]:
        for name, steps in self.branches.items():
            if steps:
                yield f"{self.path}.{name}", steps

    def expressions(self) -> Iterator[Expression]:
        for level in self.levels:
            for each in level.people:
                yield from each.expressions()
            if level.condition:
                yield level.condition
        for each in self.escalation.to if self.escalation else ():
            yield from each.expressions()

    def conditions(self) -> Iterator[StepCondition]:
        for level in self.levels:
            if level.condition:
                yield StepCondition((*level.keys, "if"), level.condition, "this level is never asked")

    def reads(self) -> Iterator[tuple[str, str]]:
        for name in self.fields:
            yield self.entity, name

    def guards(self) -> Iterator[str]:
        if self.locks:
            yield from self.fields


def at_level(decisions: Sequence[Decision], level: int) -> list[Word]:
    """Those who agreed at the level, each with whose seat they filled."""
    return [
        (each.user_id, each.on_behalf_of or each.user_id)
        for each in decisions
        if each.level == level and each.verdict == "approved"
    ]


class Roster:
    """Who is meant and who is there, looked up once for all that is asked in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._groups: dict[People, frozenset[str]] = {}
        self.away = work.store.absences.away(today(work.now, work.ground.model.settings.zone))
        self.stand_ins = work.store.users.active(set(filter(None, self.away.values())))

    def ids(self, people: People, situation: Callable[[], Situation]) -> frozenset[str]:
        """Whom these words mean, now and on the record of the situation."""
        if people.person is None and people in self._groups:
            return self._groups[people]
        found = people.found(self._work.ground.model, self._work.store, situation)
        keys = frozenset(user.id for user in found)
        if people.person is None:
            self._groups[people] = keys
        return keys
