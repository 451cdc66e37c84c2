"""What an actor may do with an entity. What it is made of: `granted`.

A condition is checked here for one record and handed to the platform for many; both mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relasi.errors import Forbidden
from relasi.schema.expressions import Expression, Situation, Truth
from relasi.schema.masks import Mask

Right = Truth


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
    export: Right = False
    erase: Right = False
    """Whose data the actor may take out as a whole, and erase."""
    import_: bool = False
    moves: Mapping[str, Right] = field(default_factory=dict)
    """Those that follow another rule than `update`."""
    shown_when: Mapping[str, Expression] = field(default_factory=dict)
    """Fields that exist on some records only."""
    open_when: Mapping[str, Right] = field(default_factory=dict)
    """Fields that can be changed in some of the records only that can be."""
    masks: Mapping[str, tuple[Mask, Right]] = field(default_factory=dict)
    """Fields of which a part is shown, but for the records that meet the condition."""
    known_whole: frozenset[str] = frozenset()
    """Those of them by which somebody who knows the whole value finds the record."""

    @property
    def reading(self) -> tuple[Expression, ...]:
        """The condition to add to a query. Raises Forbidden where nothing may be read."""
        if self.read is False:
            raise Forbidden("may_not_read")
        return () if self.read is True else (self.read,)

    @property
    def exporting(self) -> tuple[Expression, ...]:
        """The condition to add to a query for what leaves in a file. Raises Forbidden where nothing may."""
        if self.export is False:
            raise Forbidden("may_not_export")
        return self.reading if self.export is True else (*self.reading, self.export)

    @property
    def secret(self) -> frozenset[str]:
        """The fields that nothing may be found, put in order or added up by: the actor does not see them as
        they are on every record."""
        return self.hidden | self.shown_when.keys() | self.masks.keys()

    @property
    def found_whole(self) -> frozenset[str]:
        """The secret fields that a search finds by their whole value, and by no part of it."""
        return self.known_whole - self.hidden - self.shown_when.keys()

    @property
    def is_alike(self) -> bool:
        """Whether the actor sees the same fields of all records, each as it is."""
        return not self.shown_when and not self.masks

    @property
    def depends_on(self) -> frozenset[str]:
        """The fields of a record that tell how much of it the actor sees."""
        whens = (*self.shown_when.values(), *(whole for _, whole in self.masks.values()))
        paths = {path for each in whens if isinstance(each, Expression) for path in each.fields}
        return frozenset(path for path in paths if "." not in path)

    def move(self, name: str) -> Right:
        return self.moves.get(name, self.update)

    def hidden_in(self, situation: Situation) -> frozenset[str]:
        """The fields that do not exist for the actor on this record."""
        if not self.shown_when:
            return self.hidden
        return self.hidden | {name for name, when in self.shown_when.items() if not holds(when, situation)}

    def masks_in(self, situation: Situation) -> Mapping[str, Mask]:
        """The masks that lie over fields of this record."""
        return {name: mask for name, (mask, whole) in self.masks.items() if not holds(whole, situation)}

    def locked_in(self, situation: Situation) -> frozenset[str]:
        """The fields that the actor does not change in this record, whatever may be changed in it."""
        if not self.open_when:
            return self.locked
        return self.locked | {name for name, when in self.open_when.items() if not holds(when, situation)}


def holds(right: Right, situation: Situation) -> bool:
    """Whether the right covers the record of the situation."""
    return right if isinstance(right, bool) else bool(right.evaluate(situation))
