"""Menu entries that open for nobody in the department."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.model import Department, Entity, Model


def _find(survey: Survey) -> Iterator[Finding]:
    model = survey.model
    for department in model.departments.values():
        for item in department.menu:
            entity = model.entities[item.entity]
            if entity.access and not _is_read_in(department, entity, model):
                yield Finding(
                    Home("department", department.name),
                    ("menu", item.entity),
                    f"none of the roles of this department can read {item.entity}",
                    f'grant "read" in the access of {item.entity}, or take it off the menu',
                )


def _is_read_in(department: Department, entity: Entity, model: Model) -> bool:
    held = [model.roles[name] for name in department.roles]
    if any(role.everything for role in held):
        return True
    names = {name for role in held for name in role.includes}
    return any(grant.read is not False for name, grant in entity.access.items() if name in names)


LINT = Lint(
    code="unreadable-menu",
    title="A menu entry that opens for nobody",
    explanation="None of the roles that a department lets in may read the entity on its menu.",
    example="department: desk\nroles: [clerk]\nmenu: {salary: }",
    find=_find,
)
