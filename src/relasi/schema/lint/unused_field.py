"""Fields that are kept for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.lint.uses import Used, used_fields
from relasi.schema.model import Entity, FieldGroup


def _find(survey: Survey) -> Iterator[Finding]:
    used = used_fields(survey.model)
    for entity in survey.model.entities.values():
        shown = {name for group in entity.groups if _is_used(entity, group, used) for name in group.fields}
        for name in (*(field.name for field in entity.own_fields), *entity.tables):
            if (entity.name, name) not in used and name not in shown:
                where = "put it on the form" if name in entity.tables else "put it on the form or into a list"
                yield Finding(
                    Home("entity", entity.name),
                    ("fields", name),
                    f'nothing shows or reads the field "{name}"',
                    f"{where}, or take it away",
                )


def _is_used(entity: Entity, group: FieldGroup, used: Used) -> bool:
    """What stands for several fields is shown as one: with any of them all are seen."""
    return any((entity.name, name) in used for name in group.fields)


LINT = Lint(
    code="unused-field",
    title="A field that nothing shows or reads",
    explanation="No form, list, title, search, timeline, condition, rule or other field names it, "
    "so nobody fills it in and nobody sees it. Links show as lists on the page of what they link "
    "to, and unique fields guard against doubles; they count as used. A field that only imports "
    "fill needs a comment that says so.",
    example="fields: {name: text, legacy_code: text}\nform: {main: {fields: [name]}}",
    find=_find,
)
