"""`update`: changes the record that a link of the rule's record leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Assignment, Whose, Writing, expressions_of
from relasi.workflows.actions.base import Action, Running, Said


class UpdateStep(StepSpec):
    update: str = Field(description="the link field whose record is changed")
    set: dict[str, Any] = Field(
        min_length=1, description="its new values: field: expression, or text with {holes}"
    )

    def compile(self, at: StepDraft) -> UpdateRecord | None:
        target = at.linked("update", link=self.update)
        if target is None:
            return None
        return UpdateRecord(at.name, at.entity.name, self.update, target.name, at.assigned("set", to=target))


@dataclass(frozen=True, slots=True)
class UpdateRecord(Action):
    link: str
    target: str
    values: tuple[Assignment, ...]

    def run(self, running: Running) -> Said:
        said: Said = {"step": "update", "path": self.path, "entity": self.target, "link": self.link}
        key = running.record()[self.link]
        if key is None:
            return {**said, "id": None}
        linked = running.current(self.target, key)
        values = running.values(self.target, self.values)
        running.work.update(self.target, key, linked["version"], values)
        return {**said, "id": key, "values": running.dumped(self.target, values)}

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of(each.value for each in self.values)

    def reads(self) -> Iterator[tuple[str, str]]:
        yield self.entity, self.link

    def writes(self) -> Iterator[Writing]:
        yield Writing.of(self.target, self.values, Whose.OTHER)
