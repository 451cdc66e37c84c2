"""`tests:` -> trials. Compiled once there is a Model, so that every name in them can be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from relasi.config.documents import Document
from relasi.diagnostics import Diagnostics
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.shapes import salvaged
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.compiler.trial.expectations import Expectations
from relasi.schema.compiler.trial.permissions import compile_never
from relasi.schema.compiler.trial.wanted import Cast
from relasi.schema.model import Model
from relasi.schema.model import Move as ProcessMove
from relasi.schema.spec import SPECS
from relasi.schema.spec.entity import EntitySpec
from relasi.schema.spec.trial import DEEDS, StepOfTestSpec, SuiteSpec, TestSpec, UserOfTestSpec
from relasi.schema.spec.workflow import WorkflowSpec
from relasi.schema.trials import (
    Access,
    Advance,
    Create,
    Decide,
    Deed,
    Delete,
    Expect,
    Fresh,
    Move,
    Never,
    Person,
    Press,
    Receive,
    Trial,
    TrialStep,
    Update,
)
from relasi.texts import known

_BEGIN = "2026-01-05 09:00"
"""When a test begins that does not say: on a Monday, by the company's clocks."""

_REFUSALS = ("errors", "issues")


def compile_trials(
    model: Model, documents: Iterable[Document], diagnostics: Diagnostics
) -> tuple[Trial, ...]:
    """The sound ones, in the order of the files; what is wrong with others has been reported."""
    found = []
    for document in documents:
        if document.kind in ("workflow", "entity", "suite"):
            page = Page(document, diagnostics)
            spec = salvaged(SPECS[document.kind], page)
            assert isinstance(spec, EntitySpec | WorkflowSpec | SuiteSpec)
            found += [
                _Draft(model, page, ("tests", name), each).compile() for name, each in spec.tests.items()
            ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One test while it is compiled."""

    model: Model
    page: Page
    path: Path
    spec: TestSpec
    cast: Cast = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cast", Cast(self.model, self.page))

    def compile(self) -> Trial:
        people = tuple(self._people())
        self.cast.people.update((each.name, each) for each in people)
        given = self._fresh((*self.path, "given"), self.spec.given)
        actor = self._actor((*self.path, "as"), self.spec.as_)
        steps = [
            step
            for index, each in enumerate(self.spec.steps)
            if (step := self._step((*self.path, "steps", index), each, actor))
        ]
        return Trial(
            home=(self.page.document.kind, self.page.document.name),
            name=str(self.path[-1]),
            span=self.page.span(self.path, at_key=True),
            at=self._at(),
            people=people,
            given=given,
            steps=steps,
        )

    def _at(self) -> datetime:
        try:
            return self._moment(self.spec.at or _BEGIN)
        except (ValueError, OverflowError):
            message, help = f'"at" cannot be "{self.spec.at}"', f'write a day and a time: "{_BEGIN}"'
            self.page.wrong((*self.path, "at"), "bad-value", message, help=help)
            return self._moment(_BEGIN)

    def _moment(self, text: str) -> datetime:
        """By the company's clocks, where the text does not name others."""
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=self.model.settings.zone)).astimezone(UTC)

    def _people(self) -> Iterator[Person]:
        """Those whom the test names; then one for every role that none of them has."""
        first = self.model.settings.languages[0]
        taken: set[str] = set()
        for name, written in self.spec.users.items():
            spec = written if isinstance(written, UserOfTestSpec) else None
            roles = (written,) if isinstance(written, str) else tuple(spec.roles if spec else _texts(written))
            for role in roles:
                self.page.pick((*self.path, "users", name), "unknown-role", "role", role, self.model.roles)
            taken.update(roles)
            yield self._person(name, roles, spec) if spec else Person(name, roles, first)
        for role in self.model.roles:
            if role not in taken and role not in self.spec.users:
                yield Person(role, (role,), first)

    def _person(self, name: str, roles: tuple[str, ...], spec: UserOfTestSpec) -> Person:
        if spec.team is not None:
            place = (*self.path, "users", name, "team")
            self.page.pick(place, "unknown-team", "team", spec.team, self.model.teams)
        return Person(
            name,
            roles,
            spec.language or self.model.settings.languages[0],
            spec.team,
            tuple(sorted(spec.skills)),
            tuple(sorted(spec.territories)),
        )

    def _actor(self, path: Path, word: str | None) -> str | None:
        """A user; where a role is named, the first who has it."""
        if word is None or word in self.cast.people:
            return word
        holder = next((each.name for each in self.cast.people.values() if word in each.roles), None)
        if holder is None:
            known = (*self.cast.people, *self.model.roles)
            self.page.unknown(path, "unknown-user", f'the test has no user "{word}"', word, known)
        return holder

    def _step(self, path: Path, spec: StepOfTestSpec, actor: str | None) -> TrialStep | None:
        kind = next(name for name in DEEDS if getattr(spec, name) is not None)
        deed = self._deed(path, kind, spec)
        for key, fits in _BESIDE.items():
            if getattr(spec, "as_" if key == "as" else key) is not None and kind not in fits:
                message = f'"{key}" does not go with {kind}'
                self.page.wrong(
                    (*path, key), "unknown-key", message, help=f"it goes with {', '.join(fits)}", at_key=True
                )
        if spec.fails is not None and spec.fails not in _codes():
            message = f'no error is called "{spec.fails}"'
            self.page.unknown((*path, "fails"), "unknown-error", message, spec.fails, _codes())
        who = self._actor((*path, "as"), spec.as_) if spec.as_ else actor
        span = self.page.span((*path, kind), at_key=True)
        if who is None and _is_about_somebody(deed):
            message, help = "nobody is named whose rights these are", "add as: and a user or a role"
            self.page.wrong((*path, kind), "missing-key", message, help=help, at_key=True)
        return TrialStep(deed, span, who, spec.fails) if deed else None

    def _deed(self, path: Path, kind: str, spec: StepOfTestSpec) -> Deed | None:
        here = (*path, kind)
        match kind:
            case "create":
                return Create(self._fresh(here, spec.create or {}))
            case "update":
                return Update(tuple(self._updated(here, spec.update or {})))
            case "delete":
                names = [spec.delete] if isinstance(spec.delete, str) else list(spec.delete or ())
                records = [self.cast.record(here, name) for name in names]
                return Delete([each for each in records if each])
            case "receive":
                way, ways = str(spec.receive), self.model.ways_in
                entity = self.page.pick(here, "unknown-hook", "hook, form or mailbox", way, ways)
                if entity is None:
                    return None
                self.cast.records[entity] = entity
                return Receive(way, entity, _json(spec.body or {}))
            case "advance":
                length = compile_timespan(self.page, here, str(spec.advance), self.model.settings.calendars)
                return Advance(length) if length else None
            case "never" if spec.never is not None:
                return compile_never(self.cast, here, spec.never)
            case "expect":
                return Expect(Expectations(self.cast, here).compile(spec.expect or {}))
        return self._on_record(path, kind, spec)

    def _on_record(self, path: Path, kind: str, spec: StepOfTestSpec) -> Deed | None:
        """`move`, `press` and `decide`: a record, and one word."""
        written: dict[str, str] = getattr(spec, kind)
        if len(written) != 1:
            self.page.wrong(
                (*path, kind), "bad-value", f'"{kind}" is about one record', help="make more steps of it"
            )
            return None
        (name, word), here = next(iter(written.items())), (*path, kind, *written)
        record = self.cast.record(here, name, at_key=True)
        if record is None or record.entity is None:
            return None
        values = self.cast.values((*path, "set"), record.entity, spec.set or {}, tables=False)
        if kind == "move":
            moves = _moves(self.model, record.entity)
            known = self.page.pick(here, "unknown-move", f"move of {record.entity}", word, moves)
            return Move(record, word, values) if known else None
        if kind == "press":
            buttons = {each.name: each for each in self.model.rules_for(record.entity) if each.button}
            what = f"rule with a button on {record.entity}"
            return (
                Press(record, word, values)
                if self.page.pick(here, "unknown-workflow", what, word, buttons)
                else None
            )
        return Decide(record, word, spec.comment)  # type: ignore[arg-type]  # the spec has checked the word

    def _fresh(self, path: Path, written: dict[str, Any]) -> tuple[Fresh, ...]:
        """Records that are made; a later one may name an earlier one."""
        found = []
        for key, values in written.items():
            words = key.split()
            place = (*path, key)
            if not 1 <= len(words) <= 2:
                help = "write ENTITY, or ENTITY NAME"
                self.page.wrong(
                    place, "bad-value", f'"{key}" does not say what is made', help=help, at_key=True
                )
                continue
            entity = self.page.pick(
                place, "unknown-entity", "entity", words[0], self.model.entities, at_key=True
            )
            if entity is not None:
                made = self.cast.values(place, entity.name, values or {})
                self.cast.records[words[-1]] = entity.name
                found.append(Fresh(words[-1], entity.name, made, self.page.span(place, at_key=True)))
        return tuple(found)

    def _updated(self, path: Path, written: dict[str, Any]) -> Iterator[Fresh]:
        for name, values in written.items():
            place = (*path, name)
            record = self.cast.record(place, name, at_key=True)
            if record is not None and record.entity is not None:
                changed = self.cast.values(place, record.entity, values or {}, tables=False)
                yield Fresh(name, record.entity, changed, self.page.span(place, at_key=True))


def _is_about_somebody(deed: Deed | None) -> bool:
    return isinstance(deed, Never) or (
        isinstance(deed, Expect) and any(isinstance(each, Access) for each in deed.expectations)
    )


_ACTS = tuple(each for each in DEEDS if each not in ("advance", "never", "expect"))
_BESIDE = {
    "set": ("move", "press"),
    "comment": ("decide",),
    "body": ("receive",),
    "as": (*(each for each in _ACTS if each != "receive"), "never", "expect"),
    "fails": _ACTS,
}
"""What else a step may say -> the kinds of steps with which it goes."""


def _texts(written: object) -> list[str]:
    return [str(each) for each in written] if isinstance(written, list) else []


def _codes() -> Sequence[str]:
    forms = (code for code in known("webforms") if code.startswith("form_"))
    return [*(code for area in _REFUSALS for code in known(area)), *forms]


def _moves(model: Model, entity: str) -> dict[str, ProcessMove]:
    found = model.entities[entity].process
    return {each.name: each for each in found.moves} if found else {}


def _json(value: Any) -> Any:  # Any: plain YAML -> JSON
    if isinstance(value, dict):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value
