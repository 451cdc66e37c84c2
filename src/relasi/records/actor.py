"""Who acts, and through which channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Self

from relasi.schema.model import Grant, Model
from relasi.store.users import User

if TYPE_CHECKING:
    from relasi.records.scopes import Scopes


class Source(Enum):
    """The channel that a write came through."""

    PAGE = "page"
    IMPORT = "import"
    RULE = "rule"
    CLI = "cli"
    SAMPLE = "sample"
    HOOK = "hook"
    FORM = "form"
    GRID = "grid"
    API = "api"

    @property
    def brings_history(self) -> bool:
        """Whether records may come with a past: a state, a number, a value that people only read."""
        return self in (Source.IMPORT, Source.SAMPLE)


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
    hook: str | None = None
    """The hook or form that it came in by, where somebody outside sent it."""
    grants: Mapping[str, Grant] | None = None
    """All that the actor may do, whatever the roles: what a form lets in."""
    scopes: Scopes | None = None
    """All that the program may do by which the person acts; None where it is a page of ours."""

    @property
    def unbound(self) -> bool:
        """Whether no access rule holds."""
        return self.everything or self.by_definition

    def as_rule(self, name: str, version: str) -> Self:
        """A rule that acts on behalf of the same user."""
        acting = replace(self, source=Source.RULE, by_definition=True, hook=None, scopes=None)
        return replace(acting, rule=name, rule_version=version)

    def as_definition(self) -> Self:
        """What a definition demands whoever acts, done on behalf of the same user."""
        return replace(self, by_definition=True, scopes=None)


def actor_of(model: Model, user: User, source: Source) -> Actor:
    """The user with all roles in force. A role that the Model no longer has gives nothing."""
    held = [model.roles[name] for name in user.roles if name in model.roles]
    return Actor(
        user_id=user.id,
        roles=frozenset(name for role in held for name in role.includes),
        source=source,
        everything=any(role.everything for role in held),
    )
