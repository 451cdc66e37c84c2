"""`stop`: ends the run, and says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression, Template
from relasi.workflows.actions.base import Action, Running, Stop


class StopStep(StepSpec):
    needs_record: ClassVar[bool] = False

    stop: str = Field(min_length=1, description="why the run ends here, with {holes}")

    def compile(self, at: StepDraft) -> StopRun | None:
        reason = at.template("stop", text=self.stop)
        return StopRun(at.name, at.entity.name, reason) if reason else None


@dataclass(frozen=True, slots=True)
class StopRun(Action):
    reason: Template

    def run(self, running: Running) -> Stop:
        from relasi.records.titles import kept

        reason = self.reason.render(running.situation(), kept(running.work))
        return Stop({"step": "stop", "path": self.path, "reason": reason})

    def expressions(self) -> Iterator[Expression]:
        yield from self.reason.expressions
