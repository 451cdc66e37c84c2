"""Fields that stand for several: their parts, each with a name and a place of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.settings.values import surroundings
from relasi.schema.fields.base import FieldSpec, Group
from relasi.schema.labels import label_of
from relasi.schema.model import FieldGroup
from relasi.schema.spec.base import LONGEST_NAME


def open_group(draft: Draft, entity: EntityDraft, name: str, spec: FieldSpec) -> Group | None:
    """The group that the field is, noted in `entity`; None where it is none.

    Reports parts that take the name of another field, and those whose name gets too long.
    """
    path = ("fields", name)
    around, _ = surroundings(draft, entity.page, path, entity.name)
    group = spec.group(name, around)
    if group is None:
        return None
    longest = max(group.fields, key=len)
    if len(longest) > LONGEST_NAME:
        help = f'a part would be called "{longest}", and a name has at most {LONGEST_NAME} characters'
        entity.page.wrong(path, "bad-name", f'"{name}" is too long', help=help, at_key=True)
    for full in group.fields.keys() - {name}:
        part = full.removeprefix(f"{name}_")
        entity.places[full] = (*path, "parts", part)
        if full in entity.spec.fields:
            message, help = f'the field "{full}" is already made by "{name}"', "give one of them another name"
            entity.page.wrong(("fields", full), "twice", message, help=help, at_key=True)
    entity.groups[name] = group
    return group


def compile_groups(draft: Draft, entity: EntityDraft) -> Iterator[FieldGroup]:
    for name, group in entity.groups.items():
        written = entity.spec.fields[name]
        label = written.get("label") if isinstance(written, Mapping) else None
        fields = entity.shown(group.fields)
        yield FieldGroup(name, label_of(label, name, draft.languages), fields, group.lines)
