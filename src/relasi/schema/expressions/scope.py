"""What check needs to know about entities and fields. The schema compiler implements it over specs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from relasi.schema.expressions.types import Type


@dataclass(frozen=True, slots=True)
class ScopeField:
    """A field as expressions see it. `kinds` maps each state of a process field to open, paused or done,
    `weights` the options that have one to theirs."""

    type: Type
    kinds: Mapping[str, str] | None = None
    weights: Mapping[str, Decimal] | None = None
    closed: bool = False
    """Whether it is encrypted, and the expression is none that may read it."""


class Scope(Protocol):
    """Where an expression stands: the entity it is about, and whether there is an old record and a user."""

    @property
    def entity(self) -> str: ...

    @property
    def has_old(self) -> bool: ...

    @property
    def has_user(self) -> bool: ...

    @property
    def outer(self) -> str | None:
        """The entity of the record that `record.` reads, where that is not the one that is asked about."""
        ...

    def field(self, entity: str, name: str) -> ScopeField | None:
        """The field, system fields (id, version, created_at, ...) included; None where there is none."""
        ...

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        """Each team of the company with all that stand below it, itself included."""
        ...

    def trees(self, entity: str) -> tuple[str, ...]:
        """The fields through which records of the entity stand below others."""
        ...

    def fields(self, entity: str) -> Iterable[str]:
        """Every field name of the entity, for suggestions."""
        ...


class Labels(Protocol):
    """The words of one language for what an expression names."""

    def field(self, entity: str, name: str) -> str: ...

    def option(self, owner: str, key: str) -> str:
        """The label of an option; `owner` is "entity.field"."""
        ...
