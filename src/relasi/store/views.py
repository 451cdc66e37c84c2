"""Views: how somebody likes to see a list, under a name, for themselves or shared with others. What the words
of a view mean is for the lists to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, and_, delete, insert, or_, select, update

from relasi.store.columns import DOCUMENT, METADATA, TEXT, putting, row_of
from relasi.store.telling import telling

Audience = Literal["own", "team", "all"]

_TABLE = Table(
    "relasi_view",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("owner", TEXT, ForeignKey("relasi_user.id"), nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("query", DOCUMENT, nullable=False),
    Column("audience", TEXT, nullable=False),
    Column("team", TEXT),
    Index(None, "entity", "owner"),
    info=telling(texts=("name", "query")),
)
_FIRST = Table(
    "relasi_first_view",
    METADATA,
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
    Column("entity", TEXT, primary_key=True),
    Column("view_id", TEXT, ForeignKey("relasi_view.id", ondelete="CASCADE"), nullable=False),
    info=telling(part_of="view_id"),
)


@dataclass(frozen=True, slots=True)
class View:
    """`query` is what stands in the address of the list. `audience` is who has it in their list of views:
    the owner alone, a `team`, or all."""

    id: str
    owner: str
    entity: str
    name: str
    query: Mapping[str, Sequence[str]]
    audience: Audience = "own"
    team: str | None = None


class Views:
    """The views inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, view: View) -> None:
        """A new one, or what has become of one: under another name, for others, or seen otherwise."""
        self._connection.execute(putting(_TABLE), row_of(_TABLE, view))

    def get(self, view_id: str) -> View | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == view_id)).one_or_none()
        return None if row is None else View(**row._mapping)

    def of(self, user_id: str, team: str | None, entity: str) -> tuple[View, ...]:
        """Those that a person has of an entity: their own, then those of others, by name."""
        shared = or_(_TABLE.c.audience == "all", and_(_TABLE.c.audience == "team", _TABLE.c.team == team))
        query = select(_TABLE).where(_TABLE.c.entity == entity, or_(_TABLE.c.owner == user_id, shared))
        found = [View(**row._mapping) for row in self._connection.execute(query)]
        return tuple(sorted(found, key=lambda each: (each.owner != user_id, each.name.casefold(), each.id)))

    def drop(self, view_id: str) -> None:
        self._connection.execute(delete(_FIRST).where(_FIRST.c.view_id == view_id))
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id == view_id))

    def first(self, user_id: str, entity: str) -> str | None:
        """The id of the view that the list opens with."""
        query = select(_FIRST.c.view_id).where(_FIRST.c.user_id == user_id, _FIRST.c.entity == entity)
        return self._connection.scalars(query).one_or_none()

    def set_first(self, user_id: str, entity: str, view_id: str | None) -> None:
        """None: the list opens as its entity says."""
        place = (_FIRST.c.user_id == user_id, _FIRST.c.entity == entity)
        self._connection.execute(delete(_FIRST).where(*place))
        if view_id is not None:
            row = {"user_id": user_id, "entity": entity, "view_id": view_id}
            self._connection.execute(insert(_FIRST), row)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        for table in (_TABLE, _FIRST):
            self._connection.execute(update(table).where(table.c.entity == entity).values(entity=new))
