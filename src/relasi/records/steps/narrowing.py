"""Choices and links that depend on other fields of the record: what can be chosen, and whether that was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.view import View
from relasi.schema.expressions import Situation
from relasi.schema.fields.base import Value
from relasi.schema.model import Field


def options_of(field: Field, situation: Situation) -> frozenset[str]:
    """The options that the record of the situation can choose."""
    conditions = field.option_conditions
    return frozenset(
        key for key in field.type.choices() if key not in conditions or conditions[key].evaluate(situation)
    )


def check(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """What is chosen suits the rest of the record. Nothing is asked while neither of them changes."""
    for field in recipe.narrowed:
        touched = [draft for draft in drafts if _is_touched(field, draft)]
        for draft in _unsuited(view, field, touched):
            draft.refuse(field.name, "not_available")


def _is_touched(field: Field, draft: Draft) -> bool:
    if draft.values[field.name] is None:
        return False
    old = draft.old
    return old is None or any(draft.values[name] != old[name] for name in (field.name, *field.narrowed_by))


def _unsuited(view: View, field: Field, drafts: Sequence[Draft]) -> Iterator[Draft]:
    if field.option_conditions:
        for draft in drafts:
            situation = view.at(draft.past).situation(draft.values)
            if not options_of(field, situation).issuperset(_keys(draft.values[field.name])):
                yield draft
    if field.where is not None:
        rows = view.transaction.get(field.links_to[0], sorted({draft.values[field.name] for draft in drafts}))
        for draft in drafts:
            row = rows.get(draft.values[field.name])
            outer = view.at(draft.past).situation(draft.values)
            if row and not field.where.evaluate(replace(view.situation(row), outer=outer)):
                yield draft


def _keys(value: Value) -> Iterable[str]:
    return value if isinstance(value, tuple) else (value,)
