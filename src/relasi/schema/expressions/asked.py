"""A scope that notes what it is asked: whoever gives the same answers gets the same expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from relasi.schema.expressions.scope import Scope, ScopeField

Answers = Mapping[tuple[str, str], ScopeField | None]
"""By entity and name of a field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The scope itself in all else."""

    scope: Scope
    answers: dict[tuple[str, str], ScopeField | None] = field(default_factory=dict)

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
        answer = self.answers[entity, name] = self.scope.field(entity, name)
        return answer

    def fields(self, entity: str) -> Iterable[str]:
        return self.scope.fields(entity)


def gives(scope: Scope, answers: Answers) -> bool:
    """Whether the scope would answer the same; raises what it raises."""
    return all(scope.field(*asked) == answer for asked, answer in answers.items())
