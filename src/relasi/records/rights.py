"""What an actor may do with an entity: the grants of all the actor's roles together.

A condition is checked here for one record and handed to the platform for many; both mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from relasi.errors import Forbidden
from relasi.records.actor import Actor
from relasi.schema.expressions import Expression, Situation
from relasi.schema.model import Entity, Grant, Model
from relasi.schema.scope import ModelScope, any_of

Right = Expression | bool


@dataclass(frozen=True, slots=True)
class Rights:
    """True, False, or the condition that a record must meet. `hidden` are fields that do not exist for the
    actor, `locked` those that the actor sees and never changes."""

    create: bool
    read: Right
    update: Right
    delete: Right
    hidden: frozenset[str]
    locked: frozenset[str] = frozenset()

    @property
    def reading(self) -> tuple[Expression, ...]:
        """The condition to add to a query. Raises Forbidden where nothing may be read."""
        if self.read is False:
            raise Forbidden("may_not_read")
        return () if self.read is True else (self.read,)


_NONE = Grant(create=False, read=False, update=False, delete=False)
_ALL = Rights(create=True, read=True, update=True, delete=True, hidden=frozenset())


def rights_of(actor: Actor, entity: Entity, model: Model) -> Rights:
    """What one role grants, another does not take away; a field is hidden where every granting role hides
    it."""
    inner = frozenset(field.name for field in entity.own_fields if field.is_inner)
    if actor.unbound:
        return replace(_ALL, hidden=inner)
    if actor.grants is not None:
        given = actor.grants.get(entity.name, _NONE)
        return Rights(given.create, given.read, given.update, given.delete, given.hidden | inner)
    grants = [grant for role, grant in entity.access.items() if role in actor.roles]
    scope = ModelScope(model, entity.name)
    return Rights(
        create=any(grant.create for grant in grants),
        read=_either((grant.read for grant in grants), scope),
        update=_either((grant.update for grant in grants), scope),
        delete=_either((grant.delete for grant in grants), scope),
        hidden=_hidden(grants) | inner | _denied(entity.readers, actor),
        locked=_denied(entity.writers, actor),
    )


def _hidden(grants: list[Grant]) -> frozenset[str]:
    reading = [grant.hidden for grant in grants if grant.read is not False]
    return frozenset.intersection(*reading) if reading else frozenset()


def _denied(guards: Mapping[str, frozenset[str]], actor: Actor) -> frozenset[str]:
    return frozenset(name for name, roles in guards.items() if not roles & actor.roles)


def _either(rights: Iterable[Right], scope: ModelScope) -> Right:
    conditions = []
    for right in rights:
        if right is True:
            return True
        if isinstance(right, Expression):
            conditions.append(right)
    return any_of(conditions, scope) if conditions else False


def holds(right: Right, situation: Situation) -> bool:
    """Whether the right covers the record of the situation."""
    return right if isinstance(right, bool) else bool(right.evaluate(situation))
