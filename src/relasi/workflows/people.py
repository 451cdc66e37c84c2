"""Choosing the person that a record is assigned to, and saying why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, assert_never

from relasi.errors import WorkflowError
from relasi.platform.query import Query
from relasi.records.work import Work
from relasi.schema.expressions import Expression
from relasi.schema.model import Model


class AssignBy(Enum):
    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A user field of an entity that gets a person of a role."""

    entity: str
    field: str
    role: str
    by: AssignBy
    busy: Expression | None
    """Which records of the same entity count as a person's work; None: all that the person has."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` says by which rule, between whom, and with how much work each of them has."""

    user_id: str
    why: dict[str, Any]  # Any: JSON


def choose(work: Work, vacancy: Vacancy) -> Choice:
    """Raises WorkflowError where nobody has the role."""
    people = [user.id for user in work.store.users.with_role(_holders(work.ground.model, vacancy.role))]
    if not people:
        raise WorkflowError("nobody_in_role", role=vacancy.role)
    match vacancy.by:
        case AssignBy.ROUND_ROBIN:
            chosen = work.store.turns.take(f"{vacancy.entity}.{vacancy.field}:{vacancy.role}", people)
            return Choice(chosen, {"by": vacancy.by.value, "among": people})
        case AssignBy.LEAST_BUSY:
            where = () if vacancy.busy is None else (vacancy.busy,)
            counts = work.transaction.group_count(
                Query(vacancy.entity, work.asking, where=where), vacancy.field
            )
            load = {person: counts.get(person, 0) for person in people}
            least = [person for person in people if load[person] == min(load.values())]
            chosen = work.store.turns.take(f"{vacancy.entity}.{vacancy.field}:{vacancy.role}", least)
            return Choice(chosen, {"by": vacancy.by.value, "among": people, "load": load})
        case _:
            assert_never(vacancy.by)


def _holders(model: Model, role: str) -> list[str]:
    """The roles that are or include the role."""
    return [each.name for each in model.roles.values() if role in each.includes]
