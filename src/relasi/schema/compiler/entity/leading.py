"""Whether records of another entity lead here, and through which of their fields."""

from __future__ import annotations

from relasi.schema.compiler.draft import EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.expressions.types import Link, Type


def links_to(child: EntityDraft, entity: str) -> list[str]:
    """The fields of the child that can link to the entity."""
    return [name for name, type_ in child.types.items() if type_ and entity in type_.targets()]


def leads_here(entity: EntityDraft, path: Path, child: EntityDraft, link: str, type_: Type | None) -> bool:
    """Whether `link`, of this type in the child, leads to the entity; what is wrong is reported at `path`.

    `type_` is None where the child has no such field.
    """
    if isinstance(type_, Link) and entity.name in type_.targets:
        return True
    near = [f"{child.name}.{name}" for name in links_to(child, entity.name)]
    if type_ is not None:
        message = f"{child.name}.{link} does not link to {entity.name}"
    elif link:
        message = f'there is no field of {child.name} "{link}"'
    else:
        message = f'"{child.name}" says which records, not through which field they link here'
    help = f"fields that do: {', '.join(near)}" if near else f"give {child.name} a link to {entity.name}"
    entity.page.wrong(path, "not-a-link", message, help=help)
    return False
