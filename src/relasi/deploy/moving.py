"""The values of an apply: into the columns that they belong to, into the trash, and out of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count

from sqlalchemy import bindparam, column, insert, table, update

from relasi.deploy.blueprint import EntityPrint, Keys, entity_from, entity_keys, field_keys
from relasi.deploy.changes import AddColumn, Change, CreateTable, FillEmpty, Rewrite
from relasi.deploy.fill import Row
from relasi.deploy.ground import Ground
from relasi.deploy.recast import Recast
from relasi.deploy.rows import Columns, key_column, read_rows
from relasi.deploy.structure import WantedColumn
from relasi.deploy.treating import treatment_of
from relasi.deploy.treatment import Treatment, decoded, encoded
from relasi.platform.sql.ciphers import Cipher, locked
from relasi.platform.sql.values import Stored
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.fields.base import Value, ValueProblem, has_holes
from relasi.schema.fields.series import SeriesField
from relasi.store.session import Session
from relasi.store.trash import Removal, RemovalKind, Thrown

Written = Callable[[str, str], str]
"""Entity and field -> the column that takes the values."""


class Moving:
    """`ground` is settled: tables and columns go by their new names."""

    def __init__(self, ground: Ground, stamp_id: str) -> None:
        self._ground = ground
        self._store = Session(ground.connection)
        self._stamp_id = stamp_id
        self._numbers = count(1)

    def out(self, changes: Sequence[Change], written: Written) -> None:
        """Brings the records of new tables back, and treats those of the others."""
        returning = [each.table for each in changes if isinstance(each, CreateTable) and each.restored]
        for name in returning:
            self._ground.known(name)  # remembers the ids while they are in the trash
        for name in returning:
            self._restore_table(name)
        by_table: dict[str, list[Treatment]] = {}
        for change in changes:
            if isinstance(change, AddColumn | Rewrite | FillEmpty):
                by_table.setdefault(change.table, []).append(treatment_of(self._ground, change))
        for name, treatments in by_table.items():
            self._treat(name, treatments, written)
        for each in self._ground.removals:
            if each.deployment_id != self._ground.undoes:
                continue
            if each.kind == "rewritten":
                self._store.trash.drop(each.id)
            elif each.field is not None:
                self._store.trash.take_up(each)

    def throw_column(self, name: str, key: str, kind: RemovalKind) -> None:
        type_ = self._ground.held[name].columns[key].type
        assert type_ is not None  # the differ leaves alone what it does not know
        removal = self._removal(kind, name, key, field_keys(type_))
        if kind == "removed":
            self._store.trash.lay_aside(removal)
        self._throw(removal, {key: (key, type_)})

    def throw_table(self, name: str) -> None:
        held = self._ground.held[name]
        assert self._ground.base is not None  # nor this
        types = {key: each.type for key, each in held.columns.items() if each.type}
        definition = entity_keys(self._ground.base.entities[held.source])
        columns = {key: (key, each) for key, each in types.items()}
        self._throw(self._removal("removed", name, None, definition), columns)

    def _throw(self, removal: Removal, columns: Columns) -> None:
        def thrown() -> Iterator[Thrown]:
            for batch in read_rows(self._ground.connection, removal.entity, columns):
                for record_id, row in batch:
                    kept = {each: encoded(columns[each][1], value) for each, value in row.items()}
                    if removal.field is None:
                        yield Thrown(record_id, kept)
                    elif kept[removal.field] is not None:
                        yield Thrown(record_id, kept[removal.field])

        secret = [name for name, (_, type_) in columns.items() if type_.is_encrypted]
        self._store.trash.throw(removal, thrown(), secret=secret)

    def _removal(self, kind: RemovalKind, name: str, key: str | None, definition: Keys) -> Removal:
        number = f"{self._stamp_id}.{next(self._numbers)}"
        removal = Removal(number, self._stamp_id, self._ground.moment.now, kind, name, key, definition)
        self._store.trash.add(removal)
        return removal

    def _restore_table(self, name: str) -> None:
        removal = self._ground.removed(name, None)
        assert removal is not None  # the plan has counted its rows
        settings = self._ground.model.settings
        past = entity_from(removal.definition, settings.currency, settings.languages)
        recasts = {
            key: self._recast(past, key, each) for key, each in self._ground.wanted[name].columns.items()
        }
        ciphers, rows = self._ground.tables.ciphers(name), []
        for thrown in self._store.trash.rows(removal.id):
            row = {key: recast(thrown.value) for key, recast in recasts.items()}
            rows.append(locked(ciphers, thrown.record_id, row))
        self._ground.connection.execute(insert(self._ground.tables.table(name)), rows)

    def _recast(self, past: EntityPrint, key: str, wanted: WantedColumn) -> Callable[[Keys], Value]:
        """From a record in the trash to the value of a field; empty where it does not fit."""
        new = wanted.type
        old = SYSTEM_TYPES.get(key) or past.fields.get(key) or past.retired.get(key)
        start = None if has_holes(wanted.start) else new.authored(wanted.start, self._ground.moment)
        if old is None:
            return lambda _: start
        recast = Recast(old, new, self._ground.usage)

        def recasted(row: Keys) -> Value:
            value = decoded(old, row.get(key))
            try:
                return value if wanted.system or value is None else recast.value(value)
            except ValueProblem:
                return start

        return recasted

    def _treat(self, name: str, treatments: Sequence[Treatment], written: Written) -> None:
        sources = frozenset[str]().union(*(each.reads for each in treatments))
        tables = self._ground.tables
        work = [
            _Column(each, written(name, each.change.column), tables.ciphers(name).get(each.change.column))
            for each in treatments
        ]
        values = {each.target: bindparam(each.target, type_=each.kept_as) for each in work}
        targets = [column(each.target, each.kept_as) for each in work]
        statement = update(table(name, *targets)).where(key_column == bindparam("held_key")).values(values)
        for batch in read_rows(self._ground.connection, name, self._ground.columns(name, sources)):
            rows = [row for record_id, before in batch if (row := _row(work, record_id, before))]
            if rows:
                self._ground.connection.execute(statement, rows)
        for each in work:
            self._finish(name, each)

    def _finish(self, name: str, done: _Column) -> None:
        """Keeps what was overwritten, and numbers on."""
        key, old = done.treatment.change.column, done.treatment.old
        if done.thrown and old is not None and self._ground.undoes is None:
            removal = self._removal("rewritten", name, key, field_keys(old))
            secret = [key] if old.is_encrypted or done.treatment.new.is_encrypted else []
            self._store.trash.throw(removal, done.thrown, secret=secret)
        if isinstance(done.treatment.new, SeriesField):
            for counter, n in done.treatment.new.highest(done.texts).items():
                self._store.series.reach(f"{name}.{key}:{counter}", n)


class _Column:
    """The values of one field on their way; `target` is the column that takes them, encrypted by `cipher` if
    there is one."""

    def __init__(self, treatment: Treatment, target: str, cipher: Cipher | None) -> None:
        self.treatment = treatment
        self.target = target
        self.cipher = cipher
        self.kept_as = Stored(treatment.new.kept_as)
        self.thrown: list[Thrown] = []
        self.texts: list[str] = []

    def move(self, record_id: str, row: Row) -> tuple[Value, bool]:
        """The new value as the column takes it, and whether it has to be written."""
        treatment = self.treatment
        outcome = treatment.outcome(record_id, row)
        after = encoded(treatment.new, outcome.value)
        before = encoded(treatment.old, row[treatment.source]) if treatment.old and treatment.source else None
        is_elsewhere = self.target != treatment.source
        means_else = treatment.old is not None and treatment.old.name != treatment.new.name
        if treatment.source and (before != after or (before is not None and (is_elsewhere or means_else))):
            self.thrown.append(Thrown(record_id, before, after))
        if isinstance(outcome.value, str):
            self.texts.append(outcome.value)
        kept = self.cipher.encrypted(record_id, outcome.value) if self.cipher else outcome.value
        old = treatment.old
        is_remarked = old is not None and old.searchable != treatment.new.searchable
        return kept, before != after or ((is_elsewhere or is_remarked) and after is not None)


def _row(work: Sequence[_Column], record_id: str, before: Row) -> dict[str, Value] | None:
    """What to write to a record; None where that is nothing."""
    moved = {each.target: each.move(record_id, before) for each in work}
    if not any(is_new for _, is_new in moved.values()):
        return None
    return {"held_key": record_id, **{target: value for target, (value, _) in moved.items()}}
