"""Derived fields in the recipe: filled in before a record is checked, and spread to others once it is
written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from relasi.derivation import Derived, Spread, computed_value
from relasi.derivation.values import made
from relasi.platform.query import Row
from relasi.records.draft import Draft
from relasi.records.events import Event
from relasi.records.recipe import Recipe
from relasi.records.steps.auditing import entry
from relasi.records.steps.checks import Reached, refuse_reached
from relasi.schema.derivations import Computed, Rollup, When
from relasi.store.audit import Change

if TYPE_CHECKING:
    from relasi.records.work import Work

_WITH_EVERY_UPDATE = ("version", "updated_at", "updated_by")


def fill(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Gives the drafts the values that are made of their own fields and of what they link to. Where nothing
    of that is new since the last time, nothing is done."""
    for derived in work.ground.graph.own(recipe.entity.name):
        due = [draft for draft in drafts if _is_due(derived, draft)]
        if isinstance(derived.field.derivation, Computed):
            work.linked.reach(derived.reads, [draft.values for draft in due])
            for draft in due:
                asking = work.at(draft.past).asking
                draft.values[derived.name] = computed_value(derived, draft.values, work.linked, asking)
        else:
            for draft in due:
                draft.values[derived.name] = derived.nothing


def roll_up(work: Work, recipe: Recipe, draft: Draft) -> None:
    """Gives a new record the figures of those that link to it already, as they may where its row was there
    before it was a record."""
    for derived in work.ground.graph.own(recipe.entity.name):
        if isinstance(derived.field.derivation, Rollup):
            figures = made(derived, [draft.values], work.linked, work.asking)
            draft.values[derived.name] = figures[draft.id]
    fill(work, recipe, [draft])


def _is_due(derived: Derived, draft: Draft) -> bool:
    name, derivation = derived.name, derived.field.derivation
    made_of = tuple([draft.values[start] for start in derived.starts])
    before = draft.made_of.get(name)
    if before is None and draft.old is not None:
        before = tuple([draft.old[start] for start in derived.starts])
    draft.made_of[name] = made_of
    if isinstance(derivation, Computed) and derivation.when is not When.ALWAYS:
        may_fill = draft.old is None or derivation.when is When.WHEN_EMPTY
        return may_fill and draft.values[name] is None
    return made_of != before


def spread(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> Reached:
    """Makes all right that is derived from what was written. What that changes in the drafts themselves is
    put into them; the other records are returned. Raises Invalid where one of them would be refused."""
    entity, graph = recipe.entity.name, work.ground.graph
    if not graph.concerns(entity, is_new=all(draft.old is None for draft in drafts)):
        return {}
    spread = Spread(work.linked, graph, work.asking)
    for draft in drafts:
        work.linked.put((entity, draft.id), draft.values)
        fields = () if draft.old is None else (*draft.changed(recipe), *_WITH_EVERY_UPDATE)
        spread.note(entity, draft.old, draft.values, fields)
    reached = dict(spread.run())
    refuse_reached(work, reached, but=work.whole)
    for draft in drafts:
        if (place := (entity, draft.id)) in reached:
            draft.values |= reached.pop(place)[1]
    return reached


def spread_from_deleted(work: Work, rows: Mapping[tuple[str, str], Row]) -> Reached:
    """The same for records that were there until now."""
    spread = Spread(work.linked, work.ground.graph, work.asking)
    for (entity, _), row in rows.items():
        spread.note(entity, row, None, ())
    reached = spread.run()
    refuse_reached(work, reached, but=work.whole)
    return reached


def put(work: Work, entity: str, values: Mapping[str, Row]) -> None:
    """Gives records, by id, values that are worked out for all of them at once. As with other derived values
    their versions stay; what is made of them follows, and the audit log and the rules hear of it."""
    before = work.transaction.get(entity, list(values), hold=True)
    work.transaction.put(entity, values)
    spread = Spread(work.linked, work.ground.graph, work.asking)
    for key, row in before.items():
        new = {**row, **values[key]}
        work.linked.put((entity, key), new)
        spread.note(entity, row, new, values[key], is_filled=False)
    reached = dict(spread.run())
    for key, row in before.items():
        place = (entity, key)
        reached[place] = (row, reached[place][1] if place in reached else {**row, **values[key]})
    changes, events = audited(work, reached)
    work.store.audit.append(changes)
    work.tell(events)


def audited(work: Work, reached: Reached) -> tuple[list[Change], list[tuple[str, list[Event]]]]:
    """What the audit log says of the records that were reached, and what rules hear of them, by entity."""
    found: dict[str, list[Event]] = {}
    changes: list[Change] = []
    for (entity, key), (before, after) in reached.items():
        recipe = work.ground.recipe(entity)
        fields = {name: (before[name], after[name]) for name in recipe.own if before[name] != after[name]}
        if fields:
            change = entry(work, recipe, "derived", after, fields)
            changes.append(change)
            found.setdefault(entity, []).append(Event(key, before, after, fields, change.id, is_derived=True))
    return changes, list(found.items())
