"""A run as the row that waits, and the row as the run that goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relasi.platform.query import Row
from relasi.records.actor import Actor, Source
from relasi.records.work import Work
from relasi.schema.model import Workflow
from relasi.store.runs import Run
from relasi.workflows.actions.base import Conductor, Running
from relasi.workflows.programs import Program

BEGINS = ("start", "turn")
"""What a run waits for that has taken no step yet."""


def row_of(running: Running, program: Program, body: str, *, parent: str | None) -> Run:
    """A run that stands before the first step of a body."""
    work, workflow = running.work, running.workflow
    old = None
    if running.old is not None and program.uses_old:
        own = {field.name for field in work.entity(running.entity).own_fields}
        old = running.dumped(running.entity, {name: running.old[name] for name in own})
    return Run(
        id=running.id,
        workflow=workflow.name,
        version=workflow.version,
        entity=running.entity,
        record_id=running.record_id,
        body=body,
        position=program.first[body],
        status="waiting",
        waiting_for="start",
        due_at=None,
        started=work.now,
        since=work.now,
        actor={"user": work.actor.user_id, "chain": list(work.chain)},
        old=old,
        outer_id=running.outer_id,
        parent=parent,
    )


def running_of(run: Run, workflow: Workflow, work: Work, conductor: Conductor) -> Running:
    """The run as it goes on: as the same rule on behalf of the same person, with the same budget."""
    actor = Actor(run.actor["user"], frozenset(), Source.RULE).as_rule(run.workflow, run.version)
    acting = replace(work, actor=actor, chain=tuple(run.actor["chain"]), ran={})
    return Running(
        run.id,
        acting,
        workflow,
        run.entity,
        run.record_id,
        conductor,
        old=None if run.old is None else _loaded(work, run.entity, run.old),
        outer_id=run.outer_id,
        since=None if run.waiting_for in BEGINS else run.since,
        cursor=run.cursor,
    )


def _loaded(work: Work, entity: str, dumped: Any) -> Row:  # Any: JSON
    fields = work.entity(entity).fields
    known = {name: value for name, value in dumped.items() if name in fields}
    return {name: fields[name].type.accept(_frozen(value)) for name, value in known.items()}


def _frozen(value: Any) -> Any:  # Any: JSON
    return tuple(value) if isinstance(value, list) else value
