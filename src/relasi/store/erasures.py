"""The proofs of erasures: what was erased, when, by whom, why and how much; nothing of what it said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Table, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, adding, row_of
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_erasure",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False, index=True),
    Column("how", TEXT, nullable=False),
    Column("user_id", TEXT),
    Column("reason", TEXT, nullable=False),
    Column("counts", DOCUMENT, nullable=False),
    Column("kept", DOCUMENT, nullable=False),
    Column("files", DOCUMENT, nullable=False),
    Column("finished_at", MOMENT, index=True),
    info=silent("it is the proof that somebody was erased, and says nothing of who that was"),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """`digest` tells by its id which record was erased, to those who know the id; `how` is what became of it.

    `counts` is how much went: records that were deleted or anonymised, by entity, and rows of the store that
    told of them, by table. `kept` is what stayed and why. `files` are the contents, by SHA-256,
    that go from the disk before it is finished. `user_id` is who confirmed it, None for the command line.
    """

    id: str
    at: datetime
    entity: str
    digest: str
    how: str
    user_id: str | None
    reason: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kept: Sequence[Mapping[str, Any]] = ()  # Any: JSON
    files: Sequence[str] = ()
    finished_at: datetime | None = None


class Erasures:
    """The proofs inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, erasure: Erasure) -> bool:
        """False where it is known already."""
        row = row_of(_TABLE, erasure) | {"kept": list(erasure.kept), "files": list(erasure.files)}
        added = adding(_TABLE).returning(_TABLE.c.id)
        return self._connection.scalars(added, row).one_or_none() is not None

    def list(self, *, limit: int) -> tuple[Erasure, ...]:
        """Newest first."""
        query = select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)
        return tuple(Erasure(**row._mapping) for row in self._connection.execute(query))

    def of(self, record_id: str) -> tuple[Erasure, ...]:
        """Those of a record, newest first."""
        query = select(_TABLE).where(_TABLE.c.digest == digest_of(record_id))
        rows = self._connection.execute(query.order_by(_TABLE.c.id.desc()))
        return tuple(Erasure(**row._mapping) for row in rows)

    def known(self, record_ids: Collection[str]) -> set[str]:
        """Those of the records that were erased before."""
        digests = {digest_of(each): each for each in record_ids}
        query = select(_TABLE.c.digest).where(_TABLE.c.digest.in_(digests))
        return {digests[each] for each in self._connection.scalars(query)}

    def unfinished(self) -> tuple[Erasure, ...]:
        """Those whose files and bytes may still be on the disk, oldest first."""
        query = select(_TABLE).where(_TABLE.c.finished_at.is_(None)).order_by(_TABLE.c.id)
        return tuple(Erasure(**row._mapping) for row in self._connection.execute(query))

    def ids(self) -> set[str]:
        return set(self._connection.scalars(select(_TABLE.c.id)))

    def finish(self, erasure_id: str, now: datetime) -> None:
        done = update(_TABLE).where(_TABLE.c.id == erasure_id)
        self._connection.execute(done.values(finished_at=now, files=[]))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))


def digest_of(record_id: str) -> str:
    """By this a record is known again in a proof, and in a backup from before."""
    return sha256(record_id.encode()).hexdigest()
