"""States and moves."""

from __future__ import annotations

from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.labels import label_of
from relasi.schema.model import Move, Process, State, StateKind
from relasi.schema.spec.entity import MoveSpec, ProcessSpec, StateSpec


def compile_process(draft: Draft, entity: EntityDraft) -> Process | None:
    spec = entity.spec.process
    if spec is None:
        return None
    states = {name: _state(draft, name, state or StateSpec()) for name, state in spec.states.items()}
    moves = {name: _move(draft, entity, spec, name) for name in spec.moves}
    return Process(field=spec.field, states=MappingProxyType(states), moves=MappingProxyType(moves))


def _state(draft: Draft, name: str, spec: StateSpec) -> State:
    return State(name, label_of(spec.label, name, draft.languages), StateKind(spec.kind), spec.color)


def _move(draft: Draft, entity: EntityDraft, process: ProcessSpec, name: str) -> Move:
    spec: MoveSpec = process.moves[name]
    page, path = entity.page, ("process", "moves", name)
    for index, source in enumerate(spec.from_):
        page.pick((*path, "from", index), "unknown-state", "state", source, process.states)
    page.pick((*path, "to"), "unknown-state", "state", spec.to, process.states)
    if spec.to in spec.from_:
        message, help = f'"{name}" leads from "{spec.to}" to itself', "take one of the two away"
        page.warn((*path, "to"), "no-move", message, help=help)
    for index, role in enumerate(spec.who):
        page.pick((*path, "who", index), "unknown-role", "role", role, draft.roles)
    for index, field in enumerate(spec.needs):
        page.pick((*path, "needs", index), "unknown-field", f"field of {entity.name}", field, entity.types)
    return Move(
        name=name,
        label=label_of(spec.label, name, draft.languages),
        sources=tuple(spec.from_),
        target=spec.to,
        who=frozenset(spec.who),
        condition=page.condition((*path, "if"), spec.if_, draft.scope(entity.name)),
        needs=tuple(spec.needs),
    )
