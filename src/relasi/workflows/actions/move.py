"""`move`: takes the record to another state by a move of its process, as the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from relasi.schema.compiler.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Assignment, Writing, expressions_of
from relasi.workflows.actions.base import Action, Running, Said


class MoveStep(StepSpec):
    move: str = Field(description="the move; what it needs and asks holds for rules too, who may make it not")
    set: dict[str, Any] = Field(
        {}, description="values that go along: field: expression, or text with {holes}"
    )

    def compile(self, at: StepDraft) -> MakeMove | None:
        process = at.entity.spec.process
        moves = (
            {name: move for part in process.parts.values() for name, move in part.moves.items()}
            if process
            else {}
        )
        if (
            at.page.pick((*at.path, "move"), "unknown-move", f"move of {at.entity.name}", self.move, moves)
            is None
        ):
            return None
        assert process is not None
        values = at.assigned("set", to=at.entity)
        return MakeMove(at.name, at.entity.name, self.move, process.field, values)


@dataclass(frozen=True, slots=True)
class MakeMove(Action):
    move: str
    state: str
    """The field that it changes."""
    values: tuple[Assignment, ...]

    def run(self, running: Running) -> Said:
        record = running.record()
        values = running.values(self.entity, self.values)
        running.work.move(self.entity, record["id"], record["version"], self.move, values)
        dumped = running.dumped(self.entity, values)
        return {"step": "move", "path": self.path, "move": self.move, "values": dumped}

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of(each.value for each in self.values)

    def writes(self) -> Iterator[Writing]:
        given = {each.field: each.value for each in self.values}
        yield Writing(self.entity, {self.state: None, **given}, moves=frozenset([self.move]))
