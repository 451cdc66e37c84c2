"""Hooks: that the fields exist, may be set, and hold what links are found by."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.page import Page
from relasi.schema.derivations import is_binding
from relasi.schema.fields.base import Kind
from relasi.schema.labels import label_of
from relasi.schema.model.hook import Hook, Taken
from relasi.schema.secrets import Secret
from relasi.schema.spec.hook import FoundSpec, HookSpec, ValueSpec


def compile_hook(draft: Draft, spec: HookSpec, page: Page) -> Hook | None:
    entity = draft.pick_entity(page, ("entity",), spec.entity)
    if entity is None:
        return None
    values = dict(_values(draft, spec, page, entity))
    if spec.match is not None:
        page.pick(("match",), "unknown-field", "field below set", spec.match, spec.set)
    return Hook(
        name=spec.hook,
        label=label_of(spec.label, spec.hook, draft.languages),
        entity=entity.name,
        secret=Secret(spec.secret.env, spec.secret.file),
        is_signed=spec.check == "signature",
        largest=spec.largest * 1024,
        match=spec.match,
        values=MappingProxyType(values),
    )


def _values(draft: Draft, spec: HookSpec, page: Page, entity: EntityDraft) -> Iterator[tuple[str, Taken]]:
    for name, written in spec.set.items():
        path = ("set", name)
        what = f"field of {entity.name}"
        type_ = page.pick(path, "unknown-field", what, name, entity.types, at_key=True)
        if type_ is None:
            continue
        derivation = draft.derivations.get((entity.name, name))
        if name in SYSTEM_TYPES or type_.computed or is_binding(derivation):
            message, help = f'"{name}" is given by Relasi', "take the line away"
            page.wrong(path, "read-only", message, help=help, at_key=True)
        elif isinstance(written, str):
            yield name, Taken(tuple(written.split(".")))
        elif isinstance(written, ValueSpec):
            yield name, Taken(value=written.value)
        elif _can_find(draft, page, entity, name, written):
            yield name, Taken(tuple(written.at.split(".")), find=written.find)


def _can_find(draft: Draft, page: Page, entity: EntityDraft, name: str, written: FoundSpec) -> bool:
    """Whether linked records can be looked up by the field."""
    type_ = entity.types[name]
    path = ("set", name, "find")
    if type_ is None or len(type_.targets()) != 1:
        message, help = f'"{name}" does not link to one entity', "write the path alone"
        page.wrong(path, "not-a-link", message, help=help)
        return False
    target = draft.entities[type_.targets()[0]]
    found = page.pick(path, "unknown-field", f"field of {target.name}", written.find, target.types)
    if found is not None and found.storage().kind is not Kind.TEXT:
        message = f'"{written.find}" is nothing that records are known by'
        page.wrong(
            path, "bad-value", message, help="name a field that holds a text, such as a number or e-mail"
        )
        return False
    return found is not None
