"""`set`: changes the record that the rule runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Assignment, Writing, expressions_of
from relasi.workflows.actions.base import Action, Running, Said


class SetStep(StepSpec):
    set: dict[str, Any] = Field(
        min_length=1,
        description="field: expression; for text fields a text with {holes}, or one for each language, of "
        "which that of the company's first language is taken",
    )

    def compile(self, at: StepDraft) -> SetFields:
        return SetFields(at.name, at.entity.name, at.assigned("set", to=at.entity))


@dataclass(frozen=True, slots=True)
class SetFields(Action):
    values: tuple[Assignment, ...]

    def run(self, running: Running) -> Said:
        record = running.record()
        values = running.values(self.entity, self.values)
        running.work.update(self.entity, record["id"], record["version"], values)
        return {"step": "set", "path": self.path, "values": running.dumped(self.entity, values)}

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of(each.value for each in self.values)

    def writes(self) -> Iterator[Writing]:
        yield Writing.of(self.entity, self.values)
