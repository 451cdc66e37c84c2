"""What a recipe may look at while a record is made: chance, time, people, and the records made before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from relasi.schema.fields.base import Value
from relasi.schema.samples import EVEN

if TYPE_CHECKING:  # recipes are checked without a database, and that must be quick
    from relasi.store.users import User

Made = Mapping[str, Value]
"""A record of the sample, with its id."""

Names = tuple[str, ...]

LookedAt = Mapping[str, frozenset[str]]
"""The fields of each entity that recipes look at in records made before."""

_OPENS, _CLOSES = 8, 17
TRIES = 200
"""How often something is drawn anew until it fits."""


@dataclass(slots=True)
class _Alike:
    """Records by the values of some fields; the first `read` of their entity are in it."""

    ids: dict[tuple[Value, ...], list[str]] = field(default_factory=dict)
    read: int = 0


@dataclass(slots=True)
class Scene:
    """`values` are those of the record in hand so far, `n` is its number among its kind, from 1."""

    random: Random
    now: datetime
    zone: ZoneInfo
    users: Sequence[User]
    looked_at: LookedAt = field(default_factory=dict)
    """Nothing else is remembered of records made before."""
    seasons: Sequence[float] = EVEN
    """How much happens in each month, January first."""
    earlier: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the records made before, by entity."""
    turns: dict[tuple[object, ...], int] = field(default_factory=dict)
    """How often each recipe that goes through a list has been asked."""
    values: dict[str, Value] = field(default_factory=dict)
    n: int = 0
    _made: dict[str, Made] = field(default_factory=dict)
    _alike: dict[tuple[str, Names], _Alike] = field(default_factory=dict)

    def value(self, path: str) -> Value:
        """The value of a field above, or, behind a link, that of the record that it leads to."""
        name, *rest = path.split(".")
        value = self.values.get(name)
        for each in rest:
            value = self._made.get(str(value).rpartition("/")[2], {}).get(each)
        return value

    def turn(self, place: tuple[object, ...]) -> int:
        """How often the recipe that stands there has been asked before."""
        turn = self.turns[place] = self.turns.get(place, -1) + 1
        return turn

    def keep(self, entity: str, row: Made) -> None:
        """Remembers a record that was made."""
        key = str(row["id"])
        self.earlier.setdefault(entity, []).append(key)
        if fields := self.looked_at.get(entity):
            self._made[key] = {name: row.get(name) for name in fields}

    def alike(self, entity: str, names: Names, values: tuple[Value, ...]) -> Sequence[str]:
        """The ids of the records made before that have these values in the fields of these names."""
        known = self.earlier.get(entity, [])
        if not names:
            return known
        alike = self._alike.setdefault((entity, names), _Alike())
        for key in known[alike.read :]:
            made = self._made[key]
            alike.ids.setdefault(tuple(made.get(name) for name in names), []).append(key)
        alike.read = len(known)
        return alike.ids.get(values, ())

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def in_season(self, draw: Callable[[], datetime]) -> datetime:
        """What is drawn, more often in busy months."""
        most = max(self.seasons)
        drawn = draw()
        for _ in range(TRIES):
            if self.random.random() * most <= self.seasons[drawn.month - 1]:
                break
            drawn = draw()
        return drawn

    def working_moment(self, days: int) -> datetime:
        """A moment of office hours, so many days from today; a weekend counts as the Friday before it."""
        day = self.today + timedelta(days=days)
        return self.moment_of(day - timedelta(days=max(0, day.weekday() - 4)))

    def moment_of(self, day: date) -> datetime:
        """A moment in the office hours of a day."""
        clock = time(self.random.randint(_OPENS, _CLOSES - 1), self.random.randint(0, 59))
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def not_later(self, moment: datetime) -> datetime:
        """The moment, or one of the last hours where it has not come yet."""
        return min(moment, self.now - timedelta(minutes=self.random.randint(5, 240)))
