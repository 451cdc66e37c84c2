"""One test, performed: its steps one after the other, up to the first that does not go as expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any

from relasi.diagnostics import Span
from relasi.errors import NotFound, Refused, RelasiError
from relasi.messages.incoming import receive
from relasi.messages.webforms import Answers, read_answers, submit
from relasi.records import Actor, Source
from relasi.runtime import Crm, engine_actor
from relasi.schema.labels import from_key
from relasi.schema.trials import (
    Access,
    Advance,
    Create,
    Decide,
    Deed,
    Delete,
    Expect,
    Expectation,
    Fresh,
    Move,
    Named,
    Never,
    Person,
    Press,
    Ran,
    Receive,
    Trial,
    TrialStep,
    Update,
)
from relasi.store.traces import Trace
from relasi.store.users import Post, User
from relasi.trial.filling import Filling
from relasi.trial.findings import Findings
from relasi.trial.hours import Hours
from relasi.trial.permissions import Permissions
from relasi.trial.props import Props
from relasi.trial.stage import Clock, Stage

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not go as expected; `span` is where the test says otherwise. `traces` tell what the rule did,
    that the test is about or that was expected to do something."""

    span: Span
    message: str
    traces: Sequence[Trace] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a test. It passed where nothing failed. `traces` are those of all rules."""

    trial: Trial
    failures: Sequence[Failure]
    traces: Sequence[Trace]
    seconds: float


class _Unexpected(Exception):
    """Ends a test."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__()
        self.failures = failures


def perform(stage: Stage, trial: Trial) -> Outcome:
    """Performs a test on a stage of its own."""
    began = perf_counter()
    with stage.crm(trial.at) as (crm, clock):
        performance = _Performance(crm, clock, trial)
        failures: Sequence[Failure] = ()
        try:
            performance.run()
        except _Unexpected as unexpected:
            failures = unexpected.failures
        with crm.store.session(write=False) as session:
            traces = session.traces.since(_EVER)
        return Outcome(trial, failures, traces, perf_counter() - began)


