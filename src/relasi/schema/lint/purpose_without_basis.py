"""Purposes of personal data that no law is named for."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey


def _find(survey: Survey) -> Iterator[Finding]:
    model = survey.model
    used = {name for each in model.entities.values() for field in each.own_fields for name in field.purposes}
    for purpose in model.settings.outside.purposes.values():
        if purpose.basis is None and purpose.name in used:
            message = f'nothing says what the law allows "{purpose.name}" by'
            help = "add basis: contract, legitimate interest, or another one that the reference names"
            yield Finding(Home("crm", "crm"), ("purposes", purpose.name), message, help)


LINT = Lint(
    code="purpose-without-basis",
    title="A purpose without a legal basis",
    explanation="Personal data may be kept for a purpose only where the law allows it: by consent, for a "
    "contract, or for one of the other reasons that it names. The register of processing says which.",
    example="purposes: {poll: null}",
    find=_find,
)
