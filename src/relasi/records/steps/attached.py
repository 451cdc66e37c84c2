"""The files that a write names: whether whoever acts may attach them."""

from __future__ import annotations

from collections.abc import Sequence

from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.view import View
from relasi.schema.fields.base import ValueProblem


def check(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Files that the caller newly names are there, were brought by whoever acts, and suit the field.

    Nobody attaches somebody else's file by its id; a definition may, such as a rule that hands files on.
    """
    for name, type_ in recipe.attached:
        named = [(draft, key) for draft in drafts for key in _added(draft, name)]
        found = view.store.files.get({key for _, key in named}) if named else {}
        for draft, key in named:
            file = found.get(key)
            if file is None or (file.user_id != view.actor.user_id and not view.actor.by_definition):
                draft.refuse(name, "no_such_file")
                continue
            try:
                type_.check(file.media_type, file.size)
            except ValueProblem as problem:
                draft.refuse(name, problem.code, **problem.params)


def _added(draft: Draft, name: str) -> tuple[str, ...]:
    if name not in draft.entered:
        return ()
    held = set(draft.old[name] or ()) if draft.old else set()
    return tuple(key for key in draft.values[name] or () if key not in held)
