"""Moves that no person can make."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.model import Model


def _find(survey: Survey) -> Iterator[Finding]:
    working = _working_roles(survey.model)
    for entity in survey.model.entities.values():
        variants = entity.process.variants if entity.process and working else ()
        for variant, move in ((each, move) for each in variants for move in each.moves.values()):
            if move.who and move.who.isdisjoint(working):
                yield Finding(
                    Home("entity", entity.name),
                    (*variant.path, "moves", move.name, "who"),
                    f'nobody but administrators can make the move "{move.name}": '
                    f"no department lets {' or '.join(sorted(move.who))} in",
                    "name a role that works in a department, or let this one into one",
                )


def _working_roles(model: Model) -> frozenset[str]:
    """The roles of those who may enter a department, included ones too."""
    entering = {role for department in model.departments.values() for role in department.roles}
    return frozenset(name for role in entering for name in model.roles[role].includes)


LINT = Lint(
    code="move-for-nobody",
    title="A move that nobody may make",
    explanation="No department lets the roles in `who` in, nor a role that includes one of them, so "
    "the button is on nobody's screen but an administrator's.",
    example="moves: {approve: {from: [new], to: approved, who: [auditor]}}",
    find=_find,
)
