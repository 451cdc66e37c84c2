"""Lengths of time as definitions write them: plain ones, and working time, which only a calendar measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from relasi.schema.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Timespan:
    """48 hours, 2 days; 48 working hours, 3 working days.

    Plain days are 24 hours. A working day is as much working time as a usual day of the calendar has: three
    working days from Tuesday at ten end on Friday at ten.
    """

    length: timedelta
    """Of working time, what is not in `days`."""
    days: Decimal = Decimal(0)
    """Working days; 0 where the time is plain."""
    working: bool = False

    def amount(self, calendar: Calendar) -> timedelta:
        """How much time it is, plain or working."""
        microseconds = self.days * (calendar.day // timedelta(microseconds=1))
        return self.length + timedelta(microseconds=int(microseconds))

    def after(self, moment: datetime, calendar: Calendar) -> datetime:
        """The first moment by which it has passed, in UTC. Raises OverflowError beyond the year 9999."""
        if self.working:
            return calendar.after(moment, self.amount(calendar))
        return moment.astimezone(UTC) + self.length

    def before(self, moment: datetime, calendar: Calendar) -> datetime:
        """The last moment from which it passes until `moment`, in UTC."""
        if self.working:
            return calendar.before(moment, self.amount(calendar))
        return moment.astimezone(UTC) - self.length
