"""Records that were merged into others: which one stays, and all that it takes to part them again.

An entry is all that is left of a record; whoever asks for the record is led to the one that stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Select, Table, delete, insert, select, update

from relasi.platform.sql.database import keyring_of
from relasi.store.closing import closed, is_closed, key_of, opened
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT
from relasi.store.telling import telling

_TABLE = Table(
    "relasi_merge",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("survivor_id", TEXT, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("by", TEXT),
    Column("kept", DOCUMENT, nullable=False),
    Index(None, "record_id"),
    Index(None, "survivor_id"),
    info=telling("survivor_id"),
)
_PLACE = "merge"
_MOST_HOPS = 20

Values = Mapping[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Kept:
    """What it takes to part two records: the one that went (`row`), what the other one had (`before`) and got
    (`after`), which records were led from the one to the other (`moved`: entity, field, id), rows that said
    the same of both (`dropped`: entity and row), and the runs that went on with the other one."""

    row: Values
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    moved: Sequence[tuple[str, str, str]] = ()
    dropped: Sequence[tuple[str, Values]] = ()
    runs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """The record `record_id` is the record `survivor_id` now. Values are as the types of the fields dump
    them."""

    id: str
    entity: str
    record_id: str
    survivor_id: str
    at: datetime
    by: str | None
    kept: Kept
    secret: bool = False
    """Whether there are encrypted values in it."""

    def ties(self, values: Values) -> list[str]:
        """Those of the fields whose values lead to the record that went."""
        led = (self.record_id, f"{self.entity}/{self.record_id}")
        return [name for name, value in values.items() if value in led]


class Merges:
    """The merges inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keyring = keyring_of(connection)

    def add(self, merge: Merge) -> None:
        self._connection.execute(insert(_TABLE), self._row(merge))

    def remove(self, merge_id: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id == merge_id))

    def get(self, merge_id: str) -> Merge | None:
        return next(self._found(select(_TABLE).where(_TABLE.c.id == merge_id)), None)

    def survivor(self, entity: str, record_id: str) -> str | None:
        """The record that one has become, also by way of others; None where it was not merged."""
        found: str | None = None
        for _ in range(_MOST_HOPS):
            query = select(_TABLE.c.survivor_id).where(
                _TABLE.c.entity == entity, _TABLE.c.record_id == (found or record_id)
            )
            following = self._connection.scalars(query).one_or_none()
            if following is None:
                return found
            found = following
        return found

    def into(self, entity: str, survivor_id: str) -> tuple[Merge, ...]:
        """Those of records that have become this one, the newest first."""
        where = (_TABLE.c.entity == entity, _TABLE.c.survivor_id == survivor_id)
        return tuple(self._found(select(_TABLE).where(*where).order_by(_TABLE.c.id.desc())))

    def gone(self, entity: str, survivor_ids: Collection[str]) -> list[str]:
        """The ids that these records had, too: those of the records that have become one of them."""
        found: list[str] = []
        level = list(survivor_ids)
        while level:
            query = select(_TABLE.c.record_id).where(
                _TABLE.c.entity == entity, _TABLE.c.survivor_id.in_(level)
            )
            level = [key for key in self._connection.scalars(query) if key not in found]
            found += level
        return found

    def keys_in_use(self) -> Counter[str]:
        """How many entries are encrypted, by the key that they need."""
        kept = self._connection.scalars(select(_TABLE.c.kept))
        return Counter(key for each in kept if (key := key_of(each)))

    def renew(self) -> int:
        """Encrypts them by the newest key: how many."""
        return self._rewrite(lambda merge: merge if merge.secret else None)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""

        def renamed(merge: Merge) -> Merge:
            moved = [(new if owner == entity else owner, name, key) for owner, name, key in merge.kept.moved]
            dropped = [(new if owner == entity else owner, row) for owner, row in merge.kept.dropped]
            kept = replace(merge.kept, moved=moved, dropped=dropped)
            return replace(merge, entity=new if merge.entity == entity else merge.entity, kept=kept)

        self._rewrite(renamed)

    def rename_field(self, entity: str, field: str, new: str) -> None:
        """Follows the rename of a field."""

        def called(values: Values) -> Values:
            return {new if name == field else name: value for name, value in values.items()}

        def renamed(merge: Merge) -> Merge:
            kept, is_its = merge.kept, merge.entity == entity
            moved = [
                (owner, new if (owner, name) == (entity, field) else name, key)
                for owner, name, key in kept.moved
            ]
            dropped = [(owner, called(row) if owner == entity else row) for owner, row in kept.dropped]
            parts = (kept.row, kept.before, kept.after)
            row, before, after = map(called, parts) if is_its else parts
            return replace(merge, kept=Kept(row, before, after, moved, dropped, kept.runs))

        self._rewrite(renamed)

    def _rewrite(self, change: Callable[[Merge], Merge | None]) -> int:
        changed = [new for each in list(self._found(select(_TABLE))) if (new := change(each))]
        for each in changed:
            row = self._row(each)
            self._connection.execute(update(_TABLE).where(_TABLE.c.id == each.id).values(row))
        return len(changed)

    def _row(self, merge: Merge) -> dict[str, Any]:
        kept: Any = {name: getattr(merge.kept, name) for name in Kept.__slots__}  # Any: JSON
        if merge.secret:
            kept = closed(self._keyring, kept, _PLACE, merge.id)
        columns = {column.name: getattr(merge, column.name) for column in _TABLE.columns}
        return {**columns, "kept": kept}

    def _found(self, query: Select[Any]) -> Iterator[Merge]:
        for row in self._connection.execute(query):
            held = row._mapping["kept"]
            kept = opened(self._keyring, held, _PLACE, row._mapping["id"])
            kept["moved"] = [tuple(each) for each in kept["moved"]]
            kept["dropped"] = [tuple(each) for each in kept["dropped"]]
            yield Merge(**{**row._mapping, "kept": Kept(**kept)}, secret=is_closed(held))
