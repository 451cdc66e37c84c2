"""`create`: makes a new record of any entity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from relasi.schema.compiler.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Assignment, Whose, Writing, expressions_of
from relasi.workflows.actions.base import Action, Running, Said


class CreateStep(StepSpec):
    needs_record: ClassVar[bool] = False

    create: str = Field(description="the entity of the new record")
    set: dict[str, Any] = Field({}, description="its values: field: expression, or text with {holes}")

    def compile(self, at: StepDraft) -> CreateRecord | None:
        target = at.target("create", name=self.create)
        if target is None:
            return None
        return CreateRecord(at.name, at.entity.name, target.name, at.assigned("set", to=target, is_new=True))


@dataclass(frozen=True, slots=True)
class CreateRecord(Action):
    target: str
    values: tuple[Assignment, ...]

    def run(self, running: Running) -> Said:
        values = running.values(self.target, self.values)
        key = running.work.create(self.target, values)
        return {
            "step": "create",
            "path": self.path,
            "entity": self.target,
            "id": key,
            "values": running.dumped(self.target, values),
        }

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of(each.value for each in self.values)

    def writes(self) -> Iterator[Writing]:
        yield Writing.of(self.target, self.values, Whose.NEW)
