"""Values that new records get from others: from those they were given, from linked records, from whoever
creates them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from relasi.errors import Issue
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.titles import kept
from relasi.records.view import View
from relasi.schema.expressions import Expression, Format, Situation, Template
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model import Field


def fill(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Fills what new drafts left empty, in the order of the fields: later ones see earlier ones."""
    for draft in drafts:
        if draft.old is not None:
            continue
        refused, then = {issue.field for issue in draft.issues}, view.at(draft.past)
        for field in recipe.filled:
            if draft.values[field.name] is None and field.name not in refused:
                try:
                    draft.values[field.name] = default_of(field, then.situation(draft.values), kept(view))
                except ValueProblem as problem:
                    draft.issues.append(Issue(field.name, problem.code, problem.params))


def beginning(view: View, recipe: Recipe, given: Mapping[str, Value]) -> dict[str, Value]:
    """The values of a record that is to be entered, from what is given: of what follows from it, only what
    the actor may see."""
    given = {**_implied(view, recipe, given), **given}
    values = {**recipe.with_defaults(view.moment), **given}
    known = set(given)
    for field in recipe.filled:
        source = field.default_from
        if field.name in known or not isinstance(source, Expression) or view.secret_in(source):
            continue
        if {path.partition(".")[0] for path in source.fields} <= known:
            with suppress(ValueProblem):
                values[field.name] = default_of(field, view.situation(values), kept(view))
                known.add(field.name)
    return values


def _implied(view: View, recipe: Recipe, given: Mapping[str, Value]) -> dict[str, Value]:
    """What other fields must hold to suit the links that are given, as far as the actor may see it."""
    implied: dict[str, Value] = {}
    for field in recipe.narrowed:
        key = given.get(field.name)
        if not key or not (shared := field.shared) or not view.readable(target := field.links_to[0], [key]):
            continue
        row, secret = view.follow(target, key) or {}, view.rights(target).secret
        implied |= {own: row.get(theirs) for own, theirs in shared.items() if theirs not in secret}
    return implied


def default_of(field: Field, situation: Situation, write: Format) -> Value:
    """The value that the definition makes in the situation. Raises ValueProblem where it does not fit."""
    source = field.default_from
    if isinstance(source, Template):
        return field.type.accept(source.render(situation, write))
    return None if source is None else field.type.accept(source.evaluate(situation))
