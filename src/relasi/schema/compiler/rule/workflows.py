"""Rules: triggers, condition and steps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from relasi.config.nodes import plain
from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.rule.steps import Kinds, StepDraft, compile_steps
from relasi.schema.compiler.rule.triggers import compile_triggers
from relasi.schema.labels import label_of
from relasi.schema.model import InFlight, On, Repeat, Step, Whose, Workflow, walk
from relasi.schema.spec.workflow import InFlightSpec, WorkflowSpec


def compile_workflow(draft: Draft, spec: WorkflowSpec, page: Page, kinds: Kinds) -> Workflow | None:
    entity = draft.entity_of(page, spec.entity)
    if entity is None:
        return None
    steps = tuple(compile_steps(StepDraft(kinds, draft, page, (), entity), ("do",)))
    triggers = tuple(compile_triggers(draft, spec, page, entity))
    if any(each.on is On.DELETED for each in triggers):
        _refuse_touching(page, steps, entity.name)
    if not entity.name and spec.runs == "once per record":
        help = "write every time, restart or queue; or say whose records: entity: NAME"
        page.wrong(("runs",), "no-record", "there is no record on which it could run once", help=help)
    document = json.loads(json.dumps(plain(page.document.root), default=str))
    document.pop("tests", None)  # they tell what the rule does, and do nothing
    moved = _moved(spec, page, steps) if isinstance(spec.running, InFlightSpec) else None
    return Workflow(
        name=spec.workflow,
        label=label_of(spec.label, spec.workflow, draft.languages),
        entity=entity.name,
        triggers=triggers,
        condition=page.condition(("if",), spec.if_, draft.scope(entity.name, has_old=bool(entity.name))),
        repeat=Repeat(spec.runs),
        steps=steps,
        version=_version(document),
        document=document,
        in_flight=InFlight.MAP if isinstance(spec.running, InFlightSpec) else InFlight(spec.running),
        moved_steps=moved or {},
    )


def _refuse_touching(page: Page, steps: tuple[Step, ...], entity: str) -> None:
    """Reports steps that need the record, where the rule begins with its end."""
    for step in walk(steps):
        changes = any(each.whose is Whose.ITS and each.entity == entity for each in step.writes())
        if changes or step.may_pause:
            message, help = "the record is gone by then", "make another record here, or tell somebody"
            page.wrong(step.place, "record-gone", message, help=help)


def _moved(spec: WorkflowSpec, page: Page, steps: tuple[Step, ...]) -> dict[str, str]:
    """Old steps, by name or path, with the paths of the new ones."""
    assert isinstance(spec.running, InFlightSpec)
    known = {step.path: step.path for step in walk(steps)} | {
        step.name: step.path for step in walk(steps) if step.name
    }
    found = {}
    for old, new in spec.running.steps.items():
        if path := page.pick(("running", "steps", old), "unknown-step", "step", new, known):
            found[old] = path
    return found


def _version(document: dict[str, Any]) -> str:  # Any: plain YAML
    """Twelve hexadecimal digits of what the definition does; comments and layout do not count, nor does what
    becomes of runs of the one before."""
    content = json.dumps({key: value for key, value in document.items() if key != "running"}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
