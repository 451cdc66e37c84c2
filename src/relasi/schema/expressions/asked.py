"""A scope that notes what it is asked: whoever gives the same answers gets the same expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from relasi.schema.expressions.scope import Scope, ScopeField


@dataclass(frozen=True, slots=True)
class Answers:
    """`fields` by entity and name, `trees` by entity; `teams` hold one answer, or none."""

    fields: dict[tuple[str, str], ScopeField | None] = field(default_factory=dict)
    trees: dict[str, tuple[str, ...]] = field(default_factory=dict)
    teams: list[Mapping[str, frozenset[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """The scope itself in all else."""

    scope: Scope
    answers: Answers = field(default_factory=Answers)

    @property
    def entity(self) -> str:
        return self.scope.entity

    @property
    def has_old(self) -> bool:
        return self.scope.has_old

    @property
    def has_user(self) -> bool:
        return self.scope.has_user

    @property
    def outer(self) -> str | None:
        return self.scope.outer

    def field(self, entity: str, name: str) -> ScopeField | None:
        answer = self.answers.fields[entity, name] = self.scope.field(entity, name)
        return answer

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        self.answers.teams[:] = [self.scope.teams]
        return self.answers.teams[0]

    def trees(self, entity: str) -> tuple[str, ...]:
        answer = self.answers.trees[entity] = self.scope.trees(entity)
        return answer

    def fields(self, entity: str) -> Iterable[str]:
        return self.scope.fields(entity)


def gives(scope: Scope, answers: Answers) -> bool:
    """Whether the scope would answer the same; raises what it raises."""
    return (
        all(scope.field(*asked) == answer for asked, answer in answers.fields.items())
        and all(scope.trees(entity) == answer for entity, answer in answers.trees.items())
        and all(scope.teams == answer for answer in answers.teams)
    )
