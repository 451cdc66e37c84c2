"""Rules: triggers, condition and steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import lookup, plain
from relasi.schema.compiler.access import OWNER
from relasi.schema.compiler.assignments import compile_assignments
from relasi.schema.compiler.draft import Draft, EntityDraft, ProjectScope
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.shapes import salvaged
from relasi.schema.expressions.types import User
from relasi.schema.fields.base import FieldType
from relasi.schema.labels import label_of
from relasi.schema.model import (
    Assign,
    AssignBy,
    Assignment,
    CreateRecord,
    On,
    Repeat,
    SetFields,
    Step,
    Trigger,
    UpdateRecord,
    Workflow,
)
from relasi.schema.spec.workflow import (
    STEPS,
    AssignSpec,
    AssignStep,
    ChangedSpec,
    CreateStep,
    SetStep,
    UpdateStep,
    WorkflowSpec,
)

_EVENTS = {"created": On.CREATED, "updated": On.UPDATED}


def compile_workflow(draft: Draft, spec: WorkflowSpec, page: Page) -> Workflow | None:
    entity = draft.pick_entity(page, ("entity",), spec.entity)
    return _Rule(draft, spec, page, entity).compiled() if entity else None


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule while it is compiled. Its expressions are about the records of `entity`."""

    draft: Draft
    spec: WorkflowSpec
    page: Page
    entity: EntityDraft

    def compiled(self) -> Workflow:
        spec = self.spec
        return Workflow(
            name=spec.workflow,
            label=label_of(spec.label, spec.workflow, self.draft.languages),
            entity=self.entity.name,
            triggers=tuple(self._triggers()),
            condition=self.page.condition(("if",), spec.if_, self._scope),
            repeat=Repeat(spec.runs),
            steps=tuple(step for index in range(len(spec.do)) if (step := self._step(("do", index)))),
            version=_version(self.page),
        )

    @property
    def _scope(self) -> ProjectScope:
        return self.draft.scope(self.entity.name, has_old=True)

    def _triggers(self) -> Iterator[Trigger]:
        when = self.spec.when
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

    def _field(self, path: Path, name: str) -> FieldType | None:
        return self.page.pick(path, "unknown-field", f"field of {self.entity.name}", name, self.entity.types)

    def _step(self, path: Path) -> Step | None:
        """A step is known by its key; a second one beside it needs a dash of its own."""
        node = lookup(self.page.document.root, path)
        written = list(node.entries) if isinstance(node, MappingNode) else []
        kind = next((key for key in STEPS if key in written), None)
        if kind is None:
            self._refuse_step(path, written)
            return None
        own = {field.alias or name for name, field in STEPS[kind].model_fields.items()}
        if second := next((key for key in written if key in STEPS and key not in own), None):
            message = f'"{kind}" and "{second}" are two steps'
            help = 'begin each with a "-" of its own'
            self.page.wrong((*path, second), "two-steps", message, help=help, at_key=True)
            return None
        name = ".".join(str(part) for part in path)
        match salvaged(STEPS[kind], self.page, path):
            case AssignStep(assign=assign):
                return self._assign(name, (*path, "assign"), assign)
            case SetStep():
                return SetFields(name, self._assigned((*path, "set"), self.entity))
            case CreateStep(create=created):
                target = self.draft.pick_entity(self.page, (*path, "create"), created)
                return self._create(name, (*path, "set"), target) if target else None
            case UpdateStep(update=link):
                target = self._linked((*path, "update"), link)
                return self._update(name, (*path, "set"), target, link) if target else None
        return None

    def _refuse_step(self, path: Path, written: list[str]) -> None:
        if written:
            word = written[0]
            message = f'there is no step "{word}"'
            self.page.unknown((*path, word), "unknown-step", message, word, STEPS, at_key=True)
        else:
            help = f'a step is written "- set: {{field: value}}"; there are {", ".join(STEPS)}'
            self.page.wrong(path, "unknown-step", "this is no step", help=help)

    def _create(self, name: str, path: Path, target: EntityDraft) -> Step:
        return CreateRecord(name, target.name, self._assigned(path, target, is_new=True))

    def _update(self, name: str, path: Path, target: EntityDraft, link: str) -> Step:
        return UpdateRecord(name, link, target.name, self._assigned(path, target))

    def _linked(self, path: Path, link: str) -> EntityDraft | None:
        type_ = self._field(path, link)
        if type_ is None:
            return None
        if len(type_.targets()) != 1:
            links = [name for name, each in self.entity.types.items() if each and len(each.targets()) == 1]
            help = (
                f"fields that do: {', '.join(links)}"
                if links
                else "only a link to one entity can be followed"
            )
            self.page.wrong(path, "not-a-link", f'"{link}" does not link to one entity', help=help)
            return None
        return self.draft.entities.get(type_.targets()[0])

    def _assign(self, name: str, path: Path, spec: AssignSpec) -> Assign | None:
        role = spec.to.removeprefix("role.")
        if role == spec.to:
            message = f'"{spec.to}" does not say who'
            help = (
                f"write role.{spec.to}"
                if spec.to in self.draft.roles
                else "write role. and the name of a role"
            )
            self.page.wrong((*path, "to"), "bad-value", message, help=help)
            return None
        self.page.pick((*path, "to"), "unknown-role", "role", role, self.draft.roles)
        if spec.field == OWNER and OWNER not in self.entity.types:
            message = f"a rule can assign a {self.entity.name} only if it has a field called {OWNER}"
            help = f"add a field {OWNER}: user to {self.entity.name}, or name another one with field:"
            self.page.wrong(path, "no-owner", message, help=help, at_key=True)
            return None
        type_ = self._field((*path, "field"), spec.field)
        if type_ and not isinstance(type_.expression_type(), User):
            help = f"add a field {OWNER}: user, or name one with field:"
            self.page.wrong((*path, "field"), "not-a-user", f'"{spec.field}" does not hold a user', help=help)
        busy = self.page.condition((*path, "busy"), spec.busy, self.draft.scope(self.entity.name))
        return Assign(name, role, AssignBy(spec.by), spec.field, busy)

    def _assigned(self, path: Path, target: EntityDraft, *, is_new: bool = False) -> tuple[Assignment, ...]:
        return compile_assignments(self.page, path, target, self._scope, is_new=is_new)


def _version(page: Page) -> str:
    """Twelve hexadecimal digits of the definition's content; comments and layout do not count."""
    content = json.dumps(plain(page.document.root), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
