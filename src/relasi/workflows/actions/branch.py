"""`if`: one of two lists of steps, by a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression, trace
from relasi.schema.model import Step, StepCondition
from relasi.schema.spec.base import Condition
from relasi.schema.spec.workflow import Steps
from relasi.workflows.actions.base import Action, Answer, Jump, Running


class IfStep(StepSpec):
    needs_record: ClassVar[bool] = False

    if_: Condition = Field(alias="if", description="what decides which steps are taken")
    then: Steps = Field(description="the steps if it holds")
    else_: Steps | None = Field(None, alias="else", description="the steps if it does not")

    def compile(self, at: StepDraft) -> Branch | None:
        condition = at.condition("if", text=self.if_)
        then, otherwise = at.steps("then"), at.steps("else")
        return Branch(at.name, at.entity.name, condition, then, otherwise) if condition else None


@dataclass(frozen=True, slots=True)
class Branch(Action):
    condition: Expression
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]

    def run(self, running: Running) -> Answer:
        asked = trace(self.condition, running.situation()).to_json()
        said = {"step": "if", "path": self.path, "condition": asked}
        if asked["value"]:
            return Jump(said, f"{self.path}.then")
        return Jump(said, f"{self.path}.else") if self.otherwise else said

    def expressions(self) -> Iterator[Expression]:
        yield self.condition

    def conditions(self) -> Iterator[StepCondition]:
        yield StepCondition(("if",), self.condition, "these steps are never taken")

    def lists(self) -> Iterator[tuple[str, Sequence[Step]]]:
        yield f"{self.path}.then", self.then
        if self.otherwise:
            yield f"{self.path}.else", self.otherwise
