"""Conditions that people write into records: what they may ask about, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from relasi.errors import Invalid, Issue
from relasi.records.access.rights import Rights
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.view import View
from relasi.schema.expressions import Expression, ExpressionError, Problem, ScopeField
from relasi.schema.expressions.types import Boolean
from relasi.schema.fields.base import quoted
from relasi.schema.model import Model
from relasi.schema.scope import ModelScope


@dataclass(frozen=True, slots=True)
class SeenScope(ModelScope):
    """The Model without what does not exist for somebody, so that a mistake suggests nothing of it."""

    rights: Callable[[str], Rights] = field(kw_only=True)

    def field(self, entity: str, name: str) -> ScopeField | None:
        return None if self._is_hidden(entity, name) else ModelScope.field(self, entity, name)

    def trees(self, entity: str) -> tuple[str, ...]:
        return tuple(each for each in ModelScope.trees(self, entity) if not self._is_hidden(entity, each))

    def fields(self, entity: str) -> Iterable[str]:
        return [name for name in ModelScope.fields(self, entity) if not self._is_hidden(entity, name)]

    def _is_hidden(self, entity: str, name: str) -> bool:
        if entity not in self.model.entities:
            return False
        rights = self.rights(entity)
        return rights.read is False or name in rights.hidden


def written(text: str, model: Model, entity: str) -> Expression:
    """A condition that a record holds, for whoever takes it up. It means the same whoever asks, so it knows
    no `user`. Raises ExpressionError where it fits the Model no longer."""
    return Expression.parse(text, ModelScope(model, entity, has_user=False), Boolean())


def asked(view: View, entity: str, text: str) -> Expression:
    """What somebody writes, checked. Rules go by it whoever wrote it, so its writer sees every record that it
    may be about. Raises Invalid with every mistake, each with the nearest word that makes sense."""
    if view.rights(entity).read is not True:
        raise Invalid([Issue(None, "condition_not_yours", {"entity": view.entity(entity).plural})])
    scope = SeenScope(view.ground.model, entity, has_user=False, rights=view.rights)
    try:
        found = Expression.parse(text, scope, Boolean())
    except ExpressionError as error:
        raise Invalid([_issue(text, problem) for problem in error.problems]) from error
    if (secret := view.secret_in(found)) is not None:
        raise Invalid([Issue(None, "unknown_field", {"field": secret})])
    return found


def check(view: View, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Conditions that are newly written make sense."""
    for name, entity in recipe.conditions:
        for draft in drafts:
            if (text := draft.given(name)) is not None:
                try:
                    asked(view, entity, text)
                except Invalid as invalid:
                    draft.issues += (replace(issue, field=name) for issue in invalid.issues)


def _issue(text: str, problem: Problem) -> Issue:
    word = quoted(text[problem.start : problem.end] or text)
    if problem.suggestion:
        return Issue(None, "condition_misspelt", {"word": word, "near": problem.suggestion})
    return Issue(None, "condition_wrong", {"word": word, "problem": problem.message})
