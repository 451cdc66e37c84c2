"""The values of links: which record they lead to, and what they look like from its side."""

from __future__ import annotations

from relasi.records.titles import USER
from relasi.schema.fields.attached import FILE, Attached
from relasi.schema.fields.base import Value, Widget
from relasi.schema.model import Entity, Field, Inbound


def target_of(field: Field, value: str) -> tuple[str, str]:
    """The entity and the id that a link's value names."""
    if len(field.links_to) == 1:
        return field.links_to[0], value
    entity, _, key = value.partition("/")
    return entity, key


def link_to(source: Entity, inbound: Inbound, entity: str, key: str) -> str:
    """The value that the field of an inbound link, which is one of `source`, has when it leads to this
    record."""
    return key if len(source.fields[inbound.field].links_to) == 1 else f"{entity}/{key}"


def references_of(field: Field, value: Value) -> tuple[tuple[str, str], ...]:
    """All that a value names, as titles are asked for: one record or person, or any number of files."""
    if isinstance(field.type, Attached):
        return tuple((FILE, key) for key in value or ())
    reference = reference_of(field, value)
    return (reference,) if reference else ()


def reference_of(field: Field, value: Value) -> tuple[str, str] | None:
    """(entity or "user", id) for a value that names a record or a person."""
    if value is None:
        return None
    if field.type.widget is Widget.USER:
        return USER, value
    return target_of(field, value) if field.links_to else None
