"""Who acts, and through which channel."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Self

from relasi.schema.model import Grant, Model
from relasi.store import Session
from relasi.store.shares import Share
from relasi.store.users import User

if TYPE_CHECKING:
    from relasi.records.access.scopes import Scopes


class Source(Enum):
    """The channel that a write came through."""

    PAGE = "page"
    IMPORT = "import"
    RULE = "rule"
    CLI = "cli"
    SAMPLE = "sample"
    HOOK = "hook"
    FORM = "form"
    MAIL = "mail"
    GRID = "grid"
    API = "api"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the roles in force, included ones too. `everything` passes all access rules, never
    validation."""

    user_id: str | None
    roles: frozenset[str]
    source: Source
    everything: bool = False
    by_definition: bool = False
    """A definition acts, on behalf of the user: a rule, or what a link says about deletes. It passes what
    binds people (access rules, read-only marks), never validation."""
    rule: str | None = None
    rule_version: str | None = None
    asks: bool = False
    """Whether somebody is there who can be asked whether a record like another one is meant."""
    hook: str | None = None
    """The hook, form or mailbox that it came in by, where somebody outside sent it."""
    grants: Mapping[str, Grant] | None = None
    """All that the actor may do, whatever the roles: what a form lets in."""
    scopes: Scopes | None = None
    """All that the program may do by which the person acts; None where it is a page of ours."""
    shares: tuple[Share, ...] = ()
    """The records that others let the person into today."""
    stands_in_for: tuple[Actor, ...] = ()
    """The people who are away today and have named this one."""

    @property
    def unbound(self) -> bool:
        """Whether no access rule holds."""
        return self.everything or self.by_definition

    @property
    def brings_history(self) -> bool:
        """Whether records may come with a past: a state, a number, a value that people only read."""
        return self.unbound and self.source in (Source.IMPORT, Source.SAMPLE)

    @property
    def lent(self) -> tuple[Hashable, ...]:
        """What tells this actor from others with the same roles."""
        if not self.shares and not self.stands_in_for:
            return ()
        people = ((each.user_id, each.roles) for each in self.stands_in_for)
        return (*(each.what for each in self.shares), *people)

    def as_rule(self, name: str, version: str) -> Self:
        """A rule that acts on behalf of the same user."""
        acting = replace(self.as_definition(), source=Source.RULE, hook=None)
        return replace(acting, rule=name, rule_version=version)

    def as_definition(self) -> Self:
        """What a definition demands whoever acts, done on behalf of the same user."""
        return replace(self, by_definition=True, asks=False, scopes=None)


def actor_on(session: Session, model: Model, user: User, source: Source, day: date) -> Actor:
    """The user with what others let them into on that day. Who stands in for an administrator gets no
    administrator's rights."""
    actor = actor_of(model, user, source)
    if actor.everything:
        return actor
    away = session.absences.away(day)
    absent = [session.users.get(key) for key, deputy in away.items() if deputy == user.id]
    people = [actor_of(model, each, source) for each in absent if each is not None and each.active]
    return replace(
        actor,
        shares=session.shares.with_person(user.id, user.post.team, actor.roles, day),
        stands_in_for=tuple(each for each in people if not each.everything),
    )


def is_outside(actor: Actor, model: Model) -> bool:
    """Whether it is somebody who does not work here, by all of their roles."""
    held = [model.roles[name] for name in actor.roles if name in model.roles]
    return not actor.unbound and bool(held) and all(role.outside for role in held)


def actor_of(model: Model, user: User, source: Source) -> Actor:
    """The user with all roles in force. A role that the Model no longer has gives nothing."""
    held = [model.roles[name] for name in user.roles if name in model.roles]
    return Actor(
        user_id=user.id,
        roles=frozenset(name for role in held for name in role.includes),
        source=source,
        everything=any(role.everything for role in held),
    )
