"""`approve`: asks people for their word, level by level, and goes on with what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.labels import Label, label_of
from relasi.schema.spec.base import Condition, LabelSpec, Spec
from relasi.schema.spec.workflow import Steps
from relasi.schema.timespans import Timespan
from relasi.texts import say
from relasi.workflows.actions.notify import picked_message
from relasi.workflows.approving import Approve, Escalation, Level
from relasi.workflows.people import HOW, People, compile_people

_OF = "how many of them have to agree: a number, all, or each (one of each that by names)"

By = str | Annotated[list[str], Field(min_length=1)]
Count = Annotated[int, Field(ge=1)] | Literal["all", "each"]


class LevelSpec(Spec):
    by: By = Field(description=f"who is asked: {HOW}; or several")
    of: Count = Field(1, description=_OF)
    if_: Condition | None = Field(
        None, alias="if", description="records that need this level, such as amount > 100000000"
    )
    label: LabelSpec | None = Field(None, description="what people call the level")


class EscalateSpec(Spec):
    after: str = Field(description="a length of time: 2 working days")
    to: By = Field(description="whose word then suffices, as by")


class ApproveSpec(Spec):
    label: LabelSpec | None = Field(None, description="what is asked for, as people read it")
    by: By | None = Field(None, description=f"who is asked: {HOW}; or several")
    of: Count = Field(1, description=_OF)
    levels: list[LevelSpec] = Field([], description="several approvals, one after the other, instead of by")
    four_eyes: bool = Field(True, description="whether whoever set off the rule has no voice")
    fields: list[str] = Field(
        [], description="fields that the word is about; those that the levels ask for if empty"
    )
    when_changed: Literal["refuse", "restart"] = Field(
        "refuse",
        description="what becomes of a change to these fields: it is refused, or all are asked anew",
    )
    remind: str | None = Field(
        None, description="after how long people are reminded, and again: 1 working day"
    )
    escalate: EscalateSpec | None = Field(None, description="who else may decide when it takes too long")
    calendar: str | None = Field(
        None, description="which calendar measures working time; the first if absent"
    )
    message: str | None = Field(
        None, description="a message from config/messages/ that tells people, beside their inbox"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.by is None) == (not self.levels):
            raise PydanticCustomError("approve", "it says by, or levels, one of the two")
        return self


class ApproveStep(StepSpec):
    approve: ApproveSpec = Field(description="asks people whether to go on")
    approved: Steps | None = Field(None, description="the steps once enough have agreed")
    rejected: Steps | None = Field(None, description="the steps if one of them refuses")
    withdrawn: Steps | None = Field(None, description="the steps if it is taken back; the run ends if absent")

    def compile(self, at: StepDraft) -> Approve | None:
        spec = self.approve
        levels = tuple(_levels(at, spec))
        for index, name in enumerate(spec.fields):
            at.field("approve", "fields", index, name=name)
        if spec.calendar is not None:
            place = (*at.path, "approve", "calendar")
            at.page.pick(place, "unknown-calendar", "calendar", spec.calendar, at.draft.calendars)
        if spec.message is not None:
            picked_message(at, "approve", "message", name=spec.message)
        remind = _length(at, "remind", text=spec.remind)
        escalation = _escalation(at, spec.escalate) if spec.escalate else None
        lists = {name: at.steps(name) for name in ("approved", "rejected", "withdrawn")}
        return Approve(
            at.name,
            at.entity.name,
            label=_label(at, spec.label),
            levels=levels,
            four_eyes=spec.four_eyes,
            fields=tuple(spec.fields) or _asked_for(levels, at),
            locks=spec.when_changed == "refuse",
            remind=remind,
            escalation=escalation,
            calendar=spec.calendar,
            message=spec.message,
            branches=lists,
        )


def _label(at: StepDraft, spec: LabelSpec | None) -> Label:
    if spec is not None:
        return label_of(spec, "", at.draft.languages)
    return {language: say(language, "approvals.approval") for language in at.draft.languages}


def _levels(at: StepDraft, spec: ApproveSpec) -> Iterator[Level]:
    if spec.by is not None:
        people = _people(at, "approve", "by", by=spec.by)
        yield Level(people, *_needed(spec.of), None, None, ("approve",))
    for index, each in enumerate(spec.levels):
        keys = ("approve", "levels", index)
        people = _people(at, *keys, "by", by=each.by)
        condition = at.condition(*keys, "if", text=each.if_)
        label = None if each.label is None else label_of(each.label, "", at.draft.languages)
        yield Level(people, *_needed(each.of), condition, label, keys)


def _needed(of: Count) -> tuple[int | None, bool]:
    """How many, and whether one of each group."""
    return (of if isinstance(of, int) else None), of == "each"


def _people(at: StepDraft, *keys: str | int, by: str | Sequence[str]) -> tuple[People, ...]:
    if isinstance(by, str):
        found = [compile_people(at, *keys, text=by)]
    else:
        found = [compile_people(at, *keys, index, text=each) for index, each in enumerate(by)]
    return tuple(each for each in found if each is not None)


def _escalation(at: StepDraft, spec: EscalateSpec) -> Escalation | None:
    after = _length(at, "escalate", "after", text=spec.after)
    to = _people(at, "approve", "escalate", "to", by=spec.to)
    return Escalation(after, to) if after else None


def _length(at: StepDraft, *keys: str, text: str | None) -> Timespan | None:
    if text is None:
        return None
    return compile_timespan(at.page, (*at.path, "approve", *keys), text, at.draft.calendars)


def _asked_for(levels: Sequence[Level], at: StepDraft) -> tuple[str, ...]:
    """The record's own fields that decide which levels there are."""
    read = {path for level in levels if level.condition for path in level.condition.fields}
    return tuple(name for name in at.entity.types if name in read)
