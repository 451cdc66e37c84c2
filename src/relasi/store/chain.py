"""The chain over the audit log: links in their order, each with the entries that it covers and the hash of
the link before it.

An entry waits until a worker forges the next link: writers do not wait for one another. A rename, which
rewrites entries, is a link of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, func, insert, select

from relasi.platform.sql.adding import add_rows
from relasi.store.columns import DOCUMENT, METADATA, NUMBER, TEXT, adding
from relasi.store.proof import canonical
from relasi.store.telling import silent

_LINK = Table(
    "relasi_chain",
    METADATA,
    Column("number", NUMBER, primary_key=True),
    Column("hash", TEXT, nullable=False),
    Column("entries", DOCUMENT, nullable=False),
    Column("renamed", DOCUMENT),
    info=silent("it has ids and digests, from which nothing can be told"),
)

_WAITING = Table(
    "relasi_unchained",
    METADATA,
    Column("change_id", TEXT, primary_key=True),
    info=silent("it has ids alone"),
)

_WAIT = insert(_WAITING)
_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """`entries` are digests by the ids of entries. `renamed` says what was renamed: ("entity", old, new),
    ("field", entity, old, new) or ("link", entity, field, old, new) where values name an entity."""

    number: int
    hash: str
    entries: Mapping[str, str]
    renamed: Sequence[str] | None = None

    def follows(self, before: str) -> bool:
        """Whether the hash is that of the content behind the hash `before`."""
        return self.hash == _hash(before, self.number, self.entries, self.renamed)


class Chain:
    """The chain inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self, change_ids: Sequence[str]) -> None:
        """Entries that were just added."""
        add_rows(self._connection, _WAIT, [{"change_id": each} for each in change_ids])

    def waiting(self, limit: int) -> list[str]:
        """The ids of entries that no link covers, in their order; nobody else gets them meanwhile."""
        query = select(_WAITING.c.change_id).order_by(_WAITING.c.change_id).limit(limit)
        return list(self._connection.scalars(query.with_for_update(skip_locked=True)))

    def all_waiting(self) -> Sequence[str]:
        """Those of all processes."""
        return self._connection.scalars(select(_WAITING.c.change_id)).all()

    def has_waiting(self) -> bool:
        return self._connection.execute(select(_WAITING.c.change_id).limit(1)).first() is not None

    def count_waiting(self) -> int:
        number: int = self._connection.execute(select(func.count()).select_from(_WAITING)).scalar_one()
        return number

    def forge(self, entries: Mapping[str, str], renamed: Sequence[str] | None = None) -> bool:
        """Adds a link. False, and nothing is changed, where another process has just added one."""
        last = self.last()
        number, before = (last.number + 1, last.hash) if last else (1, _FIRST)
        row = {
            "number": number,
            "hash": _hash(before, number, entries, renamed),
            "entries": dict(entries),
            "renamed": None if renamed is None else list(renamed),
        }
        added = self._connection.execute(adding(_LINK).returning(_LINK.c.number), row).first()
        if added is None:
            return False
        if entries:
            self._connection.execute(delete(_WAITING).where(_WAITING.c.change_id.in_(list(entries))))
        return True

    def last(self) -> Link | None:
        row = self._connection.execute(select(_LINK).order_by(_LINK.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else Link(**row._mapping)

    def links(self) -> Iterator[tuple[Link, str]]:
        """Each with the hash that it should follow, the last one first."""
        link = self.last()
        while link is not None:
            query = select(_LINK).where(_LINK.c.number < link.number).order_by(_LINK.c.number.desc()).limit(1)
            row = self._connection.execute(query).one_or_none()
            before = None if row is None else Link(**row._mapping)
            is_next = before is not None and before.number == link.number - 1
            yield link, before.hash if before is not None and is_next else _FIRST if link.number == 1 else ""
            link = before


def begin_chain(connection: Connection) -> None:
    """Lets the entries wait that there were before there was a chain."""
    changes = METADATA.tables["relasi_change"]
    if connection.execute(select(_LINK.c.number).limit(1)).first() is None:
        new = select(changes.c.id).where(changes.c.id.not_in(select(_WAITING.c.change_id)))
        connection.execute(insert(_WAITING).from_select(["change_id"], new))


def _hash(
    before: str, number: int, entries: Mapping[str, Any], renamed: Sequence[str] | None
) -> str:  # Any: digests
    return sha256(canonical([before, number, entries, renamed]).encode()).hexdigest()
