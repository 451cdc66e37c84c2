"""The tables of a Model: one per entity, one column per field. Engine tables are the store's."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, ForeignKey, Index, MetaData, Table

from relasi.platform.keyring import KEYLESS, Keyring
from relasi.platform.sql.ciphers import Ciphers, ciphers_of
from relasi.platform.sql.naming import CONVENTION, index_name
from relasi.platform.sql.values import Stored
from relasi.schema.expressions.types import User
from relasi.schema.fields.base import Storage
from relasi.schema.model import Entity, Field, Model

KEY = "id"
VERSION = "version"
_CREATED = "created_at"
_NONE: Ciphers = {}
NEVER_EMPTY = (KEY, VERSION, _CREATED, "updated_at")


class Tables:
    """The tables by entity. Whether they exist in a database is `deploy`'s to know; `keyring` is what reads
    encrypted fields in them."""

    def __init__(self, model: Model, keyring: Keyring = KEYLESS) -> None:
        self._model = model
        self._ciphers = ciphers_of(model, keyring)
        self.metadata = MetaData(naming_convention=CONVENTION)
        self._tables = {name: _table(entity, self.metadata) for name, entity in model.entities.items()}

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables.values())

    def table(self, entity: str) -> Table:
        return self._tables[entity]

    def ciphers(self, entity: str) -> Ciphers:
        """Those of its encrypted fields."""
        return self._ciphers.get(entity, _NONE)

    def targets(self, entity: str, field: str) -> tuple[str, ...]:
        """The entities that the field may link to."""
        return self._model.entities[entity].fields[field].links_to

    def storage(self, entity: str, field: str) -> Storage:
        stored = self._tables[entity].columns[field].type
        assert isinstance(stored, Stored)
        return stored.storage


def _table(entity: Entity, metadata: MetaData) -> Table:
    fields = sorted(entity.fields.values(), key=lambda field: field.name != KEY)
    table = Table(entity.name, metadata, *(_column(field) for field in fields))
    for field in fields:
        if field.name == KEY:
            continue
        if field.type.unique:
            _add_index(table, (field.name,), unique=True)
        elif _is_looked_up(field):
            _add_index(table, (field.name, KEY), unique=False)
    for together in entity.indexes:
        columns = (*together, KEY)
        if all(columns != tuple(index.columns.keys()) for index in table.indexes):
            _add_index(table, columns, unique=False)
    for together in entity.unique_together:
        _add_index(table, together, unique=True)
    return table


def _column(field: Field) -> Column[object]:
    targets = field.links_to
    is_kept_right = field.computed  # by what it is made of, also while that is changing
    references = [ForeignKey(f"{targets[0]}.{KEY}")] if len(targets) == 1 and not is_kept_right else []
    return Column(
        field.name,
        Stored(field.type.kept_as),
        *references,
        primary_key=field.name == KEY,
        nullable=field.name not in NEVER_EMPTY,
    )


def _is_looked_up(field: Field) -> bool:
    """Fields that lists are filtered or sorted by; `id` stands behind each of them, as in the order of every
    page."""
    if field.system:
        return field.name == _CREATED
    return field.type.index or bool(field.links_to) or isinstance(field.type.expression_type(), User)


def _add_index(table: Table, columns: tuple[str, ...], *, unique: bool) -> None:
    Index(
        index_name(table.name, columns, unique=unique),
        *(table.columns[each] for each in columns),
        unique=unique,
    )
