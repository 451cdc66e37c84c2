"""A copy of the records that lives elsewhere: which changes it has not had yet, and what was agreed on last.

`relasi_unsent` is written by triggers, which `deploy` makes, in the transaction of the change itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from relasi.store.columns import DOCUMENT, ELSEWHERE, METADATA, MOMENT, NUMBER, TEXT, adding, putting, row_of
from relasi.store.telling import silent

_UNSENT = Table(
    "relasi_unsent",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("record_id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("mark", TEXT, nullable=False),
    Column("put_off", MOMENT),
    Column("tries", NUMBER),
    Column("problem", DOCUMENT),
    info=ELSEWHERE | silent("it goes once the copy has the change"),
)

_LOOK = Table(
    "relasi_look",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("looked_at", MOMENT),
    Column("compared_at", MOMENT),
    Column("until", TEXT),
    Column("told_at", TEXT),
    info=ELSEWHERE | silent("it tells how far a table was looked through"),
)

_MIRROR = Table(
    "relasi_mirror",
    METADATA,
    Column("entity", TEXT, primary_key=True),
    Column("record_id", TEXT, primary_key=True),
    Column("row", NUMBER),
    Column("born", TEXT),
    Column("seen", DOCUMENT, nullable=False),
    Column("sending", DOCUMENT),
    Index(None, "entity", "row", unique=True),
    info=ELSEWHERE | silent("by what it has seen the copy learns what is erased; it is then as the copy is"),
)

_PUT = putting(_MIRROR)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A record that has changed since the copy had it. `mark` is another one after each change; `problem` is
    why the copy refused it, in every language."""

    entity: str
    record_id: str
    at: datetime
    mark: str
    put_off: datetime | None = None
    tries: int | None = None
    problem: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Mirror:
    """`row` is the number of the record's row in the copy, None where it may not have one yet; `born` is when
    that was made, for numbers are given twice. `seen` are its cells as they were last seen, by field, as the
    types of the fields dump their values; `sending` those that have been on their way since then.
    """

    entity: str
    record_id: str
    row: int | None
    born: str | None
    seen: Mapping[str, Any]  # Any: JSON
    sending: Mapping[str, Any] | None = None  # Any: JSON


@dataclass(frozen=True, slots=True)
class Look:
    """How far the rows of an entity in the copy have been looked through: for changes, up to `until` by the
    copy's own clock, and all of them. `told_at` is the address at which the copy says that it was edited.

    The look called "" belongs to whoever works on the copy: nobody else does before `looked_at`; `until` is
    the word by which the copy is known there.
    """

    entity: str
    looked_at: datetime | None = None
    compared_at: datetime | None = None
    until: str | None = None
    told_at: str | None = None


