"""What each kind of step does. A step returns what its trace will say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from relasi.errors import NotFound
from relasi.platform.query import Row
from relasi.records.events import Event
from relasi.records.work import Work
from relasi.schema.expressions import Situation, Template
from relasi.schema.expressions.types import Link
from relasi.schema.fields.base import Value
from relasi.schema.model import Assign, Assignment, CreateRecord, SetFields, Step, UpdateRecord
from relasi.workflows.people import choose

Said = dict[str, Any]  # Any: JSON
"""What a step did, for the trace."""


def run_step(work: Work, entity: str, event: Event, step: Step) -> Said:
    """Does the step on the record of the event, as it is now. Raises RecordError."""
    record = _current(work, entity, event.record_id)
    situation = work.situation(record, event.old)
    match step:
        case SetFields():
            values = _values(work, entity, step.values, situation)
            work.update(entity, record["id"], record["version"], values)
            return {"step": "set", "path": step.path, "values": _dumped(work, entity, values)}
        case Assign():
            choice = choose(work, entity, step)
            work.update(entity, record["id"], record["version"], {step.field: choice.user_id})
            return {
                "step": "assign",
                "path": step.path,
                "user": choice.user_id,
                "role": step.role,
                "why": choice.why,
            }
        case CreateRecord():
            values = _values(work, step.entity, step.values, situation)
            key = work.create(step.entity, values)
            return {
                "step": "create", "path": step.path, "entity": step.entity, "id": key,
                "values": _dumped(work, step.entity, values),
            }  # fmt: skip
        case UpdateRecord():
            return _update_linked(work, step, record, situation)
        case _:
            assert_never(step)


def _update_linked(work: Work, step: UpdateRecord, record: Row, situation: Situation) -> Said:
    said: Said = {"step": "update", "path": step.path, "entity": step.entity, "link": step.link}
    key = record[step.link]
    if key is None:
        return {**said, "id": None}
    linked = _current(work, step.entity, key)
    values = _values(work, step.entity, step.values, situation)
    work.update(step.entity, key, linked["version"], values)
    return {**said, "id": key, "values": _dumped(work, step.entity, values)}


def _current(work: Work, entity: str, key: str) -> Row:
    row = work.transaction.get(entity, [key]).get(key)
    if row is None:
        raise NotFound("not_found")
    return row


def _values(
    work: Work, entity: str, assignments: Sequence[Assignment], situation: Situation
) -> dict[str, Value]:
    return {each.field: _value(work, entity, each, situation) for each in assignments}


def _value(work: Work, entity: str, assignment: Assignment, situation: Situation) -> Value:
    source = assignment.value
    if isinstance(source, Template):
        return source.render(situation, lambda value, _: str(value))
    value = source.evaluate(situation)
    several = len(work.entity(entity).fields[assignment.field].links_to) > 1
    if several and value is not None and isinstance(source.type, Link) and len(source.type.targets) == 1:
        return f"{source.type.targets[0]}/{value}"
    return value


def _dumped(work: Work, entity: str, values: dict[str, Value]) -> dict[str, Any]:  # Any: JSON
    """The values as JSON, once a write has taken them."""
    types = {name: work.entity(entity).fields[name].type for name in values}
    kept = {name: types[name].accept(value) for name, value in values.items()}
    return {name: None if value is None else types[name].dump(value) for name, value in kept.items()}
