"""The statements that every write uses, built once for each table: building costs more than running them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, Update, bindparam, delete, insert, select, update

from relasi.platform.sql.bykeys import ByKeys
from relasi.platform.sql.rollups import RollupStatement
from relasi.platform.sql.tables import KEY, VERSION, Tables
from relasi.schema.derivations import Rollup
from relasi.schema.model import Model


class Prebuilt:
    """Writes are bound to `held_key` and `held_version`, and to the names of the fields.

    `rollups` has those of the entity by the name of the field.
    """

    def __init__(self, table: Table, rollups: Mapping[str, RollupStatement]) -> None:
        key = table.columns[KEY]
        held = (key == bindparam("held_key"), table.columns[VERSION] == bindparam("held_version"))
        self.by_ids = ByKeys(key, select(table).where)
        # Whoever links to a row holds its key until they are done: two who did, and want its totals, must not
        # wait for each other.
        self.held = ByKeys(key, select(table).order_by(key).with_for_update(key_share=True).where)
        self.existing = ByKeys(key, select(key).where)
        self.insert = insert(table)
        self.delete = delete(table).where(*held)
        self._update = update(table).where(*held)
        self.rollups = rollups
        self._updates: dict[frozenset[str], Update] = {}
        self._put = update(table).where(key == bindparam("held_key"))
        self._puts: dict[frozenset[str], Update] = {}

    def update(self, names: frozenset[str]) -> Update:
        """Sets these fields, and the version."""
        if names not in self._updates:
            self._updates[names] = self._update.values({name: bindparam(name) for name in (*names, VERSION)})
        return self._updates[names]

    def put(self, names: frozenset[str]) -> Update:
        """Sets these fields and nothing else."""
        if names not in self._puts:
            self._puts[names] = self._put.values({name: bindparam(name) for name in names})
        return self._puts[names]


def prebuilt(model: Model, tables: Tables, *, is_sqlite: bool) -> dict[str, Prebuilt]:
    """Those of every entity."""
    zone = model.settings.zone
    return {
        name: Prebuilt(
            tables.table(name),
            {
                field.name: RollupStatement(name, field.derivation, tables, zone, is_sqlite=is_sqlite)
                for field in entity.own_fields
                if isinstance(field.derivation, Rollup)
            },
        )
        for name, entity in model.entities.items()
    }
