"""Personal data of which nobody has said what they are for, whose they are, or when they go."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.model import Entity


def _find(survey: Survey) -> Iterator[Finding]:
    for entity in survey.model.entities.values():
        personal = [field.name for field in entity.own_fields if field.personal]
        if entity.person is not False and entity.keep is None:
            message = f"nothing says how long people stay in {entity.name}"
            help = "add keep: with a time and what it runs from, such as 3 years after updated_at"
            yield Finding(Home("entity", entity.name), ("person",), message, help)
        if personal and entity.person is False and not entity.belongs_to:
            message = f"{entity.name} has personal fields, but nothing says whose data they are"
            help = "add person: true, or belongs_to: with a link that leads to the person"
            yield Finding(Home("entity", entity.name), ("fields", personal[0]), message, help)
        yield from _without_purpose(entity)


def _without_purpose(entity: Entity) -> Iterator[Finding]:
    bare = [field.name for field in entity.own_fields if field.personal and not field.purposes]
    if bare:
        message = f"nothing says what {', '.join(bare)} {'is' if len(bare) == 1 else 'are'} kept for"
        help = "add purpose: to the entity, or to the fields, with names from purposes in config/crm.yaml"
        yield Finding(Home("entity", entity.name), ("fields", bare[0]), message, help)


LINT = Lint(
    code="personal-data",
    title="Personal data without a purpose, a person or an end",
    explanation="Data about people are kept for a purpose and for a time, and belong to somebody who may ask "
    "for them. Without `purpose`, `keep` and `person` or `belongs_to`, the register cannot say so, nothing "
    "ever becomes due, and a person's request does not reach them.",
    example="entity: guest\nperson: true\nfields: {name: {type: text, personal: true}}",
    find=_find,
)
