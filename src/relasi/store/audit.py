"""The audit log: every write to every record, once and for good. Who may read it is the caller's to check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Row, Table, bindparam, insert, select, text, tuple_, update

from relasi.platform.sql.adding import add_rows
from relasi.platform.sql.database import keyring_of
from relasi.store.closing import closed, is_closed, key_of, mentions_closed, opened, renewed
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.telling import silent

ChangeKind = Literal[
    "created", "updated", "moved", "deleted", "derived", "linked", "unlinked", "exported", "erased"
]
NEW_VERSIONS: tuple[ChangeKind, ...] = ("created", "updated", "moved")
EXPORT = "(export)"
"""What an export took stands in place of a field."""
Source = Literal["page", "import", "rule", "cli", "sample", "hook", "form", "grid", "api"]

_TABLE = Table(
    "relasi_change",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("version", NUMBER, nullable=False),
    Column("fields", DOCUMENT, nullable=False),
    Column("user_id", TEXT),
    Column("on_behalf_of", TEXT),
    Column("source", TEXT, nullable=False),
    Column("rule", TEXT),
    Column("rule_version", TEXT),
    Index(None, "record_id", "at", "id"),
    info=silent("entries stay: `blank` takes values out of them"),
)

_INSERT = insert(_TABLE)
_REWRITE = update(_TABLE).where(_TABLE.c.id == bindparam("changed_id")).values(fields=bindparam("fields"))
Pairs = Mapping[str, Sequence[Any]]  # Any: JSON
"""Field -> old and new value."""

_AT_ONCE = 500
_PLACE = "change"

BLANK = (None, None)
"""What an entry says of a field whose values were taken out of it."""

_HOLDS = {
    "sqlite": "json_type(fields, '$.' || :old) IS NOT NULL",
    "postgresql": "jsonb_exists(fields, CAST(:old AS text))",
}
_RENAMED = {
    "sqlite": "json_remove(json_set(fields, '$.' || :new, json_extract(fields, '$.' || :old)), '$.' || :old)",
    "postgresql": (
        "fields - CAST(:old AS text) || jsonb_build_object(CAST(:new AS text), fields -> CAST(:old AS text))"
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One audited write.

    `fields` maps each field that changed to (old, new), both as the field type dumps them; `version` is the
    one that the record has after it. `user_id` is the person who wrote. Where a rule wrote, `rule` and
    `rule_version` say which, `user_id` is None, and `on_behalf_of` is the person whose write triggered it.
    """

    id: str
    at: datetime
    entity: str
    record_id: str
    kind: ChangeKind
    version: int
    fields: Mapping[str, tuple[Any, Any]]  # Any: JSON
    user_id: str | None
    source: Source
    on_behalf_of: str | None = None
    rule: str | None = None
    rule_version: str | None = None
    secret: frozenset[str] = frozenset()
    """The fields whose values are kept encrypted."""


