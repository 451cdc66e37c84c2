"""The audit log: every write to every record, once and for good. Who may read it is the caller's to check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from relasi.platform.sql.adding import add_rows
from relasi.platform.sql.database import keyring_of
from relasi.store.chain import Chain
from relasi.store.closing import closed, is_closed, key_of, mentions_closed, opened
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.guard import unlocked
from relasi.store.proof import Proof, begun, digest, renamed, requalified, without
from relasi.store.telling import silent

ChangeKind = Literal[
    "created",
    "updated",
    "moved",
    "deleted",
    "derived",
    "linked",
    "unlinked",
    "exported",
    "erased",
    "merged",
    "parted",
]
NEW_VERSIONS: tuple[ChangeKind, ...] = ("created", "updated", "moved")
EXPORT = "(export)"
"""What an export took stands in place of a field."""
Source = Literal["page", "import", "rule", "cli", "sample", "hook", "form", "mail", "grid", "api"]

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
    Column("proof", DOCUMENT),
    Index(None, "record_id", "at", "id"),
    info=silent("entries stay: `blank` takes values out of them"),
)

_INSERT = insert(_TABLE)
_REWRITE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("changed_id"))
    .values(fields=bindparam("fields"), proof=bindparam("proof"))
)
Pairs = Mapping[str, Sequence[Any]]  # Any: JSON
"""Field -> old and new value."""

_AT_ONCE = 500
_PLACE = "change"
_TELLS = {"salt", "salts"}

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
    secret: frozenset[str] = field(default=frozenset(), compare=False)
    """The fields whose values are kept encrypted."""
    proof: Proof | None = field(default=None, compare=False)
    """By which the entry can be proven; only those that were read have one."""

    @property
    def digest(self) -> str:
        """What all of it comes to; see `store.chain`."""
        what = (self.id, self.entity, self.record_id, self.kind, self.version)
        who = (self.user_id, self.on_behalf_of, self.source, self.rule, self.rule_version)
        return digest(self.proof or {}, (*what, *who), self.at, self.fields)


class Audit:
    """The audit log inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keyring = keyring_of(connection)
        self.chain = Chain(connection)
        self.noted: list[Change] | None = None
        """Put a list here to get what is added, also what a savepoint takes back again."""

    def append(self, changes: Sequence[Change]) -> None:
        if self.noted is not None:
            self.noted += changes
        add_rows(self._connection, _INSERT, [self._row(each, begun()) for each in changes])
        self.chain.wait([each.id for each in changes])

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
        return tuple(self._read(query.order_by(_TABLE.c.at, _TABLE.c.id)))

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
            yield from self._read(query)

    def blank(self, record_ids: Collection[str], taken: Callable[[Change], Collection[str]]) -> int:
        """Takes values out of what happened to these records, for good: of the fields that `taken` names,
        nothing is told but that they changed. How many entries that were."""
        blanked = []
        for change in self.on(record_ids):
            names = [name for name in taken(change) if change.fields.get(name, BLANK) != BLANK]
            if names:
                fields = {**change.fields, **dict.fromkeys(names, BLANK)}
                proof = without(change.proof or {}, change.fields, names)
                blanked.append(self._rewritten(replace(change, fields=fields, proof=proof)))
        self._rewrite(blanked)
        return len(blanked)

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity: its records keep their history."""
        self._note_rename("entity", entity, new)
        with unlocked(self._connection):
            self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))

    def rename_field(self, entity: str, field: str, new: str) -> None:
        """Follows the rename of a field."""
        self._note_rename("field", entity, field, new)
        dialect = self._connection.dialect.name
        statement = text(
            f"UPDATE relasi_change SET fields = {_RENAMED[dialect]} "  # noqa: S608  # constants of this module
            f"WHERE entity = :entity AND {_HOLDS[dialect]}"
        )
        with unlocked(self._connection):
            self._connection.execute(statement, {"entity": entity, "old": field, "new": new})
        blanked = cast(_TABLE.c.proof, Text).contains('"gone"')
        named = self._read(select(_TABLE).where(_TABLE.c.entity == entity, blanked))
        followed = (replace(each, proof=renamed(each.proof, field, new)) for each in named if each.proof)
        self._rewrite([self._rewritten(each) for each in followed])

    def requalify(self, entity: str, field: str, was: str, name: str) -> None:
        """Follows the rename of an entity in a field that says which entity it links to: "entity/id"."""
        self._note_rename("link", entity, field, was, name)
        changed = []
        for change in self._read(select(_TABLE).where(_TABLE.c.entity == entity)):
            pair = change.fields.get(field)
            moved = pair and requalified(pair, was, name)
            if moved and moved != pair:
                changed.append(self._rewritten(replace(change, fields={**change.fields, field: moved})))
        self._rewrite(changed)

    def close_field(self, entity: str, field: str) -> None:
        """Encrypts what is told of a field since before it was to be encrypted."""
        holds = text(_HOLDS[self._connection.dialect.name]).bindparams(old=field)
        held = self._read(select(_TABLE).where(_TABLE.c.entity == entity).where(holds))
        self._rewrite([self._rewritten(replace(each, secret=each.secret | {field})) for each in held])

    def extend_chain(self) -> int:
        """Puts entries that wait into a link of the chain: how many; none where another process does it."""
        ids = self.chain.waiting(_AT_ONCE)
        digests = {each.id: each.digest for each in self.entries(ids)}
        return len(ids) if ids and self.chain.forge(digests) else 0

    def entries(self, ids: Collection[str]) -> tuple[Change, ...]:
        """Those that there are."""
        return tuple(self._read(select(_TABLE).where(_TABLE.c.id.in_(ids)))) if ids else ()

    def ids(self, after: str, limit: int) -> Sequence[str]:
        """Those of entries behind an id, in their order."""
        query = select(_TABLE.c.id).where(_TABLE.c.id > after).order_by(_TABLE.c.id).limit(limit)
        return self._connection.scalars(query).all()

    def count(self) -> int:
        number: int = self._connection.execute(select(func.count()).select_from(_TABLE)).scalar_one()
        return number

    def _note_rename(self, *renamed: str) -> None:
        """What was written before goes into links of its own, which know the old names."""
        while self.extend_chain():
            pass
        self.chain.forge({}, renamed)

    def _read(self, query: Select[Any]) -> Iterator[Change]:
        return (self._change(row) for row in self._connection.execute(query).all())

    def _rewritten(self, change: Change) -> dict[str, Any]:
        row = self._row(change, change.proof)
        return {"changed_id": change.id, "fields": row["fields"], "proof": row["proof"]}

    def _rewrite(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            with unlocked(self._connection):
                self._connection.execute(_REWRITE, rows)

    def keys_in_use(self) -> Counter[str]:
        """How many encrypted values there are, by the key that they need."""
        held = self._connection.execute(
            select(_TABLE.c.fields).where(mentions_closed(_TABLE.c.fields))
        ).scalars()
        keys = (key_of(each) for fields in held for pair in fields.values() for each in pair)
        return Counter(filter(None, keys))

    def renew(self) -> int:
        """Encrypts them by the newest key: in how many entries."""
        held = self._read(select(_TABLE).where(mentions_closed(_TABLE.c.fields)))
        made = [self._rewritten(each) for each in held]
        self._rewrite(made)
        return len(made)

    def _row(self, change: Change, proof: Proof | None) -> dict[str, Any]:
        """What tells of encrypted values in the proof is encrypted as they are."""
        if change.secret and proof:
            tells = {
                part: closed(self._keyring, proof[part], _PLACE, change.id) for part in _TELLS & proof.keys()
            }
            proof = {**proof, **tells}
        fields = self._closed(change.id, change.fields, change.secret)
        return {**row_of(_TABLE, change), "fields": fields, "proof": proof}

    def _closed(self, key: str, fields: Pairs, secret: Iterable[str]) -> Pairs:
        kept = {
            name: tuple(closed(self._keyring, each, _PLACE, key) for each in fields[name])
            for name in secret
            if name in fields
        }
        return {**fields, **kept} if kept else fields

    def _change(self, row: Row[Any]) -> Change:
        values = dict(row._mapping)
        key, fields, proof = values["id"], values.pop("fields"), values.pop("proof")

        def read(value: Any) -> Any:  # Any: JSON
            return opened(self._keyring, value, _PLACE, key)

        return Change(
            fields={name: (read(old), read(new)) for name, (old, new) in fields.items()},
            secret=frozenset(name for name, pair in fields.items() if any(map(is_closed, pair))),
            proof=proof and {part: read(each) for part, each in proof.items()},
            **values,
        )
