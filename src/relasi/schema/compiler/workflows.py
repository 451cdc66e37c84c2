"""Rules: triggers, condition and steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from relasi.config.nodes import plain
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.steps import Kinds, StepDraft, compile_steps
from relasi.schema.labels import label_of
from relasi.schema.model import On, Repeat, Trigger, Workflow
from relasi.schema.spec.workflow import ChangedSpec, WorkflowSpec

_EVENTS = {"created": On.CREATED, "updated": On.UPDATED}


def compile_workflow(draft: Draft, spec: WorkflowSpec, page: Page, kinds: Kinds) -> Workflow | None:
    entity = draft.pick_entity(page, ("entity",), spec.entity)
    if entity is None:
        return None
    return Workflow(
        name=spec.workflow,
        label=label_of(spec.label, spec.workflow, draft.languages),
        entity=entity.name,
        triggers=tuple(_Triggers(page, entity).compiled(spec)),
        condition=page.condition(("if",), spec.if_, draft.scope(entity.name, has_old=True)),
        repeat=Repeat(spec.runs),
        steps=tuple(compile_steps(StepDraft(kinds, draft, page, (), entity), ("do",))),
        version=_version(page),
    )


@dataclass(frozen=True, slots=True)
class _Triggers:
    """What a rule about the records of `entity` waits for."""

    page: Page
    entity: EntityDraft

    def compiled(self, spec: WorkflowSpec) -> Iterator[Trigger]:
        when = spec.when
        for index, each in enumerate(when if isinstance(when, list) else [when]):
            path: Path = ("when", index) if isinstance(when, list) else ("when",)
            if isinstance(each, ChangedSpec):
                yield Trigger(On.CHANGED, self._watched((*path, "changed"), each.changed))
            elif on := self.page.pick(path, "unknown-trigger", "trigger", each, _EVENTS):
                yield Trigger(on)

    def _watched(self, path: Path, fields: str | list[str]) -> tuple[str, ...]:
        if isinstance(fields, str):
            self._field(path, fields)
            return (fields,)
        for index, name in enumerate(fields):
            self._field((*path, index), name)
        return tuple(fields)

    def _field(self, path: Path, name: str) -> None:
        self.page.pick(path, "unknown-field", f"field of {self.entity.name}", name, self.entity.types)


def _version(page: Page) -> str:
    """Twelve hexadecimal digits of the definition's content; comments and layout do not count."""
    content = json.dumps(plain(page.document.root), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