class Mirrors:
    """The copy's state inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unsent(self, now: datetime, limit: int, *, without: Collection[str] = ()) -> tuple[Unsent, ...]:
        """What the copy is to get next: those that have waited longest, of all entities but some."""
        due = or_(_UNSENT.c.put_off.is_(None), _UNSENT.c.put_off <= now)
        query = (
            select(_UNSENT)
            .where(due, _UNSENT.c.entity.not_in(without))
            .order_by(_UNSENT.c.at, _UNSENT.c.record_id)
            .limit(limit)
        )
        return tuple(Unsent(**row._mapping) for row in self._connection.execute(query))

    def waiting(self) -> tuple[int, datetime | None]:
        """How many records the copy has not got yet, and since when the first of them waits."""
        query = select(func.count(), func.min(_UNSENT.c.at)).select_from(_UNSENT)
        count, since = self._connection.execute(query).one()
        return count, since

    def unsent_of(self, entity: str) -> set[str]:
        """All records of an entity that the copy has not got yet."""
        query = select(_UNSENT.c.record_id).where(_UNSENT.c.entity == entity)
        return set(self._connection.execute(query).scalars())

    def refused(self, limit: int) -> tuple[Unsent, ...]:
        """Those of them that the copy did not take."""
        query = select(_UNSENT).where(_UNSENT.c.problem.is_not(None)).order_by(_UNSENT.c.at).limit(limit)
        return tuple(Unsent(**row._mapping) for row in self._connection.execute(query))

    def mark(self, entity: str, record_ids: Collection[str], now: datetime, mark: str) -> None:
        """Has the copy get these records again, whether they have changed or not."""
        if record_ids:
            rows = [
                {"entity": entity, "record_id": each, "at": now, "mark": mark, "put_off": None}
                | {"tries": None, "problem": None}
                for each in record_ids
            ]
            self._connection.execute(putting(_UNSENT), rows)

    def sent(self, unsent: Sequence[Unsent]) -> None:
        """The copy has them now; one that has changed meanwhile goes on waiting."""
        if unsent:
            statement = delete(_UNSENT).where(
                _UNSENT.c.entity == bindparam("of_entity"),
                _UNSENT.c.record_id == bindparam("of_record"),
                _UNSENT.c.mark == bindparam("with_mark"),
            )
            marks = [
                {"of_entity": each.entity, "of_record": each.record_id, "with_mark": each.mark}
                for each in unsent
            ]
            self._connection.execute(statement, marks)

    def put_off(self, unsent: Unsent, until: datetime, problem: Mapping[str, str]) -> None:
        """The copy refused it: it is tried again then, or when the record has changed."""
        which = and_(
            _UNSENT.c.entity == unsent.entity,
            _UNSENT.c.record_id == unsent.record_id,
            _UNSENT.c.mark == unsent.mark,
        )
        tried = {"put_off": until, "tries": (unsent.tries or 0) + 1, "problem": problem}
        self._connection.execute(update(_UNSENT).where(which).values(tried))

    def claim(self, now: datetime, until: datetime) -> bool:
        """Whether the copy is ours to work on until then; somebody else may be at it."""
        self._connection.execute(adding(_LOOK), {"entity": "", "looked_at": now})
        free = and_(_LOOK.c.entity == "", _LOOK.c.looked_at <= now)
        return self._connection.execute(update(_LOOK).where(free).values(looked_at=until)).rowcount == 1

    def release(self, now: datetime) -> None:
        """Lets others work on the copy."""
        self._connection.execute(update(_LOOK).where(_LOOK.c.entity == "").values(looked_at=now))

    def password(self, fresh: str) -> str:
        """The word that the copy says when it tells of edits: the one that is known, else this one."""
        mine = _LOOK.c.entity == ""
        self._connection.execute(update(_LOOK).where(mine, _LOOK.c.until.is_(None)).values(until=fresh))
        known: str = self._connection.execute(select(_LOOK.c.until).where(mine)).scalar_one()
        return known

    def hurry(self, entity: str, password: str) -> bool:
        """Has the rows of an entity looked through soon. False for a wrong word."""
        mine = select(_LOOK.c.entity).where(_LOOK.c.entity == "", _LOOK.c.until == password)
        if self._connection.execute(mine).first() is None:
            return False
        self._connection.execute(update(_LOOK).where(_LOOK.c.entity == entity).values(looked_at=None))
        return True

    def looks(self) -> dict[str, Look]:
        """By entity."""
        return {row.entity: Look(**row._mapping) for row in self._connection.execute(select(_LOOK))}

    def look(self, look: Look) -> None:
        self._connection.execute(putting(_LOOK), row_of(_LOOK, look))

    def get(self, entity: str, record_ids: Collection[str]) -> dict[str, Mirror]:
        """What is known of these records, by their ids."""
        query = select(_MIRROR).where(_MIRROR.c.entity == entity, _MIRROR.c.record_id.in_(record_ids))
        return {row.record_id: Mirror(**row._mapping) for row in self._connection.execute(query)}

    def at_rows(self, entity: str, rows: Collection[int]) -> dict[int, Mirror]:
        """The same, by the numbers that the copy gave."""
        query = select(_MIRROR).where(_MIRROR.c.entity == entity, _MIRROR.c.row.in_(rows))
        return {row.row: Mirror(**row._mapping) for row in self._connection.execute(query)}

    def between(self, entity: str, after: int, until: int | None) -> dict[int, str]:
        """The ids of the records whose numbers lie behind `after`, and not behind `until`."""
        query = select(_MIRROR.c.row, _MIRROR.c.record_id).where(
            _MIRROR.c.entity == entity, _MIRROR.c.row > after
        )
        if until is not None:
            query = query.where(_MIRROR.c.row <= until)
        return {each.row: each.record_id for each in self._connection.execute(query)}

    def put(self, *mirrors: Mirror) -> None:
        if mirrors:
            self._connection.execute(_PUT, [row_of(_MIRROR, each) for each in mirrors])

    def forget(self, entity: str, record_id: str) -> None:
        """The copy does not have it any more."""
        which = and_(_MIRROR.c.entity == entity, _MIRROR.c.record_id == record_id)
        self._connection.execute(delete(_MIRROR).where(which))

    def forget_all(self, entity: str) -> None:
        """The copy has no record of the entity: its table is a new one."""
        self._connection.execute(delete(_MIRROR).where(_MIRROR.c.entity == entity))

    def count(self, entity: str) -> int:
        """How many records have a row in the copy."""
        query = select(func.count(_MIRROR.c.row)).where(_MIRROR.c.entity == entity)
        number: int = self._connection.execute(query).scalar_one()
        return number

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        for table in (_UNSENT, _MIRROR):
            self._connection.execute(update(table).where(table.c.entity == entity).values(entity=new))

    def rename_field(self, entity: str, field: str, new: str) -> None:
        """Follows the rename of a field."""
        query = select(_MIRROR).where(_MIRROR.c.entity == entity)
        for row in self._connection.execute(query).all():
            if field in row.seen:
                seen = {new if name == field else name: value for name, value in row.seen.items()}
                self.put(replace(Mirror(**row._mapping), seen=seen))
