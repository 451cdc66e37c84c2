"""Numbers for new records: each series counts on, behind all that others brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.steps import derived

if TYPE_CHECKING:
    from relasi.records.work import Work


def number(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Consecutive numbers for new records that brought none, behind all those that others brought."""
    for known, series in recipe.series:
        name, prefix = known.name, f"{recipe.entity.name}.{known.name}:"
        brought = filter(None, (draft.given(name) for draft in drafts))
        for counter, n in series.highest(brought).items():
            work.store.series.reach(prefix + counter, n)
        waiting = [draft for draft in drafts if draft.old is None and draft.values[name] is None]
        counted: dict[str, list[Draft]] = {}
        for draft in waiting:
            counted.setdefault(series.counter(work.at(draft.past).moment), []).append(draft)
        for counter, those in counted.items():
            first = work.store.series.take(prefix + counter, len(those))
            for n, draft in enumerate(those, first):
                draft.values[name] = series.render(counter, n)
        if waiting:
            derived.fill(work, recipe, waiting)
