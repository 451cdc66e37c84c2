"""People and approvals: what waits for whom, giving one's word, and taking a request back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from relasi.errors import Forbidden, NotFound, Refused
from relasi.platform.again import begun_again
from relasi.records import Actor, Records, Work
from relasi.schema.expressions import Situation
from relasi.schema.expressions.operations import today
from relasi.schema.labels import Label
from relasi.store.approvals import Approval, Decision, Verdict
from relasi.store.runs import Run
from relasi.workflows.approving import DECIDED, Approve, Roster, at_level
from relasi.workflows.course import Course
from relasi.workflows.panels import Panel
from relasi.workflows.people import stand_in, words_of
from relasi.workflows.programs import Programs


@dataclass(frozen=True, slots=True)
class Asked:
    """An open approval as one person sees it. `level` is called `level_label`, if it has a name.

    `waits_for` are those whose word matters now; `for_others` the absent people in whose place the person may
    speak. Decisions of all levels, in the order of time.
    """

    approval: Approval
    levels: int
    level_label: Label | None
    decisions: tuple[Decision, ...]
    waits_for: frozenset[str]
    may_decide: bool
    for_others: tuple[str, ...]
    may_withdraw: bool


@dataclass(frozen=True)
class Approvals:
    """The approvals of a CRM."""

    records: Records
    programs: Programs
    course: Course

    def inbox(self, actor: Actor) -> tuple[Asked, ...]:
        """What waits for the actor's word, the oldest first."""
        with self.records.work(actor, write=False) as work:
            found = work.store.approvals.asking(self._words(work))
            return tuple(each for each in self._seen(work, found) if each.may_decide)

    def requested(self, actor: Actor) -> tuple[Asked, ...]:
        """What the actor has asked for and waits for."""
        if actor.user_id is None:
            return ()
        with self.records.work(actor, write=False) as work:
            return tuple(self._seen(work, work.store.approvals.requested_by(actor.user_id)))

    def on(self, actor: Actor, entity: str, key: str) -> tuple[Asked, ...]:
        """The open ones on a record. Raises NotFound for one that the actor may not read."""
        with self.records.reader(actor) as reader:
            reader.get(entity, key)
        with self.records.work(actor, write=False) as work:
            return tuple(self._seen(work, work.store.approvals.open_on(entity, [key])))

    @begun_again
    def decide(
        self, actor: Actor, approval_id: str, level: int, verdict: Verdict, comment: str | None = None
    ) -> None:
        """Gives the actor's word at the level that they saw, and for those in whose place they speak; the run
        goes on in the same transaction.

        Raises Refused where others have decided meanwhile, or a comment is missing; Forbidden, NotFound.
        """
        said = (comment or "").strip() or None
        with self.records.work(actor) as work:
            approval, run, step = self._held(work, approval_id, level)
            if verdict == "withdrawn":
                if not _may_withdraw(actor, approval):
                    raise Forbidden("approval_of_others")
                seats = [actor.user_id or ""]
            else:
                if verdict == "rejected" and said is None:
                    raise Refused("approval_needs_comment")
                seats = self._seats(work, approval, step)
            work.store.approvals.decide(
                [
                    Decision(
                        id=work.ground.new_id(),
                        approval_id=approval.id,
                        level=approval.level,
                        verdict=verdict,
                        user_id=actor.user_id or "",
                        on_behalf_of=None if seat == actor.user_id else seat,
                        comment=said,
                        at=work.now,
                    )
                    for seat in seats
                ]
            )
            self.course.resume(work, replace(run, woken=DECIDED))

    def _held(self, work: Work, approval_id: str, level: int) -> tuple[Approval, Run, Approve]:
        approval = work.store.approvals.get(approval_id, hold=True)
        if approval is None:
            raise NotFound("not_found")
        run = work.store.runs.get(approval.run_id, hold=True)
        waits = run is not None and run.status == "waiting" and run.waiting_for == "approval"
        if approval.status != "open" or approval.level != level or run is None or not waits:
            people = _names(work, {each.user_id for each in work.store.approvals.decisions([approval.id])})
            raise Refused("approval_decided", by=people or "–")
        return approval, run, self._step(work, run)

    def _seats(self, work: Work, approval: Approval, step: Approve) -> list[str]:
        """The seats that the actor's word fills."""
        me = work.actor.user_id or ""
        found = self._panel(work, Roster(work), approval, step)
        words = at_level(work.store.approvals.decisions([approval.id]), approval.level)
        if me not in found.open_to(words):
            spoke = any(speaker == me for speaker, _ in words)
            raise Forbidden("approval_spoken" if spoke else "approval_of_others")
        return found.seats_of(me) or [me]

    def _seen(self, work: Work, approvals: Iterable[Approval]) -> Iterable[Asked]:
        found = list(approvals)
        if not found:
            return
        decisions, roster = work.store.approvals.decisions([each.id for each in found]), Roster(work)
        for approval in found:
            run = work.store.runs.get(approval.run_id)
            if run is not None:
                own = tuple(each for each in decisions if each.approval_id == approval.id)
                yield self._asked(work, roster, approval, self._step(work, run), own)

    def _asked(
        self, work: Work, roster: Roster, approval: Approval, step: Approve, decisions: Sequence[Decision]
    ) -> Asked:
        me = work.actor.user_id or ""
        found = self._panel(work, roster, approval, step)
        waits_for = found.open_to(at_level(decisions, approval.level))
        return Asked(
            approval=approval,
            levels=len(step.levels),
            level_label=step.levels[approval.level].label,
            decisions=tuple(decisions),
            waits_for=waits_for,
            may_decide=me in waits_for,
            for_others=tuple(seat for seat in found.seats_of(me) if seat != me) if me in waits_for else (),
            may_withdraw=_may_withdraw(work.actor, approval),
        )

    def _panel(self, work: Work, roster: Roster, approval: Approval, step: Approve) -> Panel:
        def situation() -> Situation:
            return work.situation(work.follow(approval.entity, approval.record_id) or {})

        return step.panel_of(roster, approval, situation)

    def _step(self, work: Work, run: Run) -> Approve:
        step = self.programs.kept(work.store, run.workflow, run.version).steps.get(run.position)
        if not isinstance(step, Approve):
            raise Refused("approval_decided", by="–")
        return step

    def _words(self, work: Work) -> set[str]:
        """The words by which the actor is meant, and those of the people in whose place the actor is."""
        model, users = work.ground.model, work.store.users
        away = work.store.absences.away(today(work.now, model.settings.zone))
        active = users.active(set(filter(None, away.values())))
        me = work.actor.user_id or ""
        meant = [me, *(each for each in away if stand_in(each, away, active) == me)]
        return {word for key in meant if (user := users.get(key)) for word in words_of(user, model)}


def _may_withdraw(actor: Actor, approval: Approval) -> bool:
    return actor.everything or (actor.user_id is not None and actor.user_id == approval.requested_by)


def _names(work: Work, keys: set[str]) -> str:
    return ", ".join(sorted(work.store.users.names(keys).values()))