@dataclass
class _Performance:
    crm: Crm
    clock: Clock
    trial: Trial
    hours: Hours = field(init=False)
    props: Props = field(init=False)
    filling: Filling = field(init=False)
    findings: Findings = field(init=False)
    permissions: Permissions = field(init=False)

    def __post_init__(self) -> None:
        users = [_user(n, each) for n, each in enumerate(self.trial.people, 1)]
        with self.crm.store.session() as session:
            for user in users:
                session.users.add(user)
        self.hours = Hours(self.crm, self.clock)
        self.props = Props(self.crm, {user.name: user for user in users})
        self.filling = Filling(self.crm, users)
        self.findings = Findings(self.crm, self.props)
        self.permissions = Permissions(self.crm, self.props)

    def run(self) -> None:
        """Raises _Unexpected."""
        self._guarded(self.trial.span, None, self.hours.settle)
        for fresh in self.trial.given:
            self._guarded(fresh.span, None, partial(self._create, engine_actor(Source.SAMPLE), fresh))
        self._guarded(self.trial.span, None, self.hours.settle)
        looked = True
        for step in self.trial.steps:
            if isinstance(step.deed, Expect):
                self._look(step, step.deed)
            elif isinstance(step.deed, Never):
                self._try(step, step.deed)
            else:
                if looked:
                    self.findings.begin()
                self._guarded(step.span, step.fails, partial(self._do, step, step.deed))
                self._guarded(step.span, None, self.hours.settle)
            looked = isinstance(step.deed, Expect)

    def _try(self, step: TrialStep, law: Never) -> None:
        broken = self.permissions.broken(self._actor(step), law, self.filling)
        if broken is not None:
            raise _Unexpected([Failure(law.span, broken)])

    def _look(self, step: TrialStep, deed: Expect) -> None:
        failures = [
            Failure(each.span, message, self._traces(each))
            for each in deed.expectations
            if (message := self._missing(step, each)) is not None
        ]
        if failures:
            raise _Unexpected(failures)

    def _missing(self, step: TrialStep, expectation: Expectation) -> str | None:
        if isinstance(expectation, Access):
            return self.permissions.wrong(self._actor(step), expectation)
        return self.findings.missing(expectation)

    def _traces(self, expectation: Expectation) -> Sequence[Trace]:
        kind, name = self.trial.home
        rule = expectation.workflow if isinstance(expectation, Ran) else name if kind == "workflow" else None
        return self.findings.traces(rule) if rule else ()

    def _guarded(self, span: Span, code: str | None, act: Callable[[], None]) -> None:
        """Does something that is expected to be refused with the code, or not to be refused."""
        try:
            act()
        except RelasiError as error:
            codes = {error.code, *(each.code for each in getattr(error, "issues", ()))}
            if code in codes:
                return
            wanted = f"expected to be refused with {code}" if code else "was refused"
            message = f"{wanted}: {error.text()} ({', '.join(sorted(codes))})"
            raise _Unexpected([Failure(span, message)]) from error
        except OverflowError as error:
            raise _Unexpected([Failure(span, "there is no such time")]) from error
        if code is not None:
            raise _Unexpected([Failure(span, f"expected to be refused with {code}; it was done")])

    def _actor(self, step: TrialStep) -> Actor:
        if step.actor is None:
            return engine_actor(Source.CLI)
        with self.crm.store.session(write=False) as session:
            user = session.users.by_name(step.actor)
        assert user is not None
        return self.crm.actor(user, Source.PAGE)

    def _do(self, step: TrialStep, deed: Deed) -> None:
        actor = self._actor(step)
        match deed:
            case Create(records):
                for fresh in records:
                    self._create(actor, fresh)
            case Update(records):
                for each in records:
                    self._update(actor, each)
            case Move(record, move, values):
                entity, key, version = self._held(record)
                given = self.props.values(values)
                self.crm.records.move(actor, entity, key, version, move=move, values=given)
            case Delete(records):
                for named in records:
                    self.crm.records.delete(actor, *self._held(named))
            case Press(record, workflow, values):
                _, key, version = self._held(record)
                self.crm.workflows.press(actor, workflow, key, version, self.props.values(values))
            case Decide():
                self._decide(actor, deed)
            case Receive(way, entity, body):
                self.props.records[entity] = self._received(way, body) or ""
            case Advance(length):
                calendar = self.crm.model.settings.calendar
                self.hours.advance(length.after(self.clock.now, calendar))

    def _received(self, way: str, body: Any) -> str | None:  # Any: JSON
        """The id of the record that came in. What a form is sent holds the values of its fields."""
        crm, hook = self.crm, self.crm.model.hooks.get(way)
        if hook is not None:
            return receive(crm.records, hook, {}, json.dumps(body).encode()).record_id
        mailbox = next((each for each in crm.model.mailboxes.values() if each.way_in == way), None)
        if mailbox is not None:
            return crm.mailroom.take(mailbox, _mail(body, crm.new_id())).record_id
        form = next(each for each in crm.model.webforms.values() if each.way_in == way)
        language = form.languages[0]
        reading = crm.reading(language)
        values, issues = read_answers(form, crm.model.entities[form.entity], body, reading)
        agreed = frozenset(body.get("consents", ()))
        about = self.props.records.get(form.entity) if form.fills else None
        answers = Answers(values, agreed, language, crm.new_id(), about)
        return submit(crm.records, form, answers, issues).record_id

    def _create(self, actor: Actor, fresh: Fresh) -> None:
        values = self.props.values(fresh.values)
        rows = self.props.rows(fresh.values)
        self.props.records[fresh.name] = self.filling.create(actor, fresh.entity, values, rows)

    def _update(self, actor: Actor, changed: Fresh) -> None:
        held = self._held(Named(changed.name, changed.entity))
        self.crm.records.update(actor, *held, self.props.values(changed.values))

    def _decide(self, actor: Actor, deed: Decide) -> None:
        entity, key, _ = self._held(deed.record)
        asked = self.crm.approvals.on(actor, entity, key)
        if not asked:
            raise Refused("approval_none")
        own = next((each for each in asked if each.may_decide), asked[0]).approval
        self.crm.approvals.decide(actor, own.id, own.level, deed.verdict, deed.comment)

    def _held(self, record: Named) -> tuple[str, str, int]:
        """Entity, id and version. Raises NotFound."""
        row = self.props.row(record)
        if row is None or record.entity is None:
            raise NotFound("not_found")
        return record.entity, row["id"], row["version"]


def _mail(body: Mapping[str, Any], key: str) -> bytes:  # Any: JSON
    """A mail whose head and `text` are what the test says."""
    head = {"message-id": f"<{key}@example.com>", "content-type": "text/plain; charset=utf-8", **body}
    lines = (f"{name}: {value}" for name, value in head.items() if name != "text")
    return "\n".join([*lines, "", str(body.get("text", ""))]).encode()


def _user(n: int, person: Person) -> User:
    return User(
        id=f"user-{n:02}",
        name=person.name,
        full_name=from_key(person.name),
        email=f"{person.name}@example.com",
        roles=person.roles,
        language=person.language,
        post=Post(person.team, person.skills, person.territories),
    )
