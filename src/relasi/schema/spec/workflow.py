"""workflows/*.yaml: one rule each. The shapes of its steps are in `relasi.workflows.actions`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec
from relasi.schema.spec.trial import Tests

Steps = Annotated[list[Any], Field(min_length=1, json_schema_extra={"items": "steps"})]
"""Each step is looked at when its turn comes, so that a mistake costs only one."""


class ButtonSpec(Spec):
    label: LabelSpec | None = Field(None, description="the words on the button; those of the rule if absent")
    who: list[str] = Field([], description="roles that may press it; whoever may update the record if empty")
    needs: list[str] = Field([], description="fields that must be filled")
    confirm: LabelSpec | None = Field(None, description="a question that people are asked first")


class TriggerSpec(Spec):
    changed: str | list[str] | None = Field(None, description="field or fields: any of them suffices")
    from_: Any = Field(None, alias="from", description="a value, or several, that the field had before")
    to: Any = Field(None, description="a value, or several, that the field has now")
    enters: str | list[str] | None = Field(None, description="state or states that the record comes to")
    leaves: str | list[str] | None = Field(None, description="state or states that the record leaves")
    moved: str | list[str] | None = Field(None, description="move or moves by which it changes its state")
    incoming: str | list[str] | None = Field(
        None,
        description="hook from config/hooks/, form.NAME from config/forms/, or mail.NAME from "
        "config/mailboxes/, by which the record came in; or several",
    )
    every: str | None = Field(None, description="weekday at 08:00, month on the 1st at 07:00, 15 minutes")
    time: str | None = Field(None, description="30 days before FIELD, 90 days after FIELD at 08:00")
    where: Condition | None = Field(
        None, description="with every and time: which records; the rule runs on each of them"
    )
    button: ButtonSpec | None = Field(None, description="a button on the page of the record")


class InFlightSpec(Spec):
    steps: dict[str, str] = Field(
        description="step of the old definition: step of this one, by name, or by place such as do.2"
    )


class WorkflowSpec(Spec):
    workflow: Name = Field(description="the name of the rule")
    label: LabelSpec | None = Field(None, description="what people call the rule")
    entity: str | None = Field(
        None,
        description="the entity whose records it watches; left out in a rule that begins by the clock and is "
        "about no record",
    )
    when: str | list[str | TriggerSpec] | TriggerSpec = Field(
        description="created, updated, deleted, called, every ..., 30 days before FIELD, or as in the table "
        "of triggers; or several of these"
    )
    if_: Condition | None = Field(None, alias="if", description="what the record must meet")
    runs: Literal["every time", "once per record", "restart", "queue"] = Field(
        "every time",
        description="how often on one record; restart: an earlier run that still waits is cancelled; queue: "
        "it begins when the earlier one has ended",
    )
    do: Steps = Field(description="the steps, in order")
    running: Literal["finish", "restart"] | InFlightSpec = Field(
        "finish",
        description="what becomes of runs of the definition before this one: they end on that one, begin "
        "anew on this one, or go on at other steps",
    )
    tests: Tests = Field({}, description="what must be true of the rule: `relasi test` finds out")