class Audit:
    """The audit log inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keyring = keyring_of(connection)

    def append(self, changes: Sequence[Change]) -> None:
        add_rows(self._connection, _INSERT, [self._row(each) for each in changes])

    def of(
        self,
        entity: str,
        record_id: str,
        *,
        limit: int = 50,
        before: Change | None = None,
        derived: bool = False,
        kinds: Sequence[ChangeKind] = (),
    ) -> tuple[Change, ...]:
        """What happened to a record, newest first; `before` is the last change of the page read before.

        Changes that nobody wrote, because values are derived from other records, are among them where asked
        for. `kinds` leaves only changes of these kinds.
        """
        query = (
            select(_TABLE)
            .where(_TABLE.c.entity == entity, _TABLE.c.record_id == record_id)
            .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
            .limit(limit)
        )
        if not derived:
            query = query.where(_TABLE.c.kind != "derived")
        if kinds:
            query = query.where(_TABLE.c.kind.in_(kinds))
        if before is not None:
            query = query.where(tuple_(_TABLE.c.at, _TABLE.c.id) < tuple_(before.at, before.id))
        return tuple(self._change(row) for row in self._connection.execute(query))

    def since(self, entity: str, moment: datetime) -> tuple[Change, ...]:
        """What happened to all records of an entity from then on, in the order of time."""
        query = select(_TABLE).where(_TABLE.c.entity == entity, _TABLE.c.at >= moment)
        return tuple(
            self._change(row) for row in self._connection.execute(query.order_by(_TABLE.c.at, _TABLE.c.id))
        )

    def exports(self, *, limit: int) -> tuple[Change, ...]:
        """What was taken away in files, newest first: each an entry of its own, about no record."""
        query = select(_TABLE).where(_TABLE.c.kind == "exported")
        ordered = query.order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(limit)
        return tuple(self._change(row) for row in self._connection.execute(ordered))

    def last_of(self, entity: str, record_id: str, field: str) -> Change | None:
        """The last change of one field of a record."""
        query = (
            select(_TABLE)
            .where(_TABLE.c.entity == entity, _TABLE.c.record_id == record_id)
            .where(text(_HOLDS[self._connection.dialect.name]).bindparams(old=field))
            .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return None if row is None else self._change(row)

    def on(self, record_ids: Collection[str]) -> Iterator[Change]:
        """All that happened to these records, each by its id."""
        keys = sorted(record_ids)
        for start in range(0, len(keys), _AT_ONCE):
            query = select(_TABLE).where(_TABLE.c.record_id.in_(keys[start : start + _AT_ONCE]))
            for row in self._connection.execute(query).all():
                yield self._change(row)

    def blank(self, record_ids: Collection[str], taken: Callable[[Change], Collection[str]]) -> int:
        """Takes values out of what happened to these records, for good: of the fields that `taken` names,
        nothing is told but that they changed. How many entries that were."""
        blanked = []
        for change in self.on(record_ids):
            names = [name for name in taken(change) if change.fields.get(name, BLANK) != BLANK]
            if names:
                kept = self._closed(change.id, change.fields, change.secret)
                blanked.append({"changed_id": change.id, "fields": {**kept, **dict.fromkeys(names, BLANK)}})
        if blanked:
            self._connection.execute(_REWRITE, blanked)
        return len(blanked)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity: its records keep their history."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))

    def rename_field(self, entity: str, field: str, new: str) -> None:
        """Follows the rename of a field."""
        dialect = self._connection.dialect.name
        statement = text(
            f"UPDATE relasi_change SET fields = {_RENAMED[dialect]} "  # noqa: S608  # constants of this module
            f"WHERE entity = :entity AND {_HOLDS[dialect]}"
        )
        self._connection.execute(statement, {"entity": entity, "old": field, "new": new})

    def requalify(self, entity: str, field: str, was: str, name: str) -> None:
        """Follows the rename of an entity in a field that says which entity it links to: "entity/id"."""
        query = select(_TABLE.c.id, _TABLE.c.fields).where(_TABLE.c.entity == entity)
        changed = []
        for key, fields in self._connection.execute(query):
            pair = fields.get(field)
            moved = pair and [_moved(each, was, name) for each in pair]
            if moved != pair:
                changed.append({"changed_id": key, "fields": {**fields, field: moved}})
        if changed:
            self._connection.execute(_REWRITE, changed)

    def close_field(self, entity: str, field: str) -> None:
        """Encrypts what is told of a field since before it was to be encrypted."""
        query = select(_TABLE.c.id, _TABLE.c.fields).where(_TABLE.c.entity == entity)
        query = query.where(text(_HOLDS[self._connection.dialect.name]).bindparams(old=field))
        held = self._connection.execute(query).all()
        closed = [{"changed_id": key, "fields": self._closed(key, fields, [field])} for key, fields in held]
        if closed:
            self._connection.execute(_REWRITE, closed)

    def keys_in_use(self) -> Counter[str]:
        """How many encrypted values there are, by the key that they need."""
        held = self._connection.execute(
            select(_TABLE.c.fields).where(mentions_closed(_TABLE.c.fields))
        ).scalars()
        keys = (key_of(each) for fields in held for pair in fields.values() for each in pair)
        return Counter(filter(None, keys))

    def renew(self) -> int:
        """Encrypts them by the newest key: in how many entries."""
        query = select(_TABLE.c.id, _TABLE.c.fields).where(mentions_closed(_TABLE.c.fields))
        made = [
            {
                "changed_id": key,
                "fields": {
                    name: [renewed(self._keyring, each, _PLACE, key) for each in pair]
                    for name, pair in fields.items()
                },
            }
            for key, fields in self._connection.execute(query).all()
        ]
        if made:
            self._connection.execute(_REWRITE, made)
        return len(made)

    def _row(self, change: Change) -> dict[str, Any]:
        fields = self._closed(change.id, change.fields, change.secret)
        return {**row_of(_TABLE, change), "fields": fields}

    def _closed(self, key: str, fields: Pairs, secret: Iterable[str]) -> Pairs:
        kept = {
            name: tuple(closed(self._keyring, each, _PLACE, key) for each in fields[name])
            for name in secret
            if name in fields
        }
        return {**fields, **kept} if kept else fields

    def _change(self, row: Row[Any]) -> Change:
        values = dict(row._mapping)
        key, fields = values["id"], values.pop("fields")
        return Change(
            fields={
                name: (opened(self._keyring, old, _PLACE, key), opened(self._keyring, new, _PLACE, key))
                for name, (old, new) in fields.items()
            },
            secret=frozenset(name for name, pair in fields.items() if any(map(is_closed, pair))),
            **values,
        )


def _moved(link: str | None, was: str, name: str) -> str | None:
    head, slash, key = (link or "").partition("/")
    return f"{name}/{key}" if slash and head == was else link
