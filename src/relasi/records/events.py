"""What rules hear of a write, and how they are plugged in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from relasi.platform.query import Row
from relasi.schema.fields.base import Value

if TYPE_CHECKING:
    from relasi.records.work import Work


@dataclass(frozen=True, slots=True)
class Event:
    """A record was created (`old` is None) or changed. `changed` maps each changed field to (old, new).

    `is_derived` where nobody wrote the record: only what is derived from others has changed.
    """

    record_id: str
    old: Row | None
    new: Row
    changed: Mapping[str, tuple[Value, Value]]
    change_id: str
    is_derived: bool = False
    move: str | None = None
    """The move of the process by which it changed."""
    hook: str | None = None
    """The hook, form or mailbox that the change came in by, where somebody outside sent it."""

    def followed_by(self, then: Event) -> Event:
        """Both as one change."""
        changed = dict(self.changed)
        for name, (old, new) in then.changed.items():
            changed[name] = (changed[name][0] if name in changed else old, new)
        return replace(
            self,
            new=then.new,
            changed={name: (old, new) for name, (old, new) in changed.items() if old != new},
            is_derived=self.is_derived and then.is_derived,
            move=then.move or self.move,
        )


class Rules(Protocol):
    """What happens after a write, inside its transaction."""

    def after(self, work: Work, entity: str, events: Sequence[Event]) -> None:
        """Called once for each batch of writes to one entity, after they and their audit entries were
        written."""

    def deleted(self, work: Work, rows: Mapping[tuple[str, str], Row]) -> None:
        """Called after records, by entity and id, were deleted, with what they were."""

    def erased(self, work: Work, record_ids: Collection[str]) -> None:
        """Called when people's data were taken out of these records: nothing is under way on them any
        more."""
