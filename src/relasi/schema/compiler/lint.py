"""What a whole Model says that is right, but hardly meant."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.config.documents import Home
from relasi.schema.compiler.page import Page
from relasi.schema.model import Department, Entity, Model


def lint(model: Model, pages: Mapping[Home, Page]) -> None:
    """Warns of what nobody would ever see."""
    for entity in model.entities.values():
        if not entity.access:
            pages[Home("entity", entity.name)].warn(
                ("entity",),
                "no-access",
                f"nobody but administrators can see {entity.name}: it has no access",
                help='add "access:" with what each role may do',
            )
    for department in model.departments.values():
        page = pages[Home("department", department.name)]
        for item in department.menu:
            entity = model.entities[item.entity]
            if entity.access and not _is_read_in(department, entity, model):
                page.warn(
                    ("menu", item.entity),
                    "unreadable-menu",
                    f"none of the roles of this department can read {item.entity}",
                    help=f'grant "read" in the access of {item.entity}, or take it off the menu',
                    at_key=True,
                )


def _is_read_in(department: Department, entity: Entity, model: Model) -> bool:
    held = [model.roles[name] for name in department.roles]
    if any(role.everything for role in held):
        return True
    names = {name for role in held for name in role.includes}
    return any(grant.read is not False for name, grant in entity.access.items() if name in names)
