"""States that records never come to."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.lint.states import reached_states


def _find(survey: Survey) -> Iterator[Finding]:
    for entity, found in reached_states(survey.model).items():
        process = survey.model.entities[entity].process
        variants = process.variants if process else ()
        for variant, name in ((each, name) for each in variants for name in each.states):
            if name not in found:
                yield Finding(
                    Home("entity", entity),
                    (*variant.path, "states", name),
                    f'no record comes to the state "{name}": no moves lead there from "{variant.initial}"',
                    f"add a move to {name}, or take the state away",
                )


LINT = Lint(
    code="unreachable-state",
    title="A state that no record comes to",
    explanation="Records start in the first state of the process, or where a rule creates them, and "
    "go on by moves. No such way leads to this state.",
    example="states: {new: {}, archived: {kind: done}}",
    find=_find,
)
