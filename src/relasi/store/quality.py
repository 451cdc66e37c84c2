"""How good the records are: what a look through all of them found, and how many it were on earlier days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Table, delete, select

from relasi.store.columns import DAY, DOCUMENT, METADATA, NUMBER, TEXT, putting, row_of
from relasi.store.telling import silent, telling

DoubtKind = Literal["invalid", "twin"]

_LOOKS = Table(
    "relasi_quality_look",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("day", DAY, primary_key=True),
    Column("counts", DOCUMENT, nullable=False),
    Column("done", NUMBER, nullable=False),
    Column("cursor", TEXT),
    info=silent("it counts records"),
)
_DOUBTS = Table(
    "relasi_doubt",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("day", DAY, primary_key=True),
    Column("record_id", TEXT, primary_key=True),
    Column("other_id", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("what", DOCUMENT, nullable=False),
    Index(None, "record_id"),
    info=telling("record_id", texts=("other_id",)),
)


@dataclass(frozen=True, slots=True)
class Look:
    """A look through the records of an entity: `counts` by what was looked for, `done` records, and where it
    goes on; it is over when that is None."""

    entity: str
    day: date
    counts: Mapping[str, int] = field(default_factory=dict)
    done: int = 0
    cursor: str | None = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that today's rules would refuse (`what` says the fields and why), or that may be the same as
    another (`what` says by which rule, and how much it is alike)."""

    entity: str
    day: date
    record_id: str
    other_id: str
    kind: DoubtKind
    what: Sequence[Any]  # Any: JSON


class Quality:
    """Inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, look: Look, doubts: Sequence[Doubt]) -> None:
        """How far a look has come, and what it has found since."""
        self._connection.execute(putting(_LOOKS), row_of(_LOOKS, look))
        if doubts:
            self._connection.execute(putting(_DOUBTS), [row_of(_DOUBTS, each) for each in doubts])

    def newest(self, entity: str) -> Look | None:
        """The look that was begun last."""
        found = self.looks(entity, limit=1)
        return found[0] if found else None

    def looks(self, entity: str, *, limit: int) -> tuple[Look, ...]:
        """The newest first."""
        query = select(_LOOKS).where(_LOOKS.c.entity == entity).order_by(_LOOKS.c.day.desc()).limit(limit)
        return tuple(Look(**row._mapping) for row in self._connection.execute(query))

    def doubts(self, entity: str, day: date, kind: DoubtKind, *, limit: int) -> tuple[Doubt, ...]:
        """What the look of that day found, in the order of the records."""
        where = (_DOUBTS.c.entity == entity, _DOUBTS.c.day == day, _DOUBTS.c.kind == kind)
        query = select(_DOUBTS).where(*where).order_by(_DOUBTS.c.record_id, _DOUBTS.c.other_id).limit(limit)
        return tuple(Doubt(**row._mapping) for row in self._connection.execute(query))

    def forget(self, entity: str, before: date) -> None:
        """Takes away what earlier looks found; their counts stay."""
        self._connection.execute(delete(_DOUBTS).where(_DOUBTS.c.entity == entity, _DOUBTS.c.day < before))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        for table in (_LOOKS, _DOUBTS):
            statement = table.update().where(table.c.entity == entity).values(entity=new)
            self._connection.execute(statement)
