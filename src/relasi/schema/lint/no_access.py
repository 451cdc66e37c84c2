"""Entities that only administrators can see."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey


def _find(survey: Survey) -> Iterator[Finding]:
    for entity in survey.model.entities.values():
        if not entity.access:
            yield Finding(
                Home("entity", entity.name),
                ("entity",),
                f"nobody but administrators can see {entity.name}: it has no access",
                'add "access:" with what each role may do',
                at_key=False,
            )


LINT = Lint(
    code="no-access",
    title="An entity that nobody may see",
    explanation="What is not granted is refused, so without `access` only roles with `everything` "
    "see its records.",
    example="entity: note\nfields: {text: long_text}",
    find=_find,
)
