"""`relasi explain rule` and `run`: the stored trace, what a condition answers now, where a run stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.cli.triggering import waited
from relasi.diagnostics import nearest
from relasi.platform.query import Query, Row
from relasi.records import Source, Work
from relasi.runtime import engine_actor
from relasi.schema.expressions import trace
from relasi.schema.model import Entity, Model, Workflow
from relasi.store.runs import Run
from relasi.store.traces import Trace
from relasi.texts import FALLBACK

_OUTCOMES = {
    "ran": "ran",
    "condition_false": "did not run: its condition was false",
    "already_ran": "did not run again: it runs once per record",
    "failed": "failed, and what it had done was taken back",
    "stopped": "was stopped: rules kept triggering each other",
    "waiting": "ran up to a step that waits, and will go on",
    "cancelled": "was ended before its time",
}


def explain_rule(root: Path, name: str, record: str | None, *, as_json: bool) -> None:
    with opened(root) as crm:
        workflow = find_workflow(crm.model, name)
        with crm.records.work(engine_actor(Source.CLI), write=False) as work:
            row = _looked_at(work, workflow, record)
            key = row.get("id", "")
            traces = work.store.traces.of(workflow.entity, key, limit=1000)
            runs = work.store.runs.of(name, key)
            situation = work.situation(row)
            now = None
            if workflow.condition is not None and not workflow.condition.uses_old:
                now = trace(workflow.condition, situation).to_json()
            begun_by = waited(work, workflow, row)
    found = next((each for each in traces if each.workflow == name), None)
    if as_json:
        terminal.as_json(
            {
                "workflow": name,
                "record": key,
                "trace": found and asdict(found),
                "runs": [asdict(run) for run in runs],
                "now": now,
                "triggers": [asdict(each) for each in begun_by],
            }
        )
        return
    if found is None:
        say(("It has never looked at this record." if key else "It has never begun.", "bold"))
    else:
        tell_trace(found)
    for run in runs:
        say("Run ", (run.id, "bold"), f": it {_standing(run)}")
    for each in begun_by:
        say("It waits for ", (each.waits_for, "bold"), f": {each.so_far}.")
        if each.asked is not None:
            tell_condition(each.asked)
    if found is None and now is not None:
        say("Its condition would answer now:")
        tell_condition(now)


def _looked_at(work: Work, workflow: Workflow, record: str | None) -> Row:
    """The record of which the rule is asked; an empty one where it is about none."""
    if workflow.entity and record is None:
        raise StopError(f"Say which {workflow.entity}: its id or number.", USED_WRONGLY)
    if not workflow.entity:
        return {}
    return find_record(work, work.entity(workflow.entity), record or "")


def explain_run(root: Path, key: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        run, found = crm.workflows.run(key)
    if found is None:
        raise StopError(f"There is no run {key}.", USED_WRONGLY)
    if as_json:
        terminal.as_json({"trace": asdict(found), "run": run and asdict(run)})
        return
    say(
        (found.workflow, "bold"),
        f" on {found.entity} {found.record_id}," if found.entity else ",",
        f" definition {found.workflow_version}",
    )
    tell_trace(found)
    if run is not None:
        say(f"It {_standing(run)}")


def _standing(run: Run) -> str:
    """Where a run in flight is, and what brings it on."""
    since = f"since {run.since:%Y-%m-%d %H:%M} UTC"
    if run.status == "failed":
        place = run.failed_at or run.position
        return f"has failed at {place}, and stands there until it is tried again or dropped."
    if run.due_at is None:
        return f"stands at {run.position} {since} and waits for: {run.waiting_for}."
    return f"stands at {run.position} {since} and goes on by {run.due_at:%Y-%m-%d %H:%M} UTC."


def tell_trace(found: Trace) -> None:
    say((f"{found.at:%Y-%m-%d %H:%M} UTC: ", "bold"), f"it {_OUTCOMES[found.outcome]}.")
    if found.condition:
        tell_condition(found.condition)
    for step in found.steps:
        say("  did ", (str(step.get("path", "")), "bold"), " ", *told_step(step))
    if found.error:
        say(("  ", ""), (found.error[FALLBACK], "red"))


def find_workflow(model: Model, name: str) -> Workflow:
    found = model.workflows.get(name)
    if found is None:
        near = nearest(name, model.workflows)
        hint = f"Is {near} meant?" if near else f"There are: {', '.join(model.workflows)}."
        raise StopError(f"There is no workflow {name}. {hint}", USED_WRONGLY)
    return found


def find_record(work: Work, entity: Entity, word: str) -> Row:
    """By id, or by a value that only one record has, such as its number."""
    row = work.transaction.get(entity.name, [word]).get(word)
    for field in entity.own_fields:
        if row is None and field.type.unique and isinstance(word, str):
            query = Query(entity.name, work.asking, matching={field.name: [word]}, limit=1)
            row = next(iter(work.transaction.find(query).rows), None)
    if row is None:
        raise StopError(f"There is no {entity.name} with the id or number {word}.")
    return row


def tell_condition(part: dict[str, Any], depth: int = 1) -> None:  # Any: JSON
    value = part["value"]
    color = {True: "green", False: "red"}.get(value, "cyan") if isinstance(value, bool) else "cyan"
    say("  " * depth, part["text"], "  →  ", (_plain(value), color))
    for inner in part["children"]:
        tell_condition(inner, depth + 1)


def told_step(step: dict[str, Any]) -> Iterator[str]:  # Any: JSON
    for key, value in step.items():
        if key != "path":
            yield f"{key}: {_plain(value)}  "


def _plain(value: Any) -> str:  # Any: JSON
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_plain(each)}" for key, each in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
