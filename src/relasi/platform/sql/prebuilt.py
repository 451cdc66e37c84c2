"""The statements that every write uses, built once for each table: building costs more than running them."""

from __future__ import annotations

from sqlalchemy import Table, Update, bindparam, delete, insert, select, update

from relasi.platform.sql.tables import KEY, VERSION


class Prebuilt:
    """Bound to `ids`, or to `held_key` and `held_version`, and to the names of the fields."""

    def __init__(self, table: Table) -> None:
        held = (
            table.columns[KEY] == bindparam("held_key"),
            table.columns[VERSION] == bindparam("held_version"),
        )
        among = table.columns[KEY].in_(bindparam("ids", expanding=True))
        self.by_ids = select(table).where(among)
        self.existing = select(table.columns[KEY]).where(among)
        self.insert = insert(table)
        self.delete = delete(table).where(*held)
        self._update = update(table).where(*held)
        self._updates: dict[frozenset[str], Update] = {}

    def update(self, names: frozenset[str]) -> Update:
        """Sets these fields, and the version."""
        if names not in self._updates:
            self._updates[names] = self._update.values({name: bindparam(name) for name in (*names, VERSION)})
        return self._updates[names]
