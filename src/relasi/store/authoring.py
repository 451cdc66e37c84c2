"""What administrators change in the project's files by way of the pages: drafts, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from relasi.store.columns import METADATA, MOMENT, TEXT, putting, row_of
from relasi.store.telling import silent

_DRAFT = Table(
    "relasi_draft",
    METADATA,
    Column("file", TEXT, primary_key=True),
    Column("user_id", TEXT, primary_key=True),
    Column("text", TEXT, nullable=False),
    Column("base", TEXT),
    Column("at", MOMENT, nullable=False),
    info=silent("it has what an author writes"),
)

_PUBLISHED = Table(
    "relasi_published",
    METADATA,
    Column("deployment_id", TEXT, primary_key=True),
    Column("file", TEXT, primary_key=True),
    Column("before", TEXT),
    Column("after", TEXT),
    Column("user_id", TEXT, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("taken_back_by", TEXT),
    Column("taken_back_at", MOMENT),
    info=silent("it has what an author wrote"),
)

_PUT = putting(_DRAFT)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody makes of a file of the project. `base` is the file as it was when they began, None where
    there was none."""

    file: str
    user_id: str
    text: str
    base: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A file that was written when a deployment was made; `before` or `after` is None where there is none."""

    deployment_id: str
    file: str
    before: str | None
    after: str | None
    user_id: str
    at: datetime
    taken_back_by: str | None = None
    taken_back_at: datetime | None = None


class Authoring:
    """Drafts and published files inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, draft: Draft) -> None:
        """In the place of the one that its author had of the file."""
        self._connection.execute(_PUT, row_of(_DRAFT, draft))

    def draft(self, file: str, user_id: str) -> Draft | None:
        found = [each for each in self.drafts(file) if each.user_id == user_id]
        return found[0] if found else None

    def drafts(self, file: str | None = None) -> tuple[Draft, ...]:
        """Everybody's of a file, or of all files; by file, the newest first."""
        query = select(_DRAFT).order_by(_DRAFT.c.file, _DRAFT.c.at.desc(), _DRAFT.c.user_id)
        if file is not None:
            query = query.where(_DRAFT.c.file == file)
        return tuple(Draft(**row._mapping) for row in self._connection.execute(query))

    def drop(self, file: str, user_id: str) -> None:
        self._connection.execute(delete(_DRAFT).where(_DRAFT.c.file == file, _DRAFT.c.user_id == user_id))

    def note(self, published: Sequence[Published]) -> None:
        for each in published:
            self._connection.execute(insert(_PUBLISHED), row_of(_PUBLISHED, each))

    def history(self, *, limit: int) -> tuple[Published, ...]:
        """What was published, the newest first."""
        query = select(_PUBLISHED).order_by(
            _PUBLISHED.c.at.desc(), _PUBLISHED.c.deployment_id.desc(), _PUBLISHED.c.file
        )
        return tuple(Published(**row._mapping) for row in self._connection.execute(query.limit(limit)))

    def of(self, deployment_id: str) -> tuple[Published, ...]:
        query = select(_PUBLISHED).where(_PUBLISHED.c.deployment_id == deployment_id)
        return tuple(Published(**row._mapping) for row in self._connection.execute(query))

    def last(self) -> tuple[Published, ...]:
        """The files of the newest publication that was not taken back."""
        query = (
            select(_PUBLISHED.c.deployment_id)
            .where(_PUBLISHED.c.taken_back_at.is_(None))
            .order_by(_PUBLISHED.c.at.desc(), _PUBLISHED.c.deployment_id.desc())
            .limit(1)
        )
        found = self._connection.scalars(query).one_or_none()
        return () if found is None else self.of(found)

    def take_back(self, deployment_id: str, user_id: str, at: datetime) -> None:
        query = update(_PUBLISHED).where(_PUBLISHED.c.deployment_id == deployment_id)
        self._connection.execute(query.values(taken_back_by=user_id, taken_back_at=at))
