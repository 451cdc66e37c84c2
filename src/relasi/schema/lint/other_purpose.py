"""Messages to people who are chosen by data that are kept for something else."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.config.documents import Home
from relasi.schema.expressions import Expression
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.model import Model, Step, Workflow, walk


def _find(survey: Survey) -> Iterator[Finding]:
    for workflow in survey.model.workflows.values():
        for step in walk(workflow.steps):
            for condition in step.conditions():
                if condition.keys == ("where",):
                    yield from _misused(survey.model, workflow, step, condition.expression)


def _misused(model: Model, workflow: Workflow, step: Step, where: Expression) -> Iterator[Finding]:
    sent = {
        model.messages[each.message].purpose
        for inner in walk(step.children())
        for each in inner.outgoing()
        if each.message is not None
    }
    for entity, name in sorted(where.reads):
        field = model.entities[entity].fields.get(name)
        if field is None or not field.purposes:
            continue
        for purpose in sorted(sent - set(field.purposes)):
            kept = ", ".join(field.purposes)
            message = f"{name} is kept for {kept}, and chooses here whom to write to for {purpose}"
            help = f"choose by other fields, or add {purpose} to the purposes of {name}"
            yield Finding(
                Home("workflow", workflow.name), (*step.place, "where"), message, help, at_key=False
            )


LINT = Lint(
    code="other-purpose",
    title="People chosen by data that are kept for something else",
    explanation="Personal data serve the purposes that they were collected for. Who was told that a birthday "
    "is kept for the contract is not chosen by it for advertising.",
    example="- for each: guest\n  where: birthday = today()\n  do: [{email: {to: email, message: offer}}]",
    find=_find,
)
