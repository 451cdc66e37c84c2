"""Agreed times in words: how much time is left, or by how much it is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from babel import Locale
from babel.units import format_unit

from relasi.apps.visitor import Visitor
from relasi.schema.clocks import Sla
from relasi.schema.derivations import Clock
from relasi.schema.fields.base import Value
from relasi.schema.fields.notation.timespans import working_days
from relasi.schema.model import Entity, Field


def clock_of(field: Field) -> Sla | None:
    """The agreed time whose state the field shows."""
    derivation = field.derivation
    return derivation.sla if isinstance(derivation, Clock) and derivation.part == "state" else None


def with_due(entity: Entity, names: Iterable[str]) -> tuple[str, ...]:
    """The fields with those that tell how much time the clocks among them have."""
    wanted = list(names)
    due = (sla.field("due") for name in wanted if (sla := clock_of(entity.fields[name])))
    return tuple(dict.fromkeys([*wanted, *due]))


def clock_words(visitor: Visitor, sla: Sla, values: Mapping[str, Value]) -> str | None:
    """What is left of the time, working time where that was agreed; None where it does not run."""
    state, due = values.get(sla.field("state")), values.get(sla.field("due"))
    if due is None or state not in ("running", "warned", "breached"):
        return None
    now: datetime = visitor.crm.clock()
    start, end = sorted((now, due))
    amount = sla.calendar.between(start, end) if sla.counts_work else end - start
    return visitor.say("clock_left" if now < due else "clock_late", length=_length(visitor, sla, amount))


def _length(visitor: Visitor, sla: Sla, amount: timedelta) -> str:
    """Whole days, else whole hours, else minutes."""
    day = sla.calendar.day if sla.counts_work else timedelta(days=1)
    days, hours = amount // day, amount // timedelta(hours=1)
    if days and sla.counts_work:
        return working_days(days, visitor.language)
    minutes = max(1, amount // timedelta(minutes=1))
    count, unit = (days, "day") if days else (hours, "hour") if hours else (minutes, "minute")
    return format_unit(count, f"duration-{unit}", locale=Locale(visitor.language))
