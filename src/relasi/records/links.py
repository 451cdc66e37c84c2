"""The values of links: which record they lead to, and what they look like from its side."""

from __future__ import annotations

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
