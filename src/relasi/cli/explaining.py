"""`relasi explain rule`: the stored trace of a rule on a record, or what its condition answers now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.diagnostics import nearest
from relasi.platform.query import Query, Row
from relasi.records import Source, Work
from relasi.runtime import engine_actor
from relasi.schema.expressions import trace
from relasi.schema.model import Entity, Model, On, Workflow
from relasi.texts import FALLBACK

_OUTCOMES = {
    "ran": "ran",
    "condition_false": "did not run: its condition was false",
    "already_ran": "did not run again: it runs once per record",
    "failed": "failed, and what it had done was taken back",
    "stopped": "was stopped: rules kept triggering each other",
}


def explain_rule(root: Path, name: str, record: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        workflow = _workflow(crm.model, name)
        with crm.records.work(engine_actor(Source.CLI), write=False) as work:
            row = find_record(work, crm.model.entities[workflow.entity], record)
            traces = work.store.traces.of(workflow.entity, row["id"], limit=1000)
            situation = work.situation(row)
            now = None
            if workflow.condition is not None and not workflow.condition.uses_old:
                now = trace(workflow.condition, situation).to_json()
    found = next((each for each in traces if each.workflow == name), None)
    if as_json:
        terminal.as_json(
            {"workflow": name, "record": row["id"], "trace": found and asdict(found), "now": now}
        )
        return
    if found is None:
        say(("It has never looked at this record. ", "bold"), f"It waits for: {_waits_for(workflow)}.")
        if now is not None:
            say("Its condition would answer now:")
            _tell_condition(now)
        return
    say((f"{found.at:%Y-%m-%d %H:%M} UTC: ", "bold"), f"it {_OUTCOMES[found.outcome]}.")
    if found.condition:
        _tell_condition(found.condition)
    for step in found.steps:
        say("  did ", (str(step.get("path", "")), "bold"), " ", *_told(step))
    if found.error:
        say(("  ", ""), (found.error[FALLBACK], "red"))


def _workflow(model: Model, name: str) -> Workflow:
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


def _waits_for(workflow: Workflow) -> str:
    return " or ".join(
        f"a change of {', '.join(each.fields)}"
        if each.on is On.CHANGED
        else f"a record that is {each.on.value}"
        for each in workflow.triggers
    )


def _tell_condition(part: dict[str, Any], depth: int = 1) -> None:  # Any: JSON
    value = part["value"]
    color = {True: "green", False: "red"}.get(value, "cyan") if isinstance(value, bool) else "cyan"
    say("  " * depth, part["text"], "  →  ", (_plain(value), color))
    for inner in part["children"]:
        _tell_condition(inner, depth + 1)


def _told(step: dict[str, Any]) -> Iterator[str]:  # Any: JSON
    for key, value in step.items():
        if key != "path":
            yield f"{key}: {_plain(value)}  "


def _plain(value: Any) -> str:  # Any: JSON
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_plain(each)}" for key, each in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
