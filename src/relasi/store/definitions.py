"""Definitions that runs in flight still go by: each run ends on the one that it began with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, select

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, adding

_TABLE = Table(
    "relasi_definition",
    METADATA,
    Column("workflow", TEXT, primary_key=True),
    Column("version", TEXT, primary_key=True),
    Column("document", DOCUMENT, nullable=False),
    Column("at", MOMENT, nullable=False),
)

_ADD = adding(_TABLE)
_KNOWN = select(_TABLE.c.version).where(
    _TABLE.c.workflow == bindparam("of_workflow"), _TABLE.c.version == bindparam("of_version")
)


class Definitions:
    """The kept definitions inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, workflow: str, version: str, document: Any, now: datetime) -> None:  # Any: plain YAML
        """Keeps a definition; it never changes, so that doing it again is harmless."""
        known = {"of_workflow": workflow, "of_version": version}
        if self._connection.execute(_KNOWN, known).first() is None:
            row = {"workflow": workflow, "version": version, "document": document, "at": now}
            self._connection.execute(_ADD, row)

    def get(self, workflow: str, version: str) -> Any | None:  # Any: plain YAML
        """The document as its author wrote it; None where no run ever needed it."""
        query = select(_TABLE.c.document).where(_TABLE.c.workflow == workflow, _TABLE.c.version == version)
        return self._connection.scalars(query).one_or_none()

    def drop(self, workflow: str, version: str) -> None:
        known = (_TABLE.c.workflow == workflow, _TABLE.c.version == version)
        self._connection.execute(delete(_TABLE).where(*known))
