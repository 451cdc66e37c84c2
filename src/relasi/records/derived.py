"""Derived fields in the recipe: filled in before a record is checked, and spread to others once it is
written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from relasi.derivation import Derived, Linked, Spread, computed_value, figure_of_none
from relasi.platform.query import Row
from relasi.records.draft import Draft
from relasi.records.events import Event
from relasi.records.recipe import Recipe
from relasi.records.view import View
from relasi.schema.derivations import Computed, When

if TYPE_CHECKING:
    from relasi.records.work import Work

Reached = Mapping[tuple[str, str], tuple[Row, Row]]
"""Records, by entity and id, in which derived values changed: as they were, and as they are."""

_WITH_EVERY_UPDATE = ("version", "updated_at", "updated_by")


def fill(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Gives the drafts the values that are made of their own fields and of what they link to."""
    linked = Linked(view.transaction)
    for derived in view.ground.graph.own(recipe.entity.name):
        due = [draft for draft in drafts if _is_due(derived, draft)]
        if isinstance(derived.field.derivation, Computed):
            linked.reach(derived.field.derivation.reads, [draft.values for draft in due])
            for draft in due:
                draft.values[derived.name] = computed_value(derived, draft.values, linked, view.asking)
        else:
            for draft in due:
                draft.values[derived.name] = figure_of_none(derived)


def _is_due(derived: Derived, draft: Draft) -> bool:
    match derived.field.derivation:
        case Computed(when=When.WHEN_EMPTY):
            return draft.values[derived.name] is None
        case Computed(when=When.ON_CREATE):
            return draft.old is None and draft.values[derived.name] is None
    old = draft.old
    return old is None or any(draft.values[name] != old[name] for name in derived.starts)


def spread(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> Reached:
    """Makes all right that is derived from what was written. What that changes in the drafts themselves is
    put into them; the other records are returned."""
    entity = recipe.entity.name
    if not work.ground.graph.concerns(entity):
        return {}
    rows = {(entity, draft.id): draft.values for draft in drafts}
    spread = Spread(work.transaction, work.ground.graph, work.asking, rows)
    for draft in drafts:
        fields = (*draft.changed(recipe), *_WITH_EVERY_UPDATE)
        spread.note(entity, draft.old, draft.values, fields)
    reached = dict(spread.run())
    for draft in drafts:
        if (place := (entity, draft.id)) in reached:
            draft.values |= reached.pop(place)[1]
    return reached


def spread_from_deleted(work: Work, rows: Mapping[tuple[str, str], Row]) -> Reached:
    """The same for records that were there until now."""
    if not any(work.ground.graph.concerns(entity) for entity, _ in rows):
        return {}
    spread = Spread(work.transaction, work.ground.graph, work.asking, {})
    for (entity, _), row in rows.items():
        spread.note(entity, row, None, ())
    return spread.run()


def events(work: Work, reached: Reached) -> Sequence[tuple[str, Sequence[Event]]]:
    """What rules hear of the records that were reached, by entity; audited like every change."""
    found: dict[str, list[Event]] = {}
    changes = []
    for (entity, key), (before, after) in reached.items():
        recipe = work.ground.recipe(entity)
        fields = {name: (before[name], after[name]) for name in recipe.own if before[name] != after[name]}
        if fields:
            change = work.entry(recipe, "derived", after, fields)
            changes.append(change)
            found.setdefault(entity, []).append(Event(key, before, after, fields, change.id, is_derived=True))
    work.store.audit.append(changes)
    return list(found.items())
