"""Agreed times (SLAs): what their clocks go by, and the fields that keep what they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from relasi.schema.calendars import Calendar
from relasi.schema.expressions import Expression
from relasi.schema.labels import Label
from relasi.schema.timespans import Timespan

Part = Literal["state", "due", "used", "met_at", "next", "periods"]
"""What a clock keeps in a record: where it stands; when it will be late, or was; the time used until it last
stopped; when it was met; when time alone changes the state; and the periods in which it ran."""

INNER: frozenset[Part] = frozenset({"next", "periods"})
"""Parts that only the engine reads."""

ClockState = Literal["running", "warned", "paused", "breached", "met", "met_late"]
OPEN: frozenset[str] = frozenset({"running", "warned", "paused", "breached"})
"""States in which it is not met."""


@dataclass(frozen=True, slots=True)
class Target:
    """How much time there is; where `by` names a field, by its option, and then perhaps by another field."""

    by: str | None
    spans: Mapping[str, Timespan | Target]
    otherwise: Timespan | Target | None

    def of(self, values: Mapping[str, Any]) -> Timespan | None:  # Any: field values
        """What is agreed for a record with these values; None for nothing."""
        option = values.get(self.by) if self.by else None
        found = self.otherwise if option is None else self.spans.get(option, self.otherwise)
        return found.of(values) if isinstance(found, Target) else found

    @property
    def reads(self) -> frozenset[str]:
        """The fields that it goes by."""
        own = frozenset([self.by]) if self.by else frozenset[str]()
        return own.union(*(each.reads for each in self._all if isinstance(each, Target)))

    @property
    def counts_work(self) -> bool:
        """Whether all of its time is working time."""
        return all(
            each.counts_work if isinstance(each, Target) else each.working for each in self._all if each
        )

    @property
    def _all(self) -> tuple[Timespan | Target | None, ...]:
        return (*self.spans.values(), self.otherwise)


@dataclass(frozen=True, slots=True)
class Sla:
    """`starts` and `met_when` are conditions, or give the moment. What they and `pauses` read are fields of
    the record itself."""

    name: str
    label: Label
    starts: Expression
    target: Target
    met_when: Expression
    pauses: Expression | None
    paused_since: str | None
    """The field that holds since when it pauses, where there is one."""
    calendar: Calendar
    warn: Timespan | Decimal | None
    """How long before it is due, or after which share of the time, people are warned."""
    text: str
    """Another one for every definition that gives other clocks."""

    def field(self, part: Part) -> str:
        return f"{self.name}_{part}"

    @property
    def reads(self) -> frozenset[str]:
        """The fields that it goes by."""
        return self.target.reads.union(*(each.fields for each in self.expressions))

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (self.starts, self.met_when, *((self.pauses,) if self.pauses else ()))

    @property
    def counts_work(self) -> bool:
        """Whether all of its time is working time."""
        return self.target.counts_work
