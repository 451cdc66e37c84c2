"""Which states of a process records come to at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.tree import Constant, Read
from relasi.schema.model import Model, Process, Whose, walk

Reached = Mapping[str, frozenset[str]]
"""Entity with a process -> the states that its records come to."""
Written = Expression | Template | None


def reached_states(model: Model) -> Reached:
    """The first state, those in which rules create records, and all that moves lead to from these."""
    created: dict[str, list[Mapping[str, Written]]] = {}
    for workflow in model.workflows.values():
        for step in walk(workflow.steps):
            for writing in step.writes():
                if writing.whose is Whose.NEW:
                    created.setdefault(writing.entity, []).append(writing.values)
    return {
        entity.name: _reached(entity.process, _created_in(created.get(entity.name, []), entity.process))
        for entity in model.entities.values()
        if entity.process
    }


def allowed_states(model: Model, reached: Reached, read: Read) -> Collection[str] | None:
    """The states that a field can hold; None where it holds no state."""
    entity = model.entities[read.entities[-1]]
    holds_state = entity.process is not None and entity.process.field == read.path[-1]
    return reached[entity.name] if holds_state else None


def _reached(process: Process, created_in: Collection[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [*created_in]
    for variant in process.variants:
        waiting += [variant.initial, *variant.entering.values()]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [move.target for move in process.moves if state in move.sources]
    return frozenset(found)


def _created_in(created: Iterable[Mapping[str, Written]], process: Process) -> Collection[str]:
    """Any state where a rule computes it."""
    values = [written[process.field] for written in created if process.field in written]
    constants = [
        value.root.value
        for value in values
        if isinstance(value, Expression) and isinstance(value.root, Constant)
    ]
    return constants if len(constants) == len(values) else list(process.states)
