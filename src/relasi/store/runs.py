"""Runs in flight: workflows that wait, and those that failed on the way. What they did is in their traces.

A run that has ended leaves no row here, so looking for what is due costs one look into an index.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Row, Table, bindparam, delete, func, insert, select, update

from relasi.store.columns import DOCUMENT, METADATA, MOMENT, NUMBER, TEXT, putting, row_of
from relasi.store.telling import silent, telling

RunStatus = Literal["waiting", "queued", "failed"]
"""queued: until an earlier run of the workflow on the same record has ended; failed: until somebody tries it
again or cancels it."""

_TABLE = Table(
    "relasi_run",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("workflow", TEXT, nullable=False),
    Column("version", TEXT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("outer_id", TEXT),
    Column("body", TEXT, nullable=False),
    Column("position", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("waiting_for", TEXT, nullable=False),
    Column("due_at", MOMENT),
    Column("woken", TEXT),
    Column("since", MOMENT, nullable=False),
    Column("actor", DOCUMENT, nullable=False),
    Column("old", DOCUMENT),
    Column("attempts", NUMBER, nullable=False),
    Column("error", DOCUMENT),
    Column("failed_at", TEXT),
    Column("parent", TEXT),
    Column("started", MOMENT, nullable=False),
    Column("cursor", DOCUMENT),
    Index(None, "due_at", "id"),
    Index(None, "record_id", "workflow"),
    Index(None, "workflow", "version"),
    Index(None, "status", "started"),
    Index(None, "parent"),
    info=telling("record_id", texts=("old", "error"), leaves={"old": None, "error": None}),
)

_WATCH = Table(
    "relasi_watch",
    METADATA,
    Column("run_id", TEXT, primary_key=True),
    Column("record_id", TEXT, primary_key=True, index=True),
    Column("entity", TEXT, primary_key=True),
    info=silent("it has ids, and goes with its run"),
)

_DUE = select(_TABLE.c.id).where(_TABLE.c.due_at <= bindparam("now")).limit(1)
_WATCHED = select(_WATCH.c.run_id).where(
    _WATCH.c.record_id.in_(bindparam("of_records", expanding=True)), _WATCH.c.entity == bindparam("of_entity")
)
_WATCHED_ONE = select(_WATCH.c.run_id).where(
    _WATCH.c.record_id == bindparam("of_record"), _WATCH.c.entity == bindparam("of_entity")
)
_WATCHING = select(_TABLE).where(
    _TABLE.c.id.in_(bindparam("of_runs", expanding=True)), _TABLE.c.woken.is_(None)
)
_PUT = putting(_TABLE)
_GET = select(_TABLE).where(_TABLE.c.id == bindparam("of_run"))
_REMOVE = delete(_TABLE).where(_TABLE.c.id == bindparam("of_run"))
_UNWATCH = delete(_WATCH).where(_WATCH.c.run_id == bindparam("of_run"))
_OF = select(_TABLE).where(
    _TABLE.c.record_id == bindparam("of_record"),
    _TABLE.c.workflow == bindparam("of_workflow"),
    _TABLE.c.outer_id.is_(None),
)
_OF = _OF.order_by(_TABLE.c.started, _TABLE.c.id)


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow on its way. `id` is that of its trace, too.

    `body` is the path of the list of steps that it goes through, `position` the step at which it stands.
    `waiting_for` says in a word what for, `since` since when, `woken` what ended the wait.
    It is due at `due_at`; None where only something else than time brings it on. `actor` is who began it,
    with the rules in between; `old` the record before the change that did. `outer_id` is the record of the
    rule where this run is about another one that a step came to. `parent` is the run that waits for this one.
    `error` is what went wrong, at the step `failed_at`. `cursor` is how far the step at `position` has come.
    """

    id: str
    workflow: str
    version: str
    entity: str
    record_id: str
    body: str
    position: str
    status: RunStatus
    waiting_for: str
    due_at: datetime | None
    started: datetime
    since: datetime
    actor: Mapping[str, Any]  # Any: JSON
    woken: str | None = None
    old: Mapping[str, Any] | None = None  # Any: JSON
    outer_id: str | None = None
    attempts: int = 0
    error: Mapping[str, str] | None = None
    failed_at: str | None = None
    parent: str | None = None
    cursor: Mapping[str, Any] | None = None  # Any: JSON


