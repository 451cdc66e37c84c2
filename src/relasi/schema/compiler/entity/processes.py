"""States and moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.rule.assignments import compile_assignments
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.compiler.variants import check_last_is_for_all
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Now, Today, walk
from relasi.schema.expressions.types import User
from relasi.schema.labels import label_of
from relasi.schema.model import Move, Process, State, StateKind, Variant
from relasi.schema.spec.process import MoveSpec, ProcessSpec, StateSpec, VariantSpec
from relasi.schema.timespans import Timespan


def compile_process(draft: Draft, entity: EntityDraft) -> Process | None:
    spec = entity.spec.process
    if spec is None:
        return None
    states = {name: _state(draft, name, state) for name, state in spec.all_states.items()}
    if spec.variants:
        check_last_is_for_all(
            entity.page, ("process", "variants"), [(name, each.when) for name, each in spec.variants.items()]
        )
        _check_kinds(entity, spec)
    return Process(
        field=spec.field,
        since=spec.since_field,
        reason=spec.reason_field if spec.has_reasons else None,
        states=MappingProxyType(states),
        variants=tuple(_Part(draft, entity, spec, *each).compiled() for each in spec.parts.items()),
    )


def _state(draft: Draft, name: str, spec: StateSpec) -> State:
    return State(
        name=name,
        label=label_of(spec.label, name, draft.languages),
        kind=StateKind(spec.kind),
        color=spec.color,
        reasons=tuple(spec.listed_reasons),
        reason_required=spec.reason_required,
    )


def _check_kinds(entity: EntityDraft, process: ProcessSpec) -> None:
    """A state is one thing, whichever variants share it."""
    for variant, part in process.variants.items():
        for name, state in part.states.items():
            first = process.all_states[name].kind
            if (state or StateSpec()).kind != first:
                path: Path = ("process", "variants", variant, "states", name)
                message = f'the kind of "{name}" is "{first}" in another variant'
                help = "write the same kind in both, or give one of them another name"
                entity.page.wrong(path, "contradiction", message, help=help, at_key=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """A process, or one of its variants, while it is compiled."""

    draft: Draft
    entity: EntityDraft
    process: ProcessSpec
    name: str
    spec: VariantSpec

    @property
    def page(self) -> Page:
        return self.entity.page

    @property
    def path(self) -> Path:
        return ("process", "variants", self.name) if self.name else ("process",)

    def compiled(self) -> Variant:
        spec, others = self.spec, self.process.all_states
        for name, state in spec.states.items():
            if state and state.reason_required and not state.reasons:
                message, help = "there is no reason to choose", "add reasons: [first, second]"
                self._wrong(("states", name, "reason_required"), "contradiction", message, help)
        for old, new in spec.entering.items():
            self.page.pick((*self.path, "entering", old), "unknown-state", "state", old, others, at_key=True)
            self._state(("entering", old), new)
        return Variant(
            name=self.name,
            label=label_of(spec.label, self.name or self.process.field, self.draft.languages),
            when=self._when(),
            states=tuple(spec.states),
            moves=MappingProxyType({name: self._move(name, each) for name, each in spec.moves.items()}),
            entering=MappingProxyType(spec.entering),
        )

    def _wrong(self, place: Path, code: str, message: str, help: str) -> None:
        self.page.wrong((*self.path, *place), code, message, help=help)

    def _state(self, place: Path, name: str) -> None:
        self.page.pick((*self.path, *place), "unknown-state", "state", name, self.spec.states)

    def _when(self) -> Expression | None:
        """Which process a record follows is known from the record alone."""
        scope = self.draft.scope(self.entity.name, has_user=False)
        when = self.page.condition((*self.path, "when"), self.spec.when, scope)
        if when is None:
            return None
        if any(isinstance(node, (Now, Today)) for node in walk(when.root)):
            message, help = "a record cannot change its process as time goes by", "ask for fields alone"
            self._wrong(("when",), "depends-on-time", message, help)
        if self.process.field in when.fields:
            message = f'"{self.process.field}" is what the process decides'
            self._wrong(("when",), "bad-path", message, "ask for another field")
        return when

    def _move(self, name: str, spec: MoveSpec) -> Move:
        place: Path = ("moves", name)
        path, types = (*self.path, *place), self.entity.types
        for index, source in enumerate(spec.from_):
            self._state((*place, "from", index), source)
        self._state((*place, "to"), spec.to)
        if spec.to in spec.from_:
            message, help = f'"{name}" leads from "{spec.to}" to itself', "take one of the two away"
            self.page.warn((*path, "to"), "no-move", message, help=help)
        for index, role in enumerate(spec.who):
            self.page.pick((*path, "who", index), "unknown-role", "role", role, self.draft.roles)
        for key, fields in (("needs", spec.needs), ("asks", spec.asks)):
            for index, field in enumerate(fields):
                what = f"field of {self.entity.name}"
                self.page.pick((*path, key, index), "unknown-field", what, field, types)
        scope = self.draft.scope(self.entity.name, has_old=True)
        languages = self.draft.languages
        return Move(
            name=name,
            label=label_of(spec.label, name, languages),
            sources=tuple(spec.from_),
            target=spec.to,
            who=frozenset(spec.who),
            condition=self.page.condition((*path, "if"), spec.if_, self.draft.scope(self.entity.name)),
            needs=tuple(dict.fromkeys((*spec.needs, *spec.asks))),
            updates=compile_assignments(self.page, (*path, "set"), self.entity, scope, is_new=False),
            within=self._within((*place, "within"), spec.within),
            four_eyes=self._four_eyes((*path, "four_eyes"), spec.four_eyes),
            confirm=label_of(spec.confirm, name, languages) if spec.confirm else None,
            asks=frozenset(spec.asks),
            message=label_of(spec.message, name, languages) if spec.message else None,
        )

    def _within(self, place: Path, written: str | None) -> Timespan | None:
        if written is None:
            return None
        return compile_timespan(self.page, (*self.path, *place), written, self.draft.calendars)

    def _four_eyes(self, path: Path, written: bool | str) -> bool | str:
        if isinstance(written, bool):
            return written
        type_ = self.page.pick(
            path, "unknown-field", f"field of {self.entity.name}", written, self.entity.types
        )
        if type_ and not isinstance(type_.expression_type(), User):
            help = f"fields that do: {', '.join(self._users())}; or write true"
            self.page.wrong(path, "not-a-user", f'"{written}" does not hold a user', help=help)
        return written

    def _users(self) -> Iterator[str]:
        for name, type_ in self.entity.types.items():
            if type_ and isinstance(type_.expression_type(), User):
                yield name
