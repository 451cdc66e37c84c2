"""Records that stand below others of their entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.view import View


def check_circles(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """No record comes to stand below itself, nor do several moved at once. New records have none below."""
    for name in recipe.trees:
        moved = {draft.id: draft.values[name] for draft in drafts if draft.old is not None}
        for draft in drafts:
            if draft.old is None or draft.given(name) is None:
                continue
            if draft.id in _above(view, recipe.entity.name, name, draft.values[name], moved):
                draft.refuse(name, "below_itself")


def _above(
    view: View, entity: str, name: str, key: str | None, moved: Mapping[str, str | None]
) -> Iterator[str]:
    """The record and those above it, as they will stand."""
    seen: set[str] = set()
    while key is not None and key not in seen:
        yield key
        seen.add(key)
        row = view.follow(entity, key) or {}
        key = moved[key] if key in moved else row.get(name)
