"""Runs in flight when a workflow changes: they end on the definition that they began with, or go over to the
new one as its author says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from relasi.deploy.changes import RunsInFlight
from relasi.schema.model import InFlight, Model, Step, Workflow, walk
from relasi.store.runs import Run
from relasi.store.session import Session


def runs_in_flight(model: Model, store: Session) -> Iterator[RunsInFlight]:
    """One for each older definition that runs go by."""
    for (name, version), count in store.runs.counts().items():
        workflow = model.workflows.get(name)
        if workflow is None:
            yield RunsInFlight(name, version, "gone", count)
        elif workflow.version != version:
            yield _of_changed(workflow, store, version, count)


def _of_changed(workflow: Workflow, store: Session, version: str, count: int) -> RunsInFlight:
    name = workflow.name
    if workflow.in_flight is InFlight.RESTART:
        return RunsInFlight(name, version, "restart", count)
    if workflow.in_flight is InFlight.MAP:
        document = store.definitions.get(name, version)
        runs = store.runs.of_version(name, version)
        left = sum(_new_place(workflow, document, run) is None for run in runs)
        if left < count:
            return RunsInFlight(name, version, "map", count, left)
    return RunsInFlight(name, version, "finish", count)


def take_over(model: Model, store: Session, change: RunsInFlight, now: datetime) -> None:
    """Brings the runs over to the new definition, as the change says."""
    workflow = model.workflows[change.table]
    document = store.definitions.get(change.table, change.version)
    for run in store.runs.of_version(change.table, change.version):
        if change.how == InFlight.RESTART.value:
            _restart(workflow, store, run, now)
        elif place := _new_place(workflow, document, run):
            step = next(each for each in walk(workflow.steps) if each.path == place)
            _move(workflow, store, run, step, now)
    store.definitions.keep(workflow.name, workflow.version, workflow.document, now)


def _restart(workflow: Workflow, store: Session, run: Run, now: datetime) -> None:
    """Begins anew; what steps had come to on other records begins with it."""
    if run.outer_id is not None:
        store.runs.remove(run.id)
        store.traces.extend(run.id, "cancelled", [_said("cancel", run, now, why="changed")])
        return
    first = workflow.steps[0].path
    queued = run.status == "queued"
    store.runs.put(
        replace(
            run,
            version=workflow.version,
            body="do",
            position=first,
            status=run.status if queued else "waiting",
            waiting_for="turn" if queued else "start",
            due_at=None if queued else now,
            woken=None,
            error=None,
            failed_at=None,
        )
    )
    store.traces.extend(run.id, "waiting", [_said("begin anew", run, now)])


def _move(workflow: Workflow, store: Session, run: Run, step: Step, now: datetime) -> None:
    """Goes on at a step of the new definition: still waiting there, or with the step itself."""
    moved = replace(run, version=workflow.version, position=step.path, body=step.path.rpartition(".")[0])
    if not step.may_pause and run.status == "waiting":
        moved = replace(moved, waiting_for="start", due_at=now, woken=None)
    store.runs.put(moved, store.runs.watched(run.id))
    store.traces.extend(
        run.id, "failed" if run.status == "failed" else "waiting", [_said("go over", run, now)]
    )


def _new_place(workflow: Workflow, document: Any, run: Run) -> str | None:  # Any: plain YAML
    """The path at which a run goes on: where its author says, else at the step of the same name."""
    name = _name_of(document, run.position)
    for old in filter(None, (run.position, name)):
        if old in workflow.moved_steps:
            return workflow.moved_steps[old]
    return next((each.path for each in walk(workflow.steps) if name and each.name == name), None)


def _name_of(document: Any, path: str) -> str | None:  # Any: plain YAML
    """What the author of an older definition called a step."""
    part = document
    for key in path.split("."):
        try:
            part = part[int(key) if key.isdigit() else key]
        except (KeyError, IndexError, TypeError):
            return None
    name = part.get("name") if isinstance(part, Mapping) else None
    return str(name) if name else None


def _said(step: str, run: Run, now: datetime, **more: str) -> dict[str, Any]:  # Any: JSON
    return {"step": step, "path": run.position, "at": now.isoformat(), **more}
