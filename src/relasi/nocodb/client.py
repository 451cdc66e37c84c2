"""Rows of NocoDB's tables, read and written so that what it says it did is what it did.

NocoDB answers 200 to writes that its database refused, drops unknown columns, and gives every row where a
filter is malformed. So filters are built here from column ids and checked values, every write is read back,
and nothing is asked for without naming the columns. Columns are addressed by their titles, as its data routes
want it; `layout` knows which title a column has at the moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar

from relasi.nocodb.failures import Missing, NocodbError, ValueRefused
from relasi.nocodb.transport import Query, Transport

Cell = Any  # Any: a JSON value as NocoDB gives it
Row = Mapping[str, Cell]
"""Title of a column -> cell; `Id` is NocoDB's own number of the row."""

_Item = TypeVar("_Item")

KEY = "Id"
LARGEST_BATCH = 100
LARGEST_PAGE = 1000
_IN_ONE_ADDRESS = 200
"""So many values fit into an address with room to spare."""
_KEYS_IN_ONE_ADDRESS = 1000
"""So many numbers do, of up to ten digits."""


@dataclass(frozen=True, slots=True)
class Where:
    """One condition; all of them must hold. `column` is the id of a column, which NocoDB knows best."""

    column: str
    is_: Literal["eq", "gt", "in", "blank", "notblank"]
    value: str | int | Sequence[str] | None = None

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        value = list(self.value) if self.is_ == "in" and isinstance(self.value, Sequence) else self.value
        return {
            "fk_column_id": self.column,
            "comparison_op": self.is_,
            "value": value,
            "logical_op": "and",
        }


