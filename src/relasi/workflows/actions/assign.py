"""`assign`: gives the record to one of several people, and says why to this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Choice, Text, User, type_name
from relasi.schema.model import StepCondition, Writing
from relasi.schema.owners import OWNER
from relasi.schema.spec.base import Condition, Spec
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.choosing import Absent, AssignBy, Match, Vacancy, choose
from relasi.workflows.people import HOW, People, compile_people

NOBODY = "nobody"

_KINDS = {"skill": "skills", "territory": "territories"}


class AssignSpec(Spec):
    to: str = Field(description=HOW)
    by: Literal["least_busy", "round_robin"] = Field("least_busy", description="who is next among them")
    field: str = Field("owner", description="the user field that gets the person")
    busy: Condition | None = Field(
        None, description="which records of this entity count as work; all if absent"
    )
    capacity: int | None = Field(
        None, ge=1, description="whoever has so many records that count as work gets no more of them"
    )
    skill: str | None = Field(
        None,
        description="a text or choice of the record, such as category: only people with this skill",
    )
    territory: str | None = Field(
        None, description="a text or choice of the record, such as city: only people who work there"
    )
    absent: Literal["skip", "delegate"] = Field(
        "skip", description="whether whoever is away is left out, or their delegate takes the place"
    )
    else_: str | None = Field(
        None,
        alias="else",
        description="who gets it where none of them can, as to; nobody leaves the field as it is; "
        "the rule fails if absent",
    )


class AssignStep(StepSpec):
    assign: AssignSpec = Field(description="gives the record to one of several people")

    def compile(self, at: StepDraft) -> Assign | None:
        spec, entity = self.assign, at.entity
        to = compile_people(at, "assign", "to", text=spec.to)
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
        matches = tuple(_matches(spec, at))
        otherwise = _otherwise(spec, at)
        if to is None:
            return None
        vacancy = Vacancy(
            entity.name,
            spec.field,
            to,
            AssignBy(spec.by),
            busy,
            matches,
            spec.capacity,
            Absent(spec.absent),
            otherwise,
            may_stay=spec.else_ == NOBODY,
        )
        return Assign(at.name, entity.name, vacancy)


def _matches(spec: AssignSpec, at: StepDraft) -> Iterator[Match]:
    for key, kind in _KINDS.items():
        text = getattr(spec, key)
        word = at.expression("assign", key, text=text) if text is not None else None
        if word is None:
            continue
        if isinstance(word.type, Text | Choice):
            yield Match(kind, word)
        else:
            message = f"a {key} is a word: a text or a choice, not {type_name(word.type)}"
            help = "name a text or choice field of the record, or of one that it links to"
            at.wrong("assign", key, code="not-a-word", message=message, help=help)


def _otherwise(spec: AssignSpec, at: StepDraft) -> People | None:
    if spec.else_ is None or spec.else_ == NOBODY:
        return None
    return compile_people(at, "assign", "else", text=spec.else_)


@dataclass(frozen=True, slots=True)
class Assign(Action):
    vacancy: Vacancy

    def run(self, running: Running) -> Said:
        record = running.record()
        choice = choose(running.work, self.vacancy, running.situation)
        if choice.user_id is not None:
            values = {self.vacancy.field: choice.user_id}
            running.work.update(self.entity, record["id"], record["version"], values)
        return {
            "step": "assign",
            "path": self.path,
            "user": choice.user_id,
            "to": self.vacancy.to.written,
            "why": choice.why,
        }

    def expressions(self) -> Iterator[Expression]:
        yield from self.vacancy.expressions()

    def conditions(self) -> Iterator[StepCondition]:
        if self.vacancy.busy:
            yield StepCondition(("assign", "busy"), self.vacancy.busy, "nobody ever counts as busy")

    def writes(self) -> Iterator[Writing]:
        yield Writing(self.entity, {self.vacancy.field: None})
