"""What a change of rights means for the people of each role: how many records and which fields they gain and
lose, counted on the records that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relasi.errors import PlatformError
from relasi.platform.query import Asking, Query
from relasi.records.access.granted import rights_of
from relasi.records.access.rights import Right, Rights
from relasi.records.actor import Actor, Source
from relasi.records.service import Records
from relasi.records.work import Work
from relasi.schema.expressions import Expression, all_of, opposite
from relasi.schema.expressions.tree import CurrentUser, walk
from relasi.schema.grants import with_grants
from relasi.schema.model import Model

_ALL = 10**12
_PEOPLE = 20
"""How many people of a role are asked for, where it depends on the person what a role reaches."""
_VERBS = ("create", "update", "delete", "export", "erase", "import_")


@dataclass(frozen=True, slots=True)
class Reach:
    """What one role gains and loses with one entity.

    `gained` and `lost` are records that can be read; of one person, the one for whom most changes, where that
    depends on the person. None where it cannot be counted before the plan is applied. `rights` are those that
    are others now: to create, update, delete, export, erase and import.
    """

    role: str
    entity: str
    gained: int | None
    lost: int | None
    per_person: bool
    fields_gained: tuple[str, ...]
    fields_lost: tuple[str, ...]
    rights: tuple[str, ...]


def reaches(model: Model, records: Records, before: Mapping[str, Any]) -> tuple[Reach, ...]:
    """For every role and entity whose rights differ from what `grants_of` said before."""
    past, nobody = with_grants(model, before), Actor(None, frozenset(), Source.CLI, everything=True)
    found = []
    with records.work(nobody, write=False) as work:
        for role in model.roles.values():
            if role.everything:
                continue
            for entity in model.entities.values():
                old = rights_of(_actor(past, role.name), past.entities[entity.name], past)
                new = rights_of(_actor(model, role.name), entity, model)
                reach = _reach(work, role.name, entity.name, old, new)
                if reach is not None:
                    found.append(reach)
    return tuple(found)


def _actor(model: Model, role: str) -> Actor:
    return Actor(None, model.roles[role].includes, Source.CLI)


def _reach(work: Work, role: str, entity: str, old: Rights, new: Rights) -> Reach | None:
    rights = tuple(verb for verb in _VERBS if _differ(getattr(old, verb), getattr(new, verb)))
    both = old.read is not False and new.read is not False
    seen, was = _seen(work, entity, new), _seen(work, entity, old)
    fields_gained = tuple(name for name in seen if name not in was) if both else ()
    fields_lost = tuple(name for name in was if name not in seen) if both else ()
    if not (_differ(old.read, new.read) or fields_gained or fields_lost or rights):
        return None
    more, fewer = all_of((new.read, opposite(old.read))), all_of((old.read, opposite(new.read)))
    per_person = any(_asks_who(each) for each in (more, fewer))
    people = list(_people(work, role)) if per_person else [None]
    try:
        gained = max((_count(work, entity, more, person) for person in people), default=0)
        lost = max((_count(work, entity, fewer, person) for person in people), default=0)
    except PlatformError:
        return Reach(role, entity, None, None, per_person, fields_gained, fields_lost, rights)
    return Reach(role, entity, gained, lost, per_person, fields_gained, fields_lost, rights)


def _differ(old: Right, new: Right) -> bool:
    texts = (each.text if isinstance(each, Expression) else each for each in (old, new))
    return next(texts) != next(texts)


def _seen(work: Work, entity: str, rights: Rights) -> list[str]:
    """The fields that are seen as they are on all records that can be read."""
    return [field.name for field in work.entity(entity).own_fields if field.name not in rights.secret]


def _asks_who(right: Right) -> bool:
    return isinstance(right, Expression) and any(isinstance(each, CurrentUser) for each in walk(right.root))


def _people(work: Work, role: str) -> Iterator[str]:
    """The people who have the role, themselves or by one that includes it."""
    roles = [each.name for each in work.ground.model.roles.values() if role in each.includes]
    for user in work.store.users.with_role(roles)[:_PEOPLE]:
        yield user.id


def _count(work: Work, entity: str, right: Right, person: str | None) -> int:
    if right is False:
        return 0
    asking = Asking(work.now, work.ground.model.settings.zone, person, work.store.users.teams)
    where = (right,) if isinstance(right, Expression) else ()
    return work.transaction.count(Query(entity, asking, where=where), _ALL).number
