"""workflows/*.yaml: one rule each. The shapes of its steps are in `relasi.workflows.actions`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec

Steps = Annotated[list[Any], Field(min_length=1, json_schema_extra={"items": "steps"})]
"""Each step is looked at when its turn comes, so that a mistake costs only one."""


class ChangedSpec(Spec):
    changed: str | list[str] = Field(description="field or fields: any of them suffices")


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
    do: Steps = Field(description="the steps, in order")
