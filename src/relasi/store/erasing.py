"""What the engine store tells of people who are erased: found and taken away, table by table, by what each
says of itself. The audit log, whose entries stay, takes values out itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, delete, func, or_, select, update

from relasi.platform.sql.functions import folded
from relasi.store.columns import METADATA
from relasi.store.telling import Telling

_TOGETHER = 100
"""So many ids or addresses are looked for in one statement."""
_EMPTY = ("", "null", "[]", "{}")
"""What an empty column, or an empty document in it, looks like as text."""


@dataclass(frozen=True, slots=True)
class Told:
    """By what somebody is told of: records, by their ids and as "entity/id", and addresses as
    `consents.folded` writes them."""

    records: frozenset[str]
    addresses: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(each.rpartition("/")[2] for each in self.records)


class Erasing:
    """The erasing of what the store tells, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"

    def erase(self, told: Told) -> dict[str, int]:
        """How many rows were taken away or emptied, by table; tables without any are left out."""
        counts = {}
        tables = [each for each in METADATA.sorted_tables if isinstance(each.info.get("people"), Telling)]
        for table in reversed(tables):  # what refers to another row goes before it
            if count := self._erase(table, table.info["people"], told):
                counts[table.name] = count
        return counts

    def rows(self, told: Told) -> Iterator[tuple[str, dict[str, object]]]:
        """What is about the records, or was sent to the addresses: the name of the table, and the row. What
        only names them may be about others, too, and is not among it."""
        for table in METADATA.sorted_tables:
            if isinstance(table.info.get("people"), Telling):
                seen = set()
                for condition in self._about(table, told):
                    for row in self._connection.execute(select(table).where(condition)):
                        key = tuple(row._mapping[each.name] for each in table.primary_key.columns)
                        if key not in seen:
                            seen.add(key)
                            yield table.name, dict(row._mapping)

    def _erase(self, table: Table, tells: Telling, told: Told) -> int:
        if not tells.leaves:
            return sum(
                self._connection.execute(delete(table).where(condition)).rowcount
                for condition in self._conditions(table, told)
            )
        filled = or_(*(cast(table.c[name], Text).not_in(_EMPTY) for name in tells.leaves))
        emptied = update(table).values(dict(tells.leaves))
        return sum(
            self._connection.execute(emptied.where(condition, filled)).rowcount
            for condition in self._conditions(table, told)
        )

    def _conditions(self, table: Table, told: Told) -> Iterator[ColumnElement[bool]]:
        """Rows meet one of them that tell of somebody."""
        tells: Telling = table.info["people"]
        yield from self._about(table, told)
        texts = [cast(table.c[name], Text) for name in tells.texts]
        for some in _parts(told.ids) if texts else ():
            yield or_(*(self._has(text, word) for text in texts for word in some))
        for some in _parts(told.addresses) if texts else ():
            yield or_(*(self._holds(text, word) for text in texts for word in some))

    def _about(self, table: Table, told: Told) -> Iterator[ColumnElement[bool]]:
        tells: Telling = table.info["people"]
        if tells.part_of is not None:
            (key,) = table.c[tells.part_of].foreign_keys
            for condition in self._about(key.column.table, told):
                yield table.c[tells.part_of].in_(select(key.column).where(condition))
        if tells.record is not None:
            for some in _parts(told.ids):
                yield table.c[tells.record].in_(some)
        if tells.address is not None:
            for some in _parts({*told.addresses, *told.records}):
                yield or_(*(self._is(table.c[tells.address], word) for word in some))

    def _is(self, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """Whatever the letters' case. SQLite's LIKE is so, and needs no help as slow as lower()."""
        if self._is_sqlite:
            return column.like(re.sub("([/%_])", r"/\1", word), escape="/")
        return folded(column) == word

    def _holds(self, text: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """As `_is`."""
        if self._is_sqlite:
            return text.contains(word, autoescape=True)
        return text.icontains(word, autoescape=True)

    def _has(self, text: ColumnElement[str], key: str) -> ColumnElement[bool]:
        """Ids are written in one way only, and found several times as fast."""
        found = func.instr(text, key) if self._is_sqlite else func.strpos(text, key)
        return found > 0


def _parts(words: Collection[str]) -> Iterator[Sequence[str]]:
    waiting = iter(sorted(words))
    while some := list(islice(waiting, _TOGETHER)):
        yield some
