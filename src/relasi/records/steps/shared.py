"""Values of fields that hold several, where no two records may share one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from relasi.platform.lookup import all_rows
from relasi.platform.query import Query, Row
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.view import View
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.scope import ModelScope

_ASKED = 10
"""So many values are looked for by a condition."""
_TOLD = 60
"""So many characters of each, for a condition is short; what is found is compared as a whole."""


def check(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Of fields with several values that are unique, no value is taken, by another record or by an earlier
    sound draft of the same batch."""
    for name in recipe.unique_lines:
        given = {draft.id: _lines(draft.values[name]) for draft in drafts if draft.given(name) is not None}
        wanted = dict.fromkeys(chain.from_iterable(given.values()))
        taken: dict[str, set[str]] = {}
        for row in _holding(view, recipe, name, list(wanted)):
            for line in _lines(row[name]):
                taken.setdefault(line, set()).add(row["id"])
        for draft in drafts:
            lines = given.get(draft.id, [])
            if any(taken.get(line, set()) - {draft.id} for line in lines):
                draft.refuse(name, "duplicate")
            elif not draft.issues:
                for line in lines:
                    taken.setdefault(line, set()).add(draft.id)


def _lines(value: Value) -> list[str]:
    return value.split("\n") if value else []


def _holding(view: View, recipe: Recipe, name: str, values: Sequence[str]) -> Iterator[Row]:
    """Records of which the field may hold any of the values. No index knows what stands inside a text, so
    that for many values it is quicker to read all."""
    entity, asked = recipe.entity.name, [f"{name} contains {_literal(value[:_TOLD])}" for value in values]
    text = " or ".join(asked) if len(asked) <= _ASKED else f"{name} is not empty"
    where = Expression.parse(text, ModelScope(view.ground.model, entity)) if asked else None
    if where is not None:
        yield from all_rows(view.transaction, Query(entity, view.asking, where=(where,), fields=(name,)))


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
