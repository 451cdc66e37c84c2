"""The clocks of agreed times: what they show, from what the record says now and in which periods they ran."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

from relasi.platform.contract import Transaction
from relasi.platform.query import Asking, Query, Row
from relasi.schema.clocks import OPEN, ClockState, Part, Sla
from relasi.schema.expressions import Situation
from relasi.schema.expressions.types import Boolean
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity
from relasi.schema.timespans import Timespan

Period = tuple[datetime, datetime | None]
"""From when to when a clock ran; None: it still runs."""

_TOGETHER = 500


def reckoned(entity: Entity, situation: Situation, *, is_past: bool = False) -> dict[str, Value]:
    """Every field of the clocks as it should be at this moment, one clock after the other.

    `is_past` where the record comes with a history that nobody saw: it is not now that it came to where it
    stands, and a clock that was met at an unknown time stays empty.
    """
    values = dict(situation.record)
    found: dict[str, Value] = {}
    for sla in entity.slas:
        shown = _Reckoning(sla, replace(situation, record=values), is_past).shown()
        found |= {sla.field(part): value for part, value in shown.items()}
        values |= found
    return found


def refill(transaction: Transaction, entity: Entity, fields: Set[str], asking: Asking) -> None:
    """Reckons the clocks anew that have any of these fields, or go by them, in every record where they are
    open or have not begun. What was met has been judged by what was agreed then."""
    slas = tuple(sla for sla in entity.slas if not fields.isdisjoint({sla.field("state"), *sla.reads}))
    some = replace(entity, slas=slas)
    query: Query | None = Query(entity.name, asking, limit=_TOGETHER) if slas else None
    while query is not None:
        page = transaction.find(query)
        transaction.put(
            entity.name, {row["id"]: new for row in page.rows if (new := _refilled(some, row, asking))}
        )
        query = replace(query, after=page.next) if page.next else None


def _refilled(entity: Entity, row: Row, asking: Asking) -> dict[str, Value]:
    slas = tuple(sla for sla in entity.slas if row[sla.field("state")] in (None, *OPEN))
    situation = Situation(row, asking.now, asking.zone, record_id=row["id"])
    return different(row, reckoned(replace(entity, slas=slas), situation, is_past=True))


def different(row: Mapping[str, Value], values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if row[name] != value}


@dataclass(frozen=True, slots=True)
class _Reckoning:
    sla: Sla
    situation: Situation
    is_past: bool

    def kept(self, part: Part) -> Value:
        """What the record says of it so far."""
        return self.situation.record.get(self.sla.field(part))

    def shown(self) -> dict[Part, Value]:
        met_at, is_met = self._met()
        periods = self._periods(met_at, is_met=is_met)
        span = self.sla.target.of(self.situation.record)
        if periods and span is not None and (met_at is not None or not is_met):
            with suppress(OverflowError):  # it would be due beyond the year 9999
                return self._judged(periods, met_at, span)
        return {
            "state": None,
            "due": None,
            "used": None,
            "met_at": met_at,
            "next": None,
            "periods": _written(periods),
        }

    def _met(self) -> tuple[datetime | None, bool]:
        """When it was met, as far as that is known, and whether it is."""
        found = self.sla.met_when.evaluate(self.situation)
        if not isinstance(self.sla.met_when.type, Boolean):
            return found, found is not None
        if not found:
            return None, False
        return self.kept("met_at") or (None if self._is_unknown() else self.situation.now), True

    def _is_unknown(self) -> bool:
        """Whether it was met before anybody looked. Its clock has not run then."""
        periods = _read(self.kept("periods"))
        if not periods:
            return self.is_past
        return self.kept("state") is None and periods[-1][1] is not None

    def _start(self, periods: list[Period]) -> datetime | None:
        found: datetime | bool | None = self.sla.starts.evaluate(self.situation)
        if isinstance(found, datetime):
            return found
        if isinstance(self.sla.starts.type, Boolean) and periods:
            return periods[0][0]
        return self.situation.now if found else None

    def _periods(self, met_at: datetime | None, *, is_met: bool) -> list[Period]:
        """Those in which it ran so far, the last of them open where it runs now."""
        periods, now = _read(self.kept("periods")), self.situation.now
        start = self._start(periods)
        if start is None:
            return []
        if is_met and met_at is None:
            return periods or [(start, start)]
        periods = _beginning(periods, start)
        begun, ended = periods[-1]
        paused = self.sla.pauses is not None and bool(self.sla.pauses.evaluate(self.situation))
        if not (is_met or paused):
            return periods if ended is None else [*periods, (max(now, ended), None)]
        if is_met and (ended is None or ended == self.kept("met_at")):
            ended = met_at or now
        elif ended is None:
            ended = self._paused_at()
        return [*periods[:-1], (begun, max(begun, ended))]

    def _paused_at(self) -> datetime:
        field = self.sla.paused_since
        since: datetime | None = self.situation.record.get(field) if field and self.is_past else None
        return since or self.situation.now

    def _judged(self, periods: list[Period], met_at: datetime | None, span: Timespan) -> dict[Part, Value]:
        now = self.situation.now
        used = sum((self._amount(span, *each) for each in periods if each[1]), timedelta())
        due = self._due(periods, met_at, span)
        warned = self._warned(due, span) if due is not None and periods[-1][1] is None else None
        was = self.kept("state") if due == self.kept("due") and not self.is_past else None
        state: ClockState
        if met_at is not None:
            state = "met_late" if used > span.amount(self.sla.calendar) else "met"
        elif due is None:
            state = "paused"
        elif due <= now or was == "breached":  # also where the clock of the machine was set back meanwhile
            state = "breached"
        elif (warned is not None and warned <= now) or was == "warned":
            state = "warned"
        else:
            state = "running"
        following = {"running": warned or due, "warned": due}.get(state)
        return {
            "state": state,
            "due": due,
            "used": used,
            "met_at": met_at,
            "next": following,
            "periods": _written(periods),
        }

    def _due(self, periods: list[Period], met_at: datetime | None, span: Timespan) -> datetime | None:
        """When all the time is used, or would have been; None where it stands with time left."""
        left = span.amount(self.sla.calendar)
        for start, end in periods:
            amount = self._amount(span, start, end)
            if end is None or end == met_at or left <= amount:
                return Timespan(left, working=span.working).after(start, self.sla.calendar)
            left -= amount
        return None

    def _amount(self, span: Timespan, start: datetime, end: datetime | None) -> timedelta:
        if end is None or end <= start:
            return timedelta()
        return self.sla.calendar.between(start, end) if span.working else end - start

    def _warned(self, due: datetime, span: Timespan) -> datetime | None:
        warn, calendar = self.sla.warn, self.sla.calendar
        if isinstance(warn, Decimal):
            microseconds = (1 - warn) * (span.amount(calendar) // timedelta(microseconds=1))
            warn = Timespan(timedelta(microseconds=int(microseconds)), working=span.working)
        return None if warn is None else warn.before(due, calendar)


def _beginning(periods: list[Period], start: datetime) -> list[Period]:
    """The periods where the clock began at this moment; what ended before it is left out."""
    if not periods:
        return [(start, None)]
    if periods[0][0] > start:
        return [(start, periods[0][1]), *periods[1:]]
    kept = [(max(begun, start), ended) for begun, ended in periods if ended is None or ended >= start]
    return kept if kept and kept[0][0] == start else [(start, start), *kept]


def _read(written: Value) -> list[Period]:
    """JSON: the moments at which it began to run and stopped, in turn."""
    moments = [datetime.fromisoformat(each) for each in json.loads(written or "[]")]
    return list(zip_longest(moments[::2], moments[1::2]))


def _written(periods: list[Period]) -> str | None:
    moments = [each.astimezone(UTC).isoformat() for period in periods for each in period if each is not None]
    return json.dumps(moments, separators=(",", ":")) if moments else None
