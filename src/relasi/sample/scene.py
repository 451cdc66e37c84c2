"""What a recipe may look at while a record is made: chance, time, people, and the records made before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from relasi.schema.fields.base import Value

if TYPE_CHECKING:  # recipes are checked without a database, and that must be quick
    from relasi.store.users import User

Made = Mapping[str, Value]
"""A record of the sample, with its id."""

_OPENS, _CLOSES = 8, 17


@dataclass(slots=True)
class Scene:
    """`values` are those of the record in hand so far, `n` is its number among its kind, from 1."""

    random: Random
    now: datetime
    zone: ZoneInfo
    users: Sequence[User]
    earlier: dict[str, list[Made]] = field(default_factory=dict)
    turns: dict[tuple[object, ...], int] = field(default_factory=dict)
    """How often each recipe that goes through a list has been asked."""
    values: dict[str, Value] = field(default_factory=dict)
    n: int = 0

    def value(self, path: str) -> Value:
        """The value of a field above, or, behind a link, that of the record that it leads to."""
        name, *rest = path.split(".")
        value = self.values.get(name)
        for each in rest:
            records = (made for records in self.earlier.values() for made in records)
            value = next((made.get(each) for made in records if made["id"] == value), None)
        return value

    def working_moment(self, days: int) -> datetime:
        """A moment of office hours, so many days from today; a weekend counts as the Friday before it."""
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        day -= timedelta(days=max(0, day.weekday() - 4))
        clock = time(self.random.randint(_OPENS, _CLOSES - 1), self.random.randint(0, 59))
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def not_later(self, moment: datetime) -> datetime:
        """The moment, or one of the last hours where it has not come yet."""
        return min(moment, self.now - timedelta(minutes=self.random.randint(5, 240)))
