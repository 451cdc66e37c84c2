"""What Relasi has made in NocoDB: under which id it is found again, whatever people call it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, delete, inspect, select

from relasi.store.columns import ELSEWHERE, METADATA, TEXT, putting, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_place",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("key", TEXT, nullable=False),
    Column("title", TEXT, nullable=False),
    info=ELSEWHERE | silent("it names tables and columns"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """`name` is ours: a base, `entity`, `entity.column`, `entity/view`. `key` is NocoDB's id of it, and
    `title` what Relasi has called it last."""

    name: str
    key: str
    title: str


class Places:
    """What is known inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Mapping[str, Place]:
        """By name; none before the first apply, which makes the table."""
        if not inspect(self._connection).has_table(_TABLE.name):
            return {}
        return {each.name: each for each in self._found()}

    def put(self, place: Place) -> None:
        """Also for a place that was made anew, or is called otherwise since."""
        self._connection.execute(putting(_TABLE), row_of(_TABLE, place))

    def drop(self, name: str) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.name == name))

    def _found(self) -> Iterator[Place]:
        for row in self._connection.execute(select(_TABLE).order_by(_TABLE.c.name)):
            yield Place(row.name, row.key, row.title)
