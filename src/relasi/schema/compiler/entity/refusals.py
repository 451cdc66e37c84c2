"""Records that are not saved."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.labels import label_of
from relasi.schema.model import Refusal


def compile_refusals(draft: Draft, entity: EntityDraft) -> Iterator[Refusal]:
    """Whether a record is sound does not depend on who asks."""
    scope, page = draft.scope(entity.name, has_user=False, opens=True), entity.page
    for name, spec in entity.spec.refuse.items():
        if spec.field is not None:
            what = f"field of {entity.name}"
            page.pick(("refuse", name, "field"), "unknown-field", what, spec.field, entity.types)
        when = page.condition(("refuse", name, "when"), spec.when, scope)
        if when is not None:
            yield Refusal(name, when, label_of(spec.message, name, draft.languages), spec.field)
