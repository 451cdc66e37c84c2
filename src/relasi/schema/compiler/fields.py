"""The fields of an entity: first their types, so that all names are known, then their conditions."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import lookup, plain
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.shapes import shaped
from relasi.schema.compiler.system import SYSTEM_LABELS, SYSTEM_TYPES
from relasi.schema.compiler.values import surroundings
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import FieldType
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.labels import LabelSpec, label_of
from relasi.schema.model import Field
from relasi.schema.spec.entity import ProcessSpec

_CONDITIONS = ("required_when", "visible_when", "read_only_when")


def type_fields(draft: Draft, entity: EntityDraft) -> None:
    """Fills `entity.types`; a broken field stays known by name, so that one mistake is not reported twice."""
    for name in entity.spec.fields:
        if name in SYSTEM_TYPES:
            entity.page.wrong(
                ("fields", name),
                "reserved-name",
                f'"{name}" is kept by Relasi in every record',
                at_key=True,
                help="take the field away, or give it another name",
            )
            continue
        entity.types[name] = _type_of(draft, entity, name)
    if entity.spec.process:
        _type_state(draft, entity, entity.spec.process)
    entity.types.update(SYSTEM_TYPES)


def _type_of(draft: Draft, entity: EntityDraft, name: str) -> FieldType | None:
    page, path = entity.page, ("fields", name)
    node = lookup(page.document.root, path)
    written = plain(node) if node is not None else None
    if isinstance(written, str):
        written = {"type": written}
    if not isinstance(written, dict) or not isinstance(written.get("type"), str):
        page.wrong(
            path,
            "missing-key",
            f'"{name}" has no type',
            help=f"write {name}: text, or {name}: {{type: text}}",
        )
        return None
    word = written["type"]
    place = (*path, "type") if isinstance(node, MappingNode) else path
    type_class = page.pick(place, "unknown-type", "field type", word, FIELD_TYPES)
    if type_class is None:
        return None
    found = shaped(type_class, page, path, written)
    return found and found.resolve(surroundings(draft, page, path))


def _type_state(draft: Draft, entity: EntityDraft, process: ProcessSpec) -> None:
    """The field that holds the state is a choice between the states."""
    if process.field in entity.types:
        entity.page.wrong(
            ("fields", process.field),
            "twice",
            f'"{process.field}" is already made by the process',
            at_key=True,
            help="take the field away, or name another field under process",
        )
    options = {
        name: {key: value for key, value in (("label", state.label), ("color", state.color)) if value}
        if state
        else None
        for name, state in process.states.items()
    }
    if not options:
        entity.page.wrong(("process", "states"), "empty", "a process needs at least one state")
        entity.types[process.field] = None
        return
    written = {
        "type": "choice",
        "options": options,
        "label": process.label,
        "default": next(iter(options)),
        "index": True,
    }
    try:
        choice = FIELD_TYPES["choice"].model_validate(written)
    except ValidationError:  # the states were already found wanting, at their own place
        entity.types[process.field] = None
        return
    entity.types[process.field] = choice.resolve(surroundings(draft, entity.page, ("process", "states")))


def compile_fields(draft: Draft, entity: EntityDraft) -> Iterator[Field]:
    for name, type_ in entity.types.items():
        if type_ is None:
            continue
        system = name in SYSTEM_TYPES
        label: LabelSpec | None = SYSTEM_LABELS.get(name) or type_.label
        if not system:
            _lint_label(draft, entity, name, label)
        conditions = {} if system else _conditions(draft, entity, name, type_)
        yield Field(
            name=name,
            label=label_of(label, name, draft.languages),
            type=type_,
            help=label_of(type_.help, name, draft.languages) if type_.help else None,
            system=system,
            **conditions,
        )


def _conditions(
    draft: Draft, entity: EntityDraft, name: str, type_: FieldType
) -> dict[str, Expression | None]:
    scope = draft.scope(entity.name)
    return {
        key: entity.page.condition(("fields", name, key), getattr(type_, key), scope) for key in _CONDITIONS
    }


def _lint_label(draft: Draft, entity: EntityDraft, name: str, label: LabelSpec | None) -> None:
    process = entity.spec.process
    path = ("process",) if process and process.field == name else ("fields", name)
    missing_labels(draft, entity, path, label)


def missing_labels(draft: Draft, entity: EntityDraft, path: tuple[str, ...], label: LabelSpec | None) -> None:
    """Warns about languages without a label: people would read a word of the other language."""
    if isinstance(label, dict) and (missing := [each for each in draft.languages if each not in label]):
        entity.page.warn((*path, "label"), "missing-translation", f"no label in {', '.join(missing)}")
