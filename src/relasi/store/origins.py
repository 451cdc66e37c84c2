"""Through which channels records came, as the audit log tells."""

from __future__ import annotations

from sqlalchemy import Connection, column, select, table

_CHANGE = table("relasi_change", *map(column, ("entity", "record_id", "kind", "source")))


class Origins:
    """What is known inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sources(self) -> set[str]:
        """All channels that anything came through."""
        return set(self._connection.scalars(select(_CHANGE.c.source).distinct()))

    def brought(self, source: str) -> dict[str, list[str]]:
        """The ids of the records that came through one, by entity, in the order in which they were made."""
        ours = select(_CHANGE.c.entity, _CHANGE.c.record_id).where(
            _CHANGE.c.kind == "created", _CHANGE.c.source == source
        )
        found: dict[str, list[str]] = {}
        for entity, key in self._connection.execute(ours.order_by(_CHANGE.c.record_id)):
            found.setdefault(entity, []).append(key)
        return found
