"""`call`: runs another workflow, on the record or on one that a link leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.workflows.actions.base import Answer, Pause, Running, Said, Waiting


class CallStep(StepSpec):
    call: str = Field(description="the workflow; it has called among its triggers")
    on: str | None = Field(None, description="the link whose record it runs on; the record itself if absent")
    and_: Literal["wait", "go on"] = Field(
        "wait", alias="and", description="whether this rule waits until that one has ended"
    )

    def compile(self, at: StepDraft) -> CallWorkflow | None:
        entity = at.entity if self.on is None else at.linked("on", link=self.on)
        if entity is None:
            return None
        known = {name: each for name, each in at.draft.called.items() if each == entity.name}
        what = f"workflow on {entity.name} that waits to be called,"
        if at.page.pick((*at.path, "call"), "unknown-workflow", what, self.call, known) is None:
            return None
        return CallWorkflow(at.name, at.entity.name, self.call, entity.name, self.on, self.and_ == "wait")


@dataclass(frozen=True, slots=True)
class CallWorkflow(Waiting):
    workflow: str
    target: str
    link: str | None
    waits: bool

    def run(self, running: Running) -> Answer:
        said: Said = {"step": "call", "path": self.path, "workflow": self.workflow, "entity": self.target}
        key = running.record_id if self.link is None else running.record()[self.link]
        if key is None:
            return {**said, "id": None}
        outcome = running.conductor.call(running, self.workflow, key, awaited=self.waits)
        said |= {"id": key, "outcome": outcome}
        return Pause(said, "call") if outcome == "waiting" and self.waits else said

    def resume(self, running: Running, woken: str) -> Said:
        return {"step": "call", "path": self.path, "workflow": self.workflow, "ended": woken}

    def reads(self) -> Iterator[tuple[str, str]]:
        if self.link:
            yield self.entity, self.link
