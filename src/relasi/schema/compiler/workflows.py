"""Rules: triggers, condition and steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import lookup, plain
from relasi.schema.compiler.access import OWNER
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.shapes import shaped
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.types import Text, User
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
from relasi.schema.spec.base import Spec
from relasi.schema.spec.workflow import (
    STEPS,
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
    if entity is None:
        return None
    triggers = tuple(_triggers(entity, spec, page))
    scope = draft.scope(entity.name, has_old=True)
    condition = page.condition(("if",), spec.if_, scope)
    steps = tuple(step for index in range(len(spec.do)) if (step := _step(draft, entity, page, index)))
    return Workflow(
        name=spec.workflow,
        label=label_of(spec.label, spec.workflow, draft.languages),
        entity=entity.name,
        triggers=triggers,
        condition=condition,
        repeat=Repeat(spec.runs),
        steps=steps,
        version=_version(page),
    )


def _version(page: Page) -> str:
    """Twelve hexadecimal digits of the definition's content; comments and layout do not count."""
    content = json.dumps(plain(page.document.root), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _triggers(entity: EntityDraft, spec: WorkflowSpec, page: Page) -> Iterator[Trigger]:
    single = not isinstance(spec.when, list)
    for index, when in enumerate(spec.when if isinstance(spec.when, list) else [spec.when]):
        path: Path = ("when",) if single else ("when", index)
        if isinstance(when, ChangedSpec):
            yield Trigger(On.CHANGED, _watched(entity, page, (*path, "changed"), when.changed))
        elif (on := page.pick(path, "unknown-trigger", "trigger", when, _EVENTS)) is not None:
            yield Trigger(on)


def _watched(entity: EntityDraft, page: Page, path: Path, fields: str | list[str]) -> tuple[str, ...]:
    names = [(path, fields)] if isinstance(fields, str) else [((*path, i), name) for i, name in enumerate(fields)]
    for place, name in names:
        page.pick(place, "unknown-field", f"field of {entity.name}", name, entity.types)
    return tuple(name for _, name in names)


def _step(draft: Draft, entity: EntityDraft, page: Page, index: int) -> Step | None:
    path = ("do", index)
    node = lookup(page.document.root, path)
    written = list(node.entries) if isinstance(node, MappingNode) else []
    kind = next((key for key in STEPS if key in written), None)
    if kind is None:
        word = written[0] if written else str(plain(node))
        page.unknown(path, "unknown-step", f'there is no step "{word}"', word, STEPS, at_key=False)
        return None
    spec = shaped(STEPS[kind], page, path)
    return spec and _compiled(draft, entity, page, path, spec)


def _compiled(draft: Draft, entity: EntityDraft, page: Page, path: tuple[str | int, ...], spec: Spec) -> Step | None:
    name = ".".join(str(part) for part in path)
    match spec:
        case AssignStep():
            return _assign(draft, entity, page, path, spec)
        case SetStep():
            return SetFields(name, _assignments(draft, entity, entity, page, (*path, "set")))
        case CreateStep():
            target = draft.pick_entity(page, (*path, "create"), spec.create)
            return target and CreateRecord(
                name, target.name, _assignments(draft, entity, target, page, (*path, "set"))
            )
        case UpdateStep():
            target = _linked(draft, entity, page, (*path, "update"), spec.update)
            return target and UpdateRecord(
                name, spec.update, target.name, _assignments(draft, entity, target, page, (*path, "set"))
            )
    return None


def _linked(draft: Draft, entity: EntityDraft, page: Page, path: Path, field: str) -> EntityDraft | None:
    if page.pick(path, "unknown-field", f"field of {entity.name}", field, entity.types) is None:
        return None
    type_ = entity.types[field]
    targets = type_.targets() if type_ else ()
    if len(targets) != 1:
        page.wrong(path, "not-a-link", f'"{field}" does not link to one entity', help="name a link field with one target")
        return None
    return draft.entities.get(targets[0])


def _assign(draft: Draft, entity: EntityDraft, page: Page, path: Path, spec: AssignStep) -> Assign | None:
    assign = spec.assign
    base = (*path, "assign")
    role = assign.to.removeprefix("role.")
    if role == assign.to:
        page.wrong((*base, "to"), "bad-value", f'"{assign.to}" does not say who', help="write role.NAME")
        return None
    page.pick((*base, "to"), "unknown-role", "role", role, draft.roles)
    place = (*base, "field") if lookup(page.document.root, (*base, "field")) else base
    type_ = page.pick(place, "unknown-field", f"field of {entity.name}", assign.field, entity.types)
    if type_ and not isinstance(type_.expression_type(), User):
        page.wrong(place, "not-a-user", f'"{assign.field}" does not hold a user', help=f"add a field {OWNER}: user")
    busy = page.condition((*base, "busy"), assign.busy, draft.scope(entity.name))
    return Assign(".".join(map(str, path)), role, AssignBy(assign.by), assign.field, busy)


def _assignments(
    draft: Draft, about: EntityDraft, target: EntityDraft, page: Page, path: Path
) -> tuple[Assignment, ...]:
    """Expressions about the rule's record that give values to fields of `target`; texts are templates."""
    node = lookup(page.document.root, path)
    written = plain(node) if isinstance(node, MappingNode) else {}
    assert isinstance(written, dict)
    found = []
    for name, source in written.items():
        place = (*path, name)
        type_ = page.pick(place, "unknown-field", f"field of {target.name}", name, target.types, at_key=True)
        if type_ is None:
            continue
        if type_.computed or name in ("id", "version"):
            page.wrong(place, "read-only", f'"{name}" is given by Relasi', at_key=True, help="take the line away")
            continue
        if value := _value(draft, about, target, page, (place, name, source)):
            found.append(Assignment(name, value))
    return tuple(found)


def _value(
    draft: Draft, about: EntityDraft, target: EntityDraft, page: Page, written: tuple[Path, str, object]
) -> Expression | Template | None:
    place, name, source = written
    scope = draft.scope(about.name, has_old=True)
    field = draft.scope(target.name).field(target.name, name)
    meaning = field.type if field else None
    if isinstance(meaning, Text) and isinstance(source, str):
        return page.template(place, source, scope)
    text = "null" if source is None else str(source).lower() if isinstance(source, bool) else str(source)
    return page.expression(place, text, scope, meaning)
