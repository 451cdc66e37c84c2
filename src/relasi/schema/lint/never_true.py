"""Conditions that contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from relasi.schema.expressions.tree import Constant
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.lint.conditions import conditions
from relasi.schema.lint.possible import may_be_true
from relasi.schema.lint.states import allowed_states, reached_states


def _find(survey: Survey) -> Iterator[Finding]:
    allowed = partial(allowed_states, survey.model, reached_states(survey.model))
    for each in conditions(survey.model):
        root = each.expression.root
        if isinstance(root, Constant):  # "false" is no oversight
            continue
        if not may_be_true(root, allowed=allowed):
            yield Finding(
                each.home,
                each.path,
                f"this condition is never true: {each.purpose}",
                "look for two parts that exclude each other, or a state that no record comes to",
                at_key=False,
            )


LINT = Lint(
    code="never-true",
    title="A condition that no record can meet",
    explanation="Whatever values the fields have, the condition is false, so what depends on it "
    "never happens. Relasi tries every option of the choices, both answers of yes-or-no fields and "
    "the states that records come to; comparisons of size are taken to be possible.",
    example="if: status = new and status.kind = done",
    find=_find,
)
