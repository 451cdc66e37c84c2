"""`sla:` of an entity: times that were agreed, such as for a first answer and for the solution."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from relasi.schema.fields.notation.definitions import OldNames
from relasi.schema.spec.base import Condition, LabelSpec, Spec

ELSE = "else"
BY = "by"


Length = Annotated[str, Field(description="48 hours, 2 days, 4 working hours, 3 working days")]


class SlaSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people call it; the field that shows the clock")
    was: OldNames = Field((), description="the name, or names, that it had before")
    starts: Condition = Field(
        "created_at",
        description="when the clock starts: a date and time, such as a field that holds one; or a condition, "
        "and it starts when a write first meets that",
    )
    target: Length | dict[str, Length | dict[str, Length]] = Field(
        description="how much time there is: 2 working days; or by a field: "
        "{by: priority, urgent: 1 working hour, else: 2 working days}; an option may ask a second field "
        "in the same way: {by: level, gold: {by: priority, else: 2 hours}, else: 1 day}"
    )
    met_when: Condition = Field(
        description="when it is met: a condition, or a date and time that is filled by then; "
        "the clock goes on where that is no longer so"
    )
    pauses: Condition | None = Field(
        None, description="while this holds the clock stands; in states of the kind paused if absent"
    )
    calendar: str | None = Field(None, description="a name from calendars in crm.yaml; the first if absent")
    warn: str | None = Field(
        None, description="when it is due soon: 80% of the time, or 1 working hour before it is due"
    )
