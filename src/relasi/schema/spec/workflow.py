"""workflows/*.yaml: one rule each."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec


class ChangedSpec(Spec):
    changed: str | list[str] = Field(description="field or fields: any of them suffices")


class AssignSpec(Spec):
    to: str = Field(description="role.NAME")
    by: Literal["least_busy", "round_robin"] = Field("least_busy", description="who is next among them")
    field: str = Field("owner", description="the user field that gets the person")
    busy: Condition | None = Field(
        None, description="which records of this entity count as work; all if absent"
    )


class SetStep(Spec):
    set: dict[str, Any] = Field(
        min_length=1, description="field: expression; for text fields a text with {holes}"
    )


class AssignStep(Spec):
    assign: AssignSpec = Field(description="gives the record to one person of a role")


class CreateStep(Spec):
    create: str = Field(description="the entity of the new record")
    set: dict[str, Any] = Field({}, description="its values: field: expression, or text with {holes}")


class UpdateStep(Spec):
    update: str = Field(description="the link field whose record is changed")
    set: dict[str, Any] = Field(
        min_length=1, description="its new values: field: expression, or text with {holes}"
    )


STEPS: dict[str, type[Spec]] = {
    "assign": AssignStep,
    "create": CreateStep,
    "update": UpdateStep,
    "set": SetStep,
}
"""A step is known by the first of these keys that it has."""


class WorkflowSpec(Spec):
    workflow: Name = Field(description="the name of the rule")
    label: LabelSpec | None = Field(None, description="what people call the rule")
    entity: str = Field(description="the entity whose records it watches")
    when: str | list[str | ChangedSpec] | ChangedSpec = Field(
        description="created, updated, {changed: field}, or several"
    )
    if_: Condition | None = Field(None, alias="if", description="what the record must meet")
    runs: Literal["every time", "once per record"] = Field(
        "every time", description="how often on one record"
    )
    do: list[Any] = Field(min_length=1, description="the steps, in order")
