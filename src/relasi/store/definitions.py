"""Definitions that runs in flight still go by: each run ends on the one that it began with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, select, union_all

import relasi.store.runs
import relasi.store.traces  # noqa: F401  # makes the tables of the runs and of the traces
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, adding
from relasi.store.telling import silent

_TABLE = Table(
    "relasi_definition",
    METADATA,
    Column("workflow", TEXT, primary_key=True),
    Column("version", TEXT, primary_key=True),
    Column("document", DOCUMENT, nullable=False),
    Column("at", MOMENT, nullable=False),
    info=silent("it has what an author wrote"),
)

_RUN, _TRACE = METADATA.tables["relasi_run"], METADATA.tables["relasi_trace"]
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

    def unused(self, before: datetime, current: Collection[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Those kept before that moment by which no run goes, and of which no trace tells; `current` are
        never among them."""
        query = select(_TABLE.c.workflow, _TABLE.c.version).where(_TABLE.c.at < before)
        past = [(row.workflow, row.version) for row in self._connection.execute(query)]
        return tuple(each for each in past if each not in current and not self._is_used(*each))

    def drop(self, workflow: str, version: str) -> None:
        known = (_TABLE.c.workflow == workflow, _TABLE.c.version == version)
        self._connection.execute(delete(_TABLE).where(*known))

    def _is_used(self, workflow: str, version: str) -> bool:
        query = union_all(
            select(_RUN.c.id).where(_RUN.c.workflow == workflow, _RUN.c.version == version),
            select(_TRACE.c.id).where(_TRACE.c.workflow == workflow, _TRACE.c.workflow_version == version),
        )
        return self._connection.execute(query.limit(1)).first() is not None
