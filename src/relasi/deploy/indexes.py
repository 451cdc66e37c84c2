"""The indexes of tables that change: those that cannot stay go first, what is missing comes last."""

from __future__ import annotations

from alembic.operations import Operations

from relasi.deploy.ground import Ground
from relasi.deploy.structure import HeldTable, Index
from relasi.platform.sql.naming import index_name

_NOTHING = HeldTable({}, "")


class Indexes:
    def __init__(self, ground: Ground, operations: Operations) -> None:
        self._ground = ground
        self._operations = operations
        self._staying: dict[str, set[Index]] = {name: set() for name in ground.wanted}
        for name, table in ground.held.items():
            if name in ground.wanted:
                self._staying[name] |= {each for each in table.indexes if self._stays(name, table, each)}

    def drop(self) -> None:
        """While tables and columns still go by their old names."""
        for name, staying in self._staying.items():
            held = self._ground.held.get(name, _NOTHING)
            for index in held.indexes - staying:
                columns = [held.columns[each].source for each in index.columns]
                title = index_name(held.source, columns, unique=index.unique)
                self._operations.drop_index(title, held.source)

    def create(self) -> None:
        for name, staying in self._staying.items():
            for index in sorted(self._ground.wanted[name].indexes - staying):
                title = index_name(name, index.columns, unique=index.unique)
                self._operations.create_index(title, name, list(index.columns), unique=index.unique)

    def _stays(self, name: str, table: HeldTable, index: Index) -> bool:
        """Whether it is wanted, goes by its name, and none of its columns is made anew."""
        if table.source != name or index not in self._ground.wanted[name].indexes:
            return False
        wanted = self._ground.wanted[name].columns
        held = [(each, table.columns[each]) for each in index.columns]
        return all(
            column.source == each and column.declared == wanted[each].declared for each, column in held
        )
