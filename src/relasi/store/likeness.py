"""The keys by which records are found that may be one and the same. They tell nothing of the values that they
were made of; those of encrypted values need the keys of the data."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Column, Connection, Index, Table, delete, insert, select

from relasi.platform.sql.adding import add_rows
from relasi.platform.sql.database import keyring_of
from relasi.schema.expressions import Situation
from relasi.schema.likeness import TwinRule
from relasi.schema.model import Entity
from relasi.store.columns import METADATA, TEXT, putting
from relasi.store.telling import silent, telling

_TABLE = Table(
    "relasi_likeness",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("record_id", TEXT, primary_key=True),
    Index(None, "record_id"),
    info=telling("record_id"),
)
_MARKS = Table(
    "relasi_likeness_mark",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("mark", TEXT, nullable=False),
    info=silent("it tells by which rules the keys were made"),
)
_TOGETHER = 500
_MOST_FOUND = 20_000
MOST_NEAR = 30
"""So many records that share a key are looked at, those first that share the most."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Of one record: made of values that anybody may know who reads the database, and of encrypted ones."""

    plain: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


def mark_of(entity: Entity) -> str:
    """Changes with whatever changes the keys of its records."""
    rules = repr((entity.name, [rule.mark for rule in entity.twins]))
    return blake2b(rules.encode(), digest_size=16).hexdigest()


def keys_of(rules: Sequence[TwinRule], situation: Situation) -> Keys:
    """Those of the record of the situation."""
    plain: list[str] = []
    secret: list[str] = []
    for rule in rules:
        if rule.when is None or rule.when.evaluate(situation):
            (secret if rule.opens else plain).extend(rule.keys(situation.record))
    return Keys(tuple(plain), tuple(secret))


class Likeness:
    """The keys inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keyring = keyring_of(connection)

    def put(self, entity: str, keys: Mapping[str, Keys]) -> None:
        """In place of those that the records had."""
        self.forget(list(keys))
        rows = [
            {"entity": entity, "record_id": record_id, "key": key}
            for record_id, each in keys.items()
            for key in {*map(_digest, each.plain), *(self._keyring.mark(key, entity) for key in each.secret)}
        ]
        add_rows(self._connection, insert(_TABLE), rows)

    def forget(self, record_ids: Sequence[str]) -> None:
        for start in range(0, len(record_ids), _TOGETHER):
            some = record_ids[start : start + _TOGETHER]
            self._connection.execute(delete(_TABLE).where(_TABLE.c.record_id.in_(some)))

    def near(self, entity: str, keys: Mapping[str, Keys]) -> dict[str, tuple[str, ...]]:
        """For each id the records that share a key with what it has, those first that share the most;
        MOST_NEAR of them. Records without any are left out."""
        wanted: dict[str, list[str]] = {}
        for record_id, each in keys.items():
            for key in self._sought(entity, each):
                wanted.setdefault(key, []).append(record_id)
        found: dict[str, Counter[str]] = {}
        for key, other in self._holding(entity, list(wanted)):
            for record_id in wanted[key]:
                if other != record_id:
                    found.setdefault(record_id, Counter())[other] += 1
        return {
            record_id: tuple(other for other, _ in shared.most_common(MOST_NEAR))
            for record_id, shared in found.items()
        }

    def _sought(self, entity: str, keys: Keys) -> set[str]:
        marks = (mark for key in keys.secret for mark in self._keyring.marks(key, entity))
        return {*map(_digest, keys.plain), *marks}

    def _holding(self, entity: str, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Keys and the records that have them, the newest records first; of keys that very many have, not
        all."""
        for start in range(0, len(keys), _TOGETHER):
            query = (
                select(_TABLE.c.key, _TABLE.c.record_id)
                .where(_TABLE.c.entity == entity, _TABLE.c.key.in_(keys[start : start + _TOGETHER]))
                .limit(_MOST_FOUND)
            )
            for row in self._connection.execute(query):
                yield row.key, row.record_id

    def marks(self) -> dict[str, str]:
        """By which rules the keys of each entity were made."""
        rows = self._connection.execute(select(_MARKS.c.entity, _MARKS.c.mark))
        return {row.entity: row.mark for row in rows}

    def begin(self, entity: str, mark: str) -> None:
        """Takes away the keys of an entity, which are made anew by other rules."""
        self._connection.execute(delete(_TABLE).where(_TABLE.c.entity == entity))
        self._connection.execute(putting(_MARKS), {"entity": entity, "mark": mark})

    def end(self, entities: Collection[str]) -> None:
        """Takes away all that is kept for these entities."""
        for table in (_TABLE, _MARKS):
            self._connection.execute(delete(table).where(table.c.entity.in_(entities)))


def _digest(key: str) -> str:
    return base64.urlsafe_b64encode(blake2b(key.encode(), digest_size=9).digest()).decode()
