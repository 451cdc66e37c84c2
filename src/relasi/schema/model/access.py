"""What each role may do with the records of an entity, and which of their fields it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relasi.schema.expressions import Truth
from relasi.schema.masks import Mask


@dataclass(frozen=True, slots=True)
class Masked:
    """A field that is shown through a mask, but for the records that meet `unless`; where it is `searchable`,
    whoever knows the whole value finds the record by it."""

    mask: Mask
    unless: Truth = False
    searchable: bool = False


@dataclass(frozen=True, slots=True)
class Denial:
    """What a role may not do, whatever any role grants."""

    create: bool = False
    read: Truth = False
    update: Truth = False
    delete: Truth = False
    export: Truth = False
    erase: Truth = False
    import_: bool = False
    moves: Mapping[str, Truth] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one entity.

    A right is True, False, or the condition that a record must meet. `moves` are rights by the name of the
    move; without it, whoever may update may make any of them. `hidden` and `locked` tell of which records the
    role does not see a field, or sees it and does not change it.
    """

    create: bool
    read: Truth
    update: Truth
    delete: Truth
    export: Truth = False
    erase: Truth = False
    import_: bool = False
    moves: Mapping[str, Truth] | None = None
    hidden: Mapping[str, Truth] = field(default_factory=dict)
    locked: Mapping[str, Truth] = field(default_factory=dict)
    masks: Mapping[str, Masked] = field(default_factory=dict)
    deny: Denial = Denial()
