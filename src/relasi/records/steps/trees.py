"""Records that stand below others of their entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.view import View

_MOST_LEVELS = 100
"""A tree of more is a mistake, and whatever asks for all above a record would take its time."""


def check(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """No record comes to stand below itself, nor do several moved at once, and no tree grows too deep. New
    records have none below."""
    for name in recipe.trees:
        moved = {draft.id: draft.values[name] for draft in drafts if draft.old is not None}
        for draft in drafts:
            if draft.given(name) is None:
                continue
            above = list(_above(view, recipe.entity.name, name, draft.values[name], moved))
            if draft.id in above:
                draft.refuse(name, "below_itself")
            elif len(above) + _height(view, recipe.entity.name, name, draft) > _MOST_LEVELS:
                draft.refuse(name, "too_deep", levels=_MOST_LEVELS)


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


def _height(view: View, entity: str, name: str, draft: Draft) -> int:
    """How many levels the record and those below it make, counted to one more than there may be."""
    level, height = [draft.id], 1
    while draft.old is not None and height <= _MOST_LEVELS:
        rows = matching_rows(view.transaction, Query(entity, view.asking, fields=()), name, level)
        level = [row["id"] for row in rows]
        if not level:
            break
        height += 1
    return height
