"""Choosing the person that a record is assigned to, and saying why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

from relasi.errors import WorkflowError
from relasi.platform.query import Query
from relasi.records.work import Work
from relasi.schema.model import Assign, AssignBy, Model


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` says by which rule, between whom, and with how much work each of them has."""

    user_id: str
    why: dict[str, Any]  # Any: JSON


def choose(work: Work, entity: str, step: Assign) -> Choice:
    """Raises WorkflowError where nobody has the role."""
    people = [user.id for user in work.store.users.with_role(_holders(work.ground.model, step.role))]
    if not people:
        raise WorkflowError("nobody_in_role", role=step.role)
    match step.by:
        case AssignBy.ROUND_ROBIN:
            chosen = work.store.turns.take(f"{entity}.{step.field}:{step.role}", people)
            return Choice(chosen, {"by": step.by.value, "among": people})
        case AssignBy.LEAST_BUSY:
            where = () if step.busy is None else (step.busy,)
            counts = work.transaction.group_count(Query(entity, work.asking, where=where), step.field)
            load = {person: counts.get(person, 0) for person in people}
            least = [person for person in people if load[person] == min(load.values())]
            chosen = work.store.turns.take(f"{entity}.{step.field}:{step.role}", least)
            return Choice(chosen, {"by": step.by.value, "among": people, "load": load})
        case _:
            assert_never(step.by)


def _holders(model: Model, role: str) -> list[str]:
    """The roles that are or include the role."""
    return [each.name for each in model.roles.values() if role in each.includes]
