"""`assign`: gives the record to a person of a role, and says why to this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from relasi.schema.compiler.access import OWNER
from relasi.schema.compiler.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import User
from relasi.schema.model import StepCondition, Writing
from relasi.schema.spec.base import Condition, Spec
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.people import AssignBy, Vacancy, choose


class AssignSpec(Spec):
    to: str = Field(description="role.NAME")
    by: Literal["least_busy", "round_robin"] = Field("least_busy", description="who is next among them")
    field: str = Field("owner", description="the user field that gets the person")
    busy: Condition | None = Field(
        None, description="which records of this entity count as work; all if absent"
    )


class AssignStep(StepSpec):
    assign: AssignSpec = Field(description="gives the record to one person of a role")

    def compile(self, at: StepDraft) -> Assign | None:
        spec, entity = self.assign, at.entity
        role = spec.to.removeprefix("role.")
        if role == spec.to:
            known = spec.to in at.draft.roles
            help = f"write role.{spec.to}" if known else "write role. and the name of a role"
            at.wrong("assign", "to", code="bad-value", message=f'"{spec.to}" does not say who', help=help)
            return None
        at.page.pick((*at.path, "assign", "to"), "unknown-role", "role", role, at.draft.roles)
        if spec.field == OWNER and OWNER not in entity.types:
            message = f"a rule can assign a {entity.name} only if it has a field called {OWNER}"
            help = f"add a field {OWNER}: user to {entity.name}, or name another one with field:"
            at.wrong("assign", code="no-owner", message=message, help=help, at_key=True)
            return None
        type_ = at.field("assign", "field", name=spec.field)
        if type_ and not isinstance(type_.expression_type(), User):
            message, help = f'"{spec.field}" does not hold a user', f"add a field {OWNER}: user, or name one"
            at.wrong("assign", "field", code="not-a-user", message=message, help=f"{help} with field:")
        busy = at.page.condition((*at.path, "assign", "busy"), spec.busy, at.draft.scope(entity.name))
        return Assign(at.name, entity.name, Vacancy(entity.name, spec.field, role, AssignBy(spec.by), busy))


@dataclass(frozen=True, slots=True)
class Assign(Action):
    vacancy: Vacancy

    def run(self, running: Running) -> Said:
        record = running.record()
        choice = choose(running.work, self.vacancy)
        values = {self.vacancy.field: choice.user_id}
        running.work.update(self.entity, record["id"], record["version"], values)
        return {
            "step": "assign",
            "path": self.path,
            "user": choice.user_id,
            "role": self.vacancy.role,
            "why": choice.why,
        }

    def expressions(self) -> Iterator[Expression]:
        if self.vacancy.busy:
            yield self.vacancy.busy

    def conditions(self) -> Iterator[StepCondition]:
        if self.vacancy.busy:
            yield StepCondition(("assign", "busy"), self.vacancy.busy, "nobody ever counts as busy")

    def writes(self) -> Iterator[Writing]:
        yield Writing(self.entity, {self.vacancy.field: None})