class Client:
    """The rows of one base; tables go by their ids. Raises PlatformUnavailable, AccessRefused, Missing and
    ValueRefused."""

    def __init__(self, transport: Transport, base: str) -> None:
        self._transport = transport
        self._base = base

    def page(
        self,
        table: str,
        fields: Sequence[str],
        *,
        after: int = 0,
        where: Sequence[Where] = (),
        limit: int = LARGEST_PAGE,
    ) -> tuple[Row, ...]:
        """The first rows behind row `after`, in the order of their numbers; a row that is there all the time
        is neither skipped nor given twice."""
        query: Query = {"sort": KEY, "limit": limit, "where": f"({KEY},gt,{int(after)})"}
        return self._rows(table, fields, where, query)

    def pages(
        self, table: str, fields: Sequence[str], *, where: Sequence[Where] = ()
    ) -> Iterator[tuple[Row, ...]]:
        """All rows, page by page."""
        after = 0
        while rows := self.page(table, fields, after=after, where=where):
            yield rows
            if len(rows) < LARGEST_PAGE:
                return
            after = rows[-1][KEY]

    def edited(self, table: str, fields: Sequence[str], since: datetime | None) -> Iterator[tuple[Row, ...]]:
        """Rows that somebody has changed since they were made, and since then; page by page."""
        told = (
            "(UpdatedAt,notblank)"
            if since is None
            else f"(UpdatedAt,gte,exactDate,{since:%Y-%m-%d %H:%M:%S}+00:00)"
        )
        after = 0
        while True:
            query: Query = {"sort": KEY, "limit": LARGEST_PAGE, "where": f"({KEY},gt,{after})~and{told}"}
            rows = self._rows(table, fields, (), query)
            if rows:
                yield rows
            if len(rows) < LARGEST_PAGE:
                return
            after = rows[-1][KEY]

    def find(self, table: str, column: str, values: Sequence[str], fields: Sequence[str]) -> tuple[Row, ...]:
        """The rows that have one of the values in the column with this id."""
        found: list[Row] = []
        for some in _batches(values, _IN_ONE_ADDRESS):
            found += self._rows(
                table, fields, (Where(column, "in", some),), {"limit": LARGEST_PAGE, "sort": KEY}
            )
        return tuple(found)

    def get(self, table: str, keys: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        """Rows by their numbers; those that are gone are left out."""
        found: dict[int, Row] = {}
        for some in _batches(keys, _KEYS_IN_ONE_ADDRESS):
            where = f"({KEY},in,{','.join(str(int(each)) for each in some)})"
            query: Query = {"where": where, "limit": LARGEST_PAGE}
            found |= {row[KEY]: row for row in self._rows(table, fields, (), query)}
        return found

    def count(self, table: str, where: Sequence[Where] = ()) -> int:
        answer = self._transport.get(f"/api/v2/tables/{table}/records/count", _filters(where))
        return int(answer["count"])

    def insert(self, table: str, rows: Sequence[Row]) -> list[int | ValueRefused]:
        """For each row its number, or why it was not taken. A row that NocoDB changed on its way in is
        removed again and counts as not taken. When PlatformUnavailable is raised, or Missing for a column,
        some of them may be there: look for them before the next attempt."""
        outcome: list[int | ValueRefused] = []
        for some in _batches(rows, LARGEST_PAGE):
            outcome += self._inserted(table, some)
        return outcome

    def update(self, table: str, rows: Sequence[Row]) -> dict[int, NocodbError]:
        """Changes rows, each of which names its `Id`, and only the columns that it names. Gives those that do
        not hold now what was asked, with the reason; doing it again is harmless."""
        refused: dict[int, NocodbError] = {}
        for some in _batches(rows, LARGEST_BATCH):
            refused |= self._updated(table, some)
        return refused

    def delete(self, table: str, keys: Sequence[int]) -> None:
        """Rows that are gone already do no harm."""
        for some in _batches(keys, LARGEST_BATCH):
            there = list(self.get(table, some, (KEY,)))
            if there:
                self._transport.delete(f"/api/v2/tables/{table}/records", [{KEY: each} for each in there])
            if left := self.get(table, there, (KEY,)):
                raise ValueRefused("nocodb_not_written", host=self._transport.host, rows=len(left))

    def _rows(
        self, table: str, fields: Sequence[str], where: Sequence[Where], query: Query
    ) -> tuple[Row, ...]:
        asked = {**query, **_filters(where), "fields": [KEY, *(each for each in fields if each != KEY)]}
        return tuple(self._transport.get(f"/api/v2/tables/{table}/records", asked)["list"])

    def _inserted(self, table: str, rows: Sequence[Row]) -> list[int | ValueRefused]:
        """All of them are read back at once, which costs a fraction of reading each batch back."""
        keys = [key for some in _batches(rows, LARGEST_BATCH) for key in self._added(table, some)]
        wanted = {key: row for key, row in zip(keys, rows, strict=True) if isinstance(key, int)}
        different = self._different(table, wanted)
        self.delete(table, list(different))
        return [different.get(key, key) if isinstance(key, int) else key for key in keys]

    def _added(self, table: str, rows: Sequence[Row]) -> list[int | ValueRefused]:
        try:
            answer = self._transport.post(f"/api/v2/tables/{table}/records", list(rows))
        except ValueRefused as error:
            if len(rows) == 1:
                return [error]
            return [each for row in rows for each in self._added(table, [row])]
        return [int(each[KEY]) for each in answer]

    def _updated(self, table: str, rows: Sequence[Row]) -> dict[int, NocodbError]:
        if len(rows) == 1:
            return self._updated_alone(table, rows[0])
        try:
            self._transport.patch(f"/api/v2/tables/{table}/records", list(rows))
            different = set(self._different(table, {row[KEY]: row for row in rows}))
        except (Missing, ValueRefused):
            different = {row[KEY] for row in rows}
        refused: dict[int, NocodbError] = {}
        for row in rows:
            if row[KEY] in different:
                refused |= self._updated_alone(table, row)
        return refused

    def _updated_alone(self, table: str, row: Row) -> dict[int, NocodbError]:
        """By the one route that tells what the database said."""
        cells = {name: cell for name, cell in row.items() if name != KEY}
        try:
            self._transport.patch(f"/api/v1/db/data/noco/{self._base}/{table}/{row[KEY]}", cells)
        except (Missing, ValueRefused) as error:
            return {row[KEY]: error}
        return dict(self._different(table, {row[KEY]: row}))

    def _different(self, table: str, wanted: Mapping[int, Row]) -> dict[int, ValueRefused]:
        """Rows that do not hold what was written into them."""
        fields = tuple(dict.fromkeys(name for row in wanted.values() for name in row if name != KEY))
        found = self.get(table, list(wanted), fields)
        host = self._transport.host
        different: dict[int, ValueRefused] = {}
        for key, row in wanted.items():
            held = found.get(key)
            if held is None:
                different[key] = ValueRefused("nocodb_not_written", host=host, rows=1)
            elif lost := next((name for name in row if not same(row[name], held[name])), None):
                different[key] = ValueRefused("nocodb_changed_value", host=host, column=lost)
        return different


def same(written: Cell, held: Cell) -> bool:
    """Whether NocoDB gives back what was written: a number may come as text, a truth value as a number."""
    if written in (None, "") or held in (None, ""):
        return written in (None, "") and held in (None, "")
    if isinstance(written, int | float):  # bool among them
        try:
            return Decimal(str(held).lower().replace("true", "1").replace("false", "0")) == Decimal(
                str(int(written) if isinstance(written, bool) else written)
            )
        except InvalidOperation:
            return False
    return bool(written == held)


def _filters(where: Sequence[Where]) -> dict[str, str]:
    return {"filterArrJson": json.dumps([each.to_json() for each in where])} if where else {}


def _batches(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