class Runs:
    """The runs in flight inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, run: Run, watched: Collection[tuple[str, str]] = ()) -> None:
        """Keeps a run as it is now, and the records (entity, id) whose changes may bring it on."""
        self._connection.execute(_PUT, row_of(_TABLE, run))
        self._connection.execute(_UNWATCH, {"of_run": run.id})
        self._watch(run.id, watched)

    def remove(self, run_id: str) -> None:
        """The run has ended."""
        if self._connection.execute(_REMOVE, {"of_run": run_id}).rowcount:
            self._connection.execute(_UNWATCH, {"of_run": run_id})

    def get(self, run_id: str, *, hold: bool = False) -> Run | None:
        """A run on `hold` is changed by nobody else before the transaction ends."""
        query = _GET.with_for_update() if hold else _GET
        row = self._connection.execute(query, {"of_run": run_id}).one_or_none()
        return None if row is None else _run(row)

    def claim(self, now: datetime, limit: int) -> tuple[Run, ...]:
        """Runs that are due, the longest due first, for this transaction alone: who claims at the same time
        gets others."""
        query = (
            select(_TABLE)
            .where(_TABLE.c.due_at <= now)
            .order_by(_TABLE.c.due_at, _TABLE.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self._runs(query)

    def any_due(self, now: datetime) -> bool:
        """Whether it is worth claiming: a look that needs no lock."""
        return self._connection.execute(_DUE, {"now": now}).first() is not None

    def watching(self, entity: str, record_ids: Collection[str]) -> tuple[Run, ...]:
        """Runs that wait for something which these records may have brought about, on hold: who brings one of
        them on at this moment is waited for, and it is only given if it still waits for that."""
        found = self._watching(entity, record_ids)
        if not found:
            return ()
        runs = self._runs(_WATCHING.order_by(_TABLE.c.id).with_for_update(), {"of_runs": found})
        still = set(self._watching(entity, record_ids))
        return tuple(run for run in runs if run.id in still)

    def _watching(self, entity: str, record_ids: Collection[str]) -> Sequence[str]:
        if len(record_ids) == 1:  # asked with every single write, so it has to cost little
            one = {"of_entity": entity, "of_record": next(iter(record_ids))}
            return self._connection.scalars(_WATCHED_ONE, one).all()
        many = {"of_entity": entity, "of_records": list(record_ids)}
        return self._connection.scalars(_WATCHED, many).all()

    def wake(self, run_id: str, now: datetime, why: str) -> None:
        """Makes a waiting run due, whatever it waits for."""
        waiting = update(_TABLE).where(_TABLE.c.id == run_id, _TABLE.c.status != "failed")
        self._connection.execute(waiting.values(status="waiting", due_at=now, woken=why))

    def watched(self, run_id: str) -> tuple[tuple[str, str], ...]:
        """The records, with their entities, whose changes may bring a run on."""
        query = select(_WATCH.c.entity, _WATCH.c.record_id).where(_WATCH.c.run_id == run_id)
        return tuple((row.entity, row.record_id) for row in self._connection.execute(query))

    def of(self, workflow: str, record_id: str) -> tuple[Run, ...]:
        """Those of a workflow on a record, the oldest first; runs on records that a step came to are parts of
        others and do not count."""
        return self._runs(_OF, {"of_record": record_id, "of_workflow": workflow})

    def on(self, record_ids: Collection[str]) -> tuple[Run, ...]:
        """All runs on these records."""
        return self._runs(select(_TABLE).where(_TABLE.c.record_id.in_(record_ids)).order_by(_TABLE.c.id))

    def hand_over(self, run_ids: Collection[str], entity: str, record_id: str) -> None:
        """Those of the runs that are still on their way go on with another record of the entity."""
        led = {"record_id": record_id}
        for table, key in ((_TABLE, _TABLE.c.id), (_WATCH, _WATCH.c.run_id)):
            where = (key.in_(run_ids), table.c.entity == entity)
            if run_ids:
                self._connection.execute(update(table).where(*where).values(led))

    def children(self, run_id: str) -> tuple[Run, ...]:
        """The runs for which this one waits."""
        return self._runs(select(_TABLE).where(_TABLE.c.parent == run_id).order_by(_TABLE.c.id))

    def list(
        self,
        *,
        status: Sequence[RunStatus] = (),
        workflow: str | None = None,
        entity: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        after: Run | None = None,
    ) -> tuple[Run, ...]:
        """Newest first; `after` is the last run of the page before. `since` is when they began."""
        query = select(_TABLE).order_by(_TABLE.c.started.desc(), _TABLE.c.id.desc()).limit(limit)
        if workflow is not None:
            query = query.where(_TABLE.c.workflow == workflow)
        if entity is not None:
            query = query.where(_TABLE.c.entity == entity)
        if since is not None:
            query = query.where(_TABLE.c.started >= since)
        if after is not None:
            earlier = (_TABLE.c.started == after.started) & (_TABLE.c.id < after.id)
            query = query.where(_TABLE.c.started <= after.started)  # by the index
            query = query.where((_TABLE.c.started < after.started) | earlier)
        if not status:
            return self._runs(query)
        found = [run for each in status for run in self._runs(query.where(_TABLE.c.status == each))]
        found.sort(key=lambda run: (run.started, run.id), reverse=True)
        return tuple(found[:limit])

    def failed(self, *, limit: int = 50, after: Run | None = None) -> tuple[Run, ...]:
        """What waits for a person, newest first."""
        return self.list(status=("failed",), limit=limit, after=after)

    def tally(self) -> dict[RunStatus, int]:
        query = select(_TABLE.c.status, func.count()).group_by(_TABLE.c.status)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def count_failed(self, at_most: int) -> int:
        """How many failed; of more than `at_most`, so many."""
        first = select(_TABLE.c.status).where(_TABLE.c.status == "failed").limit(at_most).subquery()
        return self._connection.scalars(select(func.count()).select_from(first)).one()

    def counts(self) -> dict[tuple[str, str], int]:
        """How many runs there are of each workflow and version."""
        query = select(_TABLE.c.workflow, _TABLE.c.version, func.count())
        grouped = query.group_by(_TABLE.c.workflow, _TABLE.c.version)
        return {(workflow, version): count for workflow, version, count in self._connection.execute(grouped)}

    def of_version(self, workflow: str, version: str) -> tuple[Run, ...]:
        """All runs of one definition."""
        query = select(_TABLE).where(_TABLE.c.workflow == workflow, _TABLE.c.version == version)
        return self._runs(query.order_by(_TABLE.c.id))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        for table in (_TABLE, _WATCH):
            self._connection.execute(update(table).where(table.c.entity == entity).values(entity=new))

    def _watch(self, run_id: str, watched: Collection[tuple[str, str]]) -> None:
        rows = [{"run_id": run_id, "entity": entity, "record_id": key} for entity, key in sorted(watched)]
        if rows:
            self._connection.execute(insert(_WATCH), rows)

    def _runs(
        self, query: Any, values: Mapping[str, Any] | None = None
    ) -> tuple[Run, ...]:  # Any: SQLAlchemy's
        return tuple(_run(row) for row in self._connection.execute(query, values or {}))


def _run(row: Row[Any]) -> Run:
    return Run(**row._mapping)
