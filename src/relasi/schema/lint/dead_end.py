"""States that hold records forever though the work is not done."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.model import StateKind


def _find(survey: Survey) -> Iterator[Finding]:
    for entity in survey.model.entities.values():
        process = entity.process
        if process is None:
            continue
        for variant in process.variants:
            for name in variant.states:
                kind = process.states[name].kind
                leaves = any(move.target != name for move in variant.moves_from(name))
                if kind is not StateKind.DONE and not leaves:
                    yield Finding(
                        Home("entity", entity.name),
                        (*variant.path, "states", name),
                        f'no move leads out of the state "{name}", and its kind is "{kind.value}"',
                        "add a move, or write kind: done where the work is over",
                    )


LINT = Lint(
    code="dead-end",
    title="A state without a way out that is not done",
    explanation="A record in this state counts as unfinished work and can never be finished.",
    example="states: {new: {kind: open}}",
    find=_find,
)
