"""Traces of rules: why a workflow ran on a record, or why it did not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Index, Table, bindparam, delete, exists, insert, select, update

import relasi.store.runs  # noqa: F401  # makes the table of the runs
from relasi.store.columns import DOCUMENT, METADATA, MOMENT, TEXT, first_id, row_of
from relasi.store.telling import telling

Outcome = Literal["ran", "condition_false", "failed", "already_ran", "stopped", "waiting", "cancelled"]
"""waiting: it ran up to a step that waits, and will go on; cancelled: it had waited, and never went on."""

_IDLE = ("condition_false", "already_ran")
"""Outcomes that say the same again and again; only the newest of a workflow and a record is kept."""

_OVER = ("ran", "cancelled", "stopped", "failed")
"""Outcomes of runs that may have ended; of one that failed only where no run is kept to be tried again."""

_RUN = METADATA.tables["relasi_run"]

_TABLE = Table(
    "relasi_trace",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("workflow", TEXT, nullable=False),
    Column("workflow_version", TEXT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("change_id", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("condition", DOCUMENT),
    Column("steps", DOCUMENT, nullable=False),
    Column("error", DOCUMENT),
    Column("part_of", TEXT),
    Index(None, "record_id", "workflow", "outcome"),
    info=telling(
        "record_id",
        texts=("condition", "steps", "error"),
        leaves={"condition": None, "steps": [], "error": None},
    ),
)

_INSERT = insert(_TABLE)
_STEPS = select(_TABLE.c.steps).where(_TABLE.c.id == bindparam("of_trace"))
_EXTEND = update(_TABLE).where(_TABLE.c.id == bindparam("of_trace"))
_RAN = select(_TABLE.c.record_id).where(
    _TABLE.c.workflow == bindparam("of_workflow"),
    _TABLE.c.outcome.in_(("ran", "waiting")),
    _TABLE.c.part_of.is_(None),
    _TABLE.c.record_id.in_(bindparam("of_records", expanding=True)),
)
_FORGET = delete(_TABLE).where(
    _TABLE.c.record_id == bindparam("of_record"),
    _TABLE.c.workflow == bindparam("of_workflow"),
    _TABLE.c.outcome == bindparam("with_outcome"),
)


@dataclass(frozen=True, slots=True)
class Trace:
    """One look of a rule at a record, after the change `change_id`.

    `condition` is the tree of what each part of the condition answered, `steps` one entry per step that ran,
    `error` what then went wrong, in every language. `part_of` is the run of a rule on another record, a step
    of which came to this one.
    """

    id: str
    at: datetime
    workflow: str
    workflow_version: str
    entity: str
    record_id: str
    change_id: str
    outcome: Outcome
    condition: Any = None  # Any: JSON
    steps: Sequence[Any] = ()  # Any: JSON
    error: Mapping[str, str] | None = None
    part_of: str | None = None


class Traces:
    """The traces inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, traces: Sequence[Trace]) -> None:
        """A trace of a rule that did not run takes the place of the one before with the same outcome."""
        idle = [
            {"of_record": each.record_id, "of_workflow": each.workflow, "with_outcome": each.outcome}
            for each in traces
            if each.outcome in _IDLE
        ]
        if idle:
            self._connection.execute(_FORGET, idle)
        if traces:
            self._connection.execute(_INSERT, [row_of(_TABLE, each) for each in traces])

    def get(self, trace_id: str) -> Trace | None:
        row = self._connection.execute(select(_TABLE).where(_TABLE.c.id == trace_id)).one_or_none()
        return None if row is None else Trace(**row._mapping)

    def extend(
        self,
        trace_id: str,
        outcome: Outcome,
        steps: Sequence[Any],  # Any: JSON
        error: Mapping[str, str] | None = None,
    ) -> None:
        """Tells what became of a run that had waited, and which steps it took since."""
        taken = self._connection.scalars(_STEPS, {"of_trace": trace_id}).one_or_none()
        if taken is not None:
            values = {"outcome": outcome, "steps": [*taken, *steps], "error": error}
            self._connection.execute(_EXTEND, {"of_trace": trace_id, **values})

    def of(self, entity: str, record_id: str, *, limit: int = 100) -> tuple[Trace, ...]:
        """The traces of a record, newest first."""
        query = (
            select(_TABLE)
            .where(_TABLE.c.entity == entity, _TABLE.c.record_id == record_id)
            .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
            .limit(limit)
        )
        return tuple(Trace(**row._mapping) for row in self._connection.execute(query))

    def named(self, ids: Collection[str]) -> dict[str, Trace]:
        """Those with these ids."""
        query = select(_TABLE).where(_TABLE.c.id.in_(ids))
        found = (Trace(**row._mapping) for row in self._connection.execute(query))
        return {each.id: each for each in found}

    def ended(
        self,
        *,
        workflow: str | None = None,
        entity: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        after: Trace | None = None,
    ) -> tuple[Trace, ...]:
        """Those of runs that are over, the last to begin first; `after` is the last of the page before."""
        query = select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)
        query = query.where(_TABLE.c.outcome.in_(_OVER), _TABLE.c.part_of.is_(None))
        query = query.where(~exists().where(_RUN.c.id == _TABLE.c.id))
        if workflow is not None:
            query = query.where(_TABLE.c.workflow == workflow)
        if entity is not None:
            query = query.where(_TABLE.c.entity == entity)
        if since is not None:
            query = query.where(_TABLE.c.at >= since)
        if after is not None:
            query = query.where(_TABLE.c.id < after.id)
        return tuple(Trace(**row._mapping) for row in self._connection.execute(query))

    def since(self, moment: datetime, workflow: str | None = None) -> tuple[Trace, ...]:
        """What rules, or one of them, did from then on, in the order of time."""
        query = select(_TABLE).where(_TABLE.c.at >= moment).order_by(_TABLE.c.at, _TABLE.c.id)
        if workflow is not None:
            query = query.where(_TABLE.c.workflow == workflow)
        return tuple(Trace(**row._mapping) for row in self._connection.execute(query))

    def old(
        self, before: datetime, *, besides: Collection[str], after: str, limit: int
    ) -> tuple[tuple[str, bool], ...]:
        """Some of those behind the id `after` that began earlier, by their ids, each with whether it was over
        by then, too; none of runs in flight, and none of the workflows `besides`."""
        query = select(_TABLE.c.id, _TABLE.c.steps)
        query = query.where(_TABLE.c.id > after, _TABLE.c.id < first_id(before), _TABLE.c.at < before)
        query = query.where(_TABLE.c.outcome.in_(_OVER + _IDLE), _TABLE.c.workflow.not_in(besides))
        query = query.where(~exists().where(_RUN.c.id.in_([_TABLE.c.id, _TABLE.c.part_of])))
        rows = self._connection.execute(query.order_by(_TABLE.c.id).limit(limit))
        return tuple((row.id, _last_step(row.steps) < before.isoformat()) for row in rows)

    def remove(self, ids: Collection[str]) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(ids)))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))

    def has_run(self, workflow: str, record_ids: Collection[str]) -> set[str]:
        """Those of the records on which the workflow ran, whichever version of it."""
        if not record_ids:
            return set()
        asked = {"of_workflow": workflow, "of_records": list(record_ids)}
        return set(self._connection.scalars(_RAN, asked))


def _last_step(steps: Sequence[Any]) -> str:  # Any: JSON
    """When a run last went on after a wait, as ISO 8601 in UTC; "" where it never waited."""
    return max((str(step.get("at", "")) for step in steps), default="")
