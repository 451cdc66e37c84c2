"""The trash: what deployments took away or rewrote, until it is brought back or its time has passed.

What the values mean is told by the definition that is kept beside them; reading it is left to `deploy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Table,
    bindparam,
    delete,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from relasi.platform.sql.database import keyring_of
from relasi.store.closing import closed, is_closed, key_of, mentions_closed, opened, renewed
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.telling import silent, telling

_REMOVAL = Table(
    "relasi_removal",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("deployment_id", TEXT, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("field", TEXT),
    Column("definition", DOCUMENT, nullable=False),
    Column("rows", NUMBER, nullable=False),
    info=silent("it tells what was defined, and its rows the values"),
)

_TRASH = Table(
    "relasi_trash",
    METADATA,
    Column("removal_id", TEXT, ForeignKey(_REMOVAL.c.id), primary_key=True),
    Column("record_id", TEXT, primary_key=True),
    Column("value", DOCUMENT),
    Column("became", DOCUMENT),
    info=telling("record_id", texts=("value", "became")),
)

_ADD = insert(_TRASH).values(
    removal_id=bindparam("of_removal"),
    record_id=bindparam("of_record"),
    value=bindparam("value"),
    became=bindparam("became"),
)
_REPLACE = (
    update(_TRASH)
    .where(_TRASH.c.removal_id == bindparam("of_removal"), _TRASH.c.record_id == bindparam("of_record"))
    .values(value=bindparam("value"), became=bindparam("became"))
)

RemovalKind = Literal["removed", "rewritten"]

T = TypeVar("T")

_PLACE = "trash"

_AT_ONCE = 1_000
"""Rows in one statement."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Values that went to the trash together: those of one field, or the records of an entity (`field` is
    None).

    `definition` is the field's, or the entity's; a rewritten field is still there, with other values.
    """

    id: str
    deployment_id: str
    at: datetime
    kind: RemovalKind
    entity: str
    field: str | None
    definition: Any  # Any: JSON
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Thrown:
    """`value` is what a record had: of a field, or of all fields by name. `became` is what it got instead."""

    record_id: str
    value: Any  # Any: JSON
    became: Any = None  # Any: JSON


class Trash:
    """The trash inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keyring = keyring_of(connection)

    def add(self, removal: Removal) -> None:
        self._connection.execute(insert(_REMOVAL), row_of(_REMOVAL, removal))

    def throw(self, removal: Removal, rows: Iterable[Thrown], *, secret: Collection[str] = ()) -> None:
        """Adds values to a removal, encrypted those of the fields that are `secret`."""
        count = 0
        for some in _in_batches(rows):
            self._connection.execute(_ADD, [self._kept(removal, each, secret) for each in some])
            count += len(some)
        known = _REMOVAL.c.id == removal.id
        more = type_coerce(_REMOVAL.c.rows, BigInteger) + count
        self._connection.execute(update(_REMOVAL).where(known).values(rows=more))

    def removals(self) -> tuple[Removal, ...]:
        """All that is in the trash, newest first."""
        query = select(_REMOVAL).order_by(_REMOVAL.c.at.desc(), _REMOVAL.c.id.desc())
        return tuple(Removal(**row._mapping) for row in self._connection.execute(query))

    def rows(self, removal_id: str) -> Iterator[Thrown]:
        query = select(_TRASH.c.record_id, _TRASH.c.value, _TRASH.c.became)
        for row in self._connection.execute(query.where(_TRASH.c.removal_id == removal_id)):
            place = (_PLACE, removal_id, row.record_id)
            yield Thrown(row.record_id, *(self._opened(each, place) for each in (row.value, row.became)))

    def drop(self, removal_id: str) -> None:
        """Forgets a removal and its values for good."""
        self._connection.execute(delete(_TRASH).where(_TRASH.c.removal_id == removal_id))
        self._connection.execute(delete(_REMOVAL).where(_REMOVAL.c.id == removal_id))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_REMOVAL).where(_REMOVAL.c.entity == entity).values(entity=new))

    def rename_field(self, entity: str, field: str, new: str) -> None:
        """Follows the rename of a field; what was removed under that name was another one."""
        self._call_rewritten(entity, field, new)

    def lay_aside(self, removed: Removal) -> None:
        """What was rewritten of a field that is removed now is not mistaken for that of another field which
        gets its name."""
        self._call_rewritten(removed.entity, str(removed.field), _aside(removed))

    def take_up(self, removed: Removal) -> None:
        """The removed field is back."""
        self._call_rewritten(removed.entity, _aside(removed), str(removed.field))

    def _call_rewritten(self, entity: str, field: str, new: str) -> None:
        known = (_REMOVAL.c.entity == entity, _REMOVAL.c.field == field, _REMOVAL.c.kind == "rewritten")
        self._connection.execute(update(_REMOVAL).where(*known).values(field=new))

    def close_field(self, entity: str, field: str) -> None:
        """Encrypts what was rewritten of a field, or removed, before it was to be encrypted."""
        known = select(_REMOVAL).where(_REMOVAL.c.entity == entity)
        for removal in [Removal(**row._mapping) for row in self._connection.execute(known)]:
            if removal.field in (field, None):
                query = select(_TRASH.c.record_id, _TRASH.c.value, _TRASH.c.became)
                rows = self._connection.execute(query.where(_TRASH.c.removal_id == removal.id)).all()
                for some in _in_batches(Thrown(*row) for row in rows):
                    self._connection.execute(_REPLACE, [self._kept(removal, each, [field]) for each in some])

    def _kept(self, removal: Removal, thrown: Thrown, secret: Collection[str]) -> dict[str, Any]:
        place = (_PLACE, removal.id, thrown.record_id)

        def kept(value: Any) -> Any:  # Any: JSON
            if removal.field is not None:
                return closed(self._keyring, value, *place) if secret else value
            held = {name: value[name] for name in secret if name in (value or ())}
            rest = {name: closed(self._keyring, each, *place) for name, each in held.items()}
            return {**value, **rest} if rest else value

        of = {"of_removal": removal.id, "of_record": thrown.record_id}
        return {**of, "value": kept(thrown.value), "became": kept(thrown.became)}

    def keys_in_use(self) -> Counter[str]:
        """How many encrypted values there are, by the key that they need."""
        held = (value for _, _, values in self._held() for value in values)
        keys = (key_of(part) for value in held for part in _parts(value))
        return Counter(filter(None, keys))

    def renew(self) -> int:
        """Encrypts them by the newest key: in how many rows."""
        made = []
        for removal, record, values in self._held():
            value, became = (self._renewed(each, (_PLACE, removal, record)) for each in values)
            made.append({"of_removal": removal, "of_record": record, "value": value, "became": became})
        if made:
            self._connection.execute(_REPLACE, made)
        return len(made)

    def _held(self) -> list[tuple[str, str, tuple[Any, Any]]]:  # Any: JSON
        """The rows that may have encrypted values."""
        query = select(_TRASH.c.removal_id, _TRASH.c.record_id, _TRASH.c.value, _TRASH.c.became)
        closed = or_(mentions_closed(_TRASH.c.value), mentions_closed(_TRASH.c.became))
        rows = self._connection.execute(query.where(closed))
        return [(removal, record, (value, became)) for removal, record, value, became in rows]

    def _renewed(self, value: Any, place: tuple[str, ...]) -> Any:  # Any: JSON
        if isinstance(value, dict) and not is_closed(value):
            return {name: renewed(self._keyring, each, *place) for name, each in value.items()}
        return renewed(self._keyring, value, *place)

    def _opened(self, value: Any, place: tuple[str, ...]) -> Any:  # Any: JSON
        if isinstance(value, dict) and not is_closed(value):
            return {name: opened(self._keyring, each, *place) for name, each in value.items()}
        return opened(self._keyring, value, *place)


def _parts(value: Any) -> Iterable[Any]:  # Any: JSON
    return value.values() if isinstance(value, dict) and not is_closed(value) else (value,)


def _aside(removed: Removal) -> str:
    """No field can be called so."""
    return f"{removed.field} {removed.id}"


def _in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(items)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
