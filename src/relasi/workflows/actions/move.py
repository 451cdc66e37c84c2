"""`move`: takes a record to another state by a move of its process, as the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from relasi.platform.query import Row
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.model import Assignment, Whose, Writing, expressions_of
from relasi.workflows.actions.base import Action, Running, Said


class MoveStep(StepSpec):
    move: str = Field(description="the move; what it needs and asks holds for rules too, who may make it not")
    of: str | None = Field(
        None, description="the link field whose record is moved; the record of the rule if absent"
    )
    set: dict[str, Any] = Field(
        {}, description="values that go along: field: expression, or text with {holes}"
    )

    def compile(self, at: StepDraft) -> MakeMove | None:
        target = at.linked("of", link=self.of) if self.of else at.entity
        if target is None:
            return None
        process = target.spec.process
        moves = (
            {name: move for part in process.parts.values() for name, move in part.moves.items()}
            if process
            else {}
        )
        if (
            at.page.pick((*at.path, "move"), "unknown-move", f"move of {target.name}", self.move, moves)
            is None
        ):
            return None
        assert process is not None
        values = at.assigned("set", to=target)
        return MakeMove(at.name, at.entity.name, self.of, target.name, self.move, process.field, values)


@dataclass(frozen=True, slots=True)
class MakeMove(Action):
    link: str | None
    target: str
    move: str
    state: str
    """The field that it changes."""
    values: tuple[Assignment, ...]

    def run(self, running: Running) -> Said:
        said: Said = {"step": "move", "path": self.path, "entity": self.target, "move": self.move}
        record = self._moved(running)
        if record is None:
            return {**said, "id": None}
        values = running.values(self.target, self.values)
        running.work.move(self.target, record["id"], record["version"], self.move, values)
        return {**said, "values": running.dumped(self.target, values)}

    def _moved(self, running: Running) -> Row | None:
        record = running.record()
        if self.link is None:
            return record
        return None if record[self.link] is None else running.current(self.target, record[self.link])

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of(each.value for each in self.values)

    def reads(self) -> Iterator[tuple[str, str]]:
        if self.link is not None:
            yield self.entity, self.link

    def writes(self) -> Iterator[Writing]:
        given = {each.field: each.value for each in self.values}
        whose = Whose.ITS if self.link is None else Whose.OTHER
        yield Writing(self.target, {self.state: None, **given}, whose, moves=frozenset([self.move]))
