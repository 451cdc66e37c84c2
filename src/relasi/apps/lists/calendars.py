"""The records of a list in a calendar: which days are shown, and what stands on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Self

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_day_names

from relasi.apps.components import Data
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.records import ListRequest, Record
from relasi.schema.fields.base import Kind, Value
from relasi.schema.model import Entity, Sort
from relasi.schema.model.layout import Calendar
from relasi.texts import LOCALES

MOST = 400
"""Records in one view; nobody looks at more, and the page says so."""
_MORNING = time(9)
"""When something begins that is put on a day without a time."""
_DAY = timedelta(days=1)


class Reach(Enum):
    """How many days are shown."""

    MONTH = "month"
    WEEK = "week"
    AGENDA = "agenda"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: the week, or the month, in which `day` is."""

    reach: Reach
    day: date

    @classmethod
    def read(cls, at: str, today: date) -> Self:
        """As it stands in an address; what makes no sense is this month."""
        word, _, day = at.partition(".")
        try:
            return cls(Reach(word), date.fromisoformat(day))
        except ValueError:
            return cls(Reach.MONTH, today)

    def __str__(self) -> str:
        return f"{self.reach.value}.{self.day}"

    def days(self, first_weekday: int) -> list[date]:
        """In order; a month has the days that fill its first and its last week."""
        if self.reach is Reach.WEEK:
            start, end = self.day, self.day
        else:
            start = self.day.replace(day=1)
            end = _month_after(start) - _DAY
        if self.reach is not Reach.AGENDA:
            start -= _DAY * ((start.weekday() - first_weekday) % 7)
            end += _DAY * ((first_weekday - 1 - end.weekday()) % 7)
        return [start + _DAY * n for n in range((end - start).days + 1)]

    def turned(self, step: int) -> Self:
        """The one before (-1) or after (1)."""
        if self.reach is Reach.WEEK:
            return replace(self, day=self.day + 7 * _DAY * step)
        first = self.day.replace(day=1)
        return replace(self, day=_month_after(first) if step > 0 else (first - _DAY).replace(day=1))

    def called(self, visitor: Visitor, days: Sequence[date]) -> str:
        locale = LOCALES[visitor.language]
        if self.reach is Reach.WEEK:
            return str(format_interval(days[0], days[-1], "yMMMd", locale=locale))
        return str(format_skeleton("yMMMM", self.day, locale=locale))


def first_weekday(visitor: Visitor) -> int:
    """As the locale has it; 0 is Monday."""
    return int(Locale.parse(LOCALES[visitor.language]).first_week_day)


def request_within(
    entity: Entity, calendar: Calendar, request: ListRequest, days: Sequence[date]
) -> ListRequest:
    """For those of the records that stand on one of the days, in the order of time."""
    begins = f"{calendar.start} < {_edge(entity, calendar.start, days[-1] + _DAY)}"
    first = f"{calendar.start} >= {_edge(entity, calendar.start, days[0])}"
    if calendar.end:
        lasts = f"{calendar.end} >= {_edge(entity, calendar.end, days[0])}"
        first = f"({lasts} or {first})"
    return replace(request, where=(*request.where, f"{begins} and {first}"), limit=MOST)


def _edge(entity: Entity, name: str, day: date) -> str:
    """The beginning of a day, as the expression language writes it for the field."""
    clock = " 00:00" if _has_clock(entity, name) else ""
    return f'"{day}{clock}"'


def _has_clock(entity: Entity, name: str) -> bool:
    return entity.fields[name].type.storage().kind is Kind.DATETIME


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on the days from `first` to `last`; `clock` is when it begins, if it has a time."""

    record: Record
    title: str
    first: date
    last: date
    clock: time | None


def entries_on(
    here: Here, calendar: Calendar, request: ListRequest, days: Sequence[date]
) -> tuple[list[Entry], bool]:
    """Those that stand on the days, and whether there are more."""
    visitor, entity = here.visitor, here.entity
    expressions = calendar.title.expressions if calendar.title else ()
    named = {path.partition(".")[0] for each in expressions for path in each.fields}
    fields = {*filter(None, (calendar.start, calendar.end, calendar.color)), *named}
    names = tuple(sorted(fields - visitor.hidden(entity)))
    wanted = replace(request, sort=(Sort(calendar.start),), fields=names)
    with visitor.crm.records.reader(visitor.actor) as reader:
        page = reader.list(request_within(entity, calendar, wanted, days))
        titles = [
            reader.told(each, calendar.title) if calendar.title else each.title for each in page.records
        ]
    found = (entry_of(here, calendar, *each) for each in zip(page.records, titles, strict=True))
    return [entry for entry in found if entry], page.next is not None


def entry_of(here: Here, calendar: Calendar, record: Record, title: str) -> Entry | None:
    """None for a record of which the visitor does not see when it is."""
    start, clock = _local(here, record.values.get(calendar.start))
    end, ended = _local(here, record.values.get(calendar.end or ""))
    if start is None:
        return None
    if end and ended == time(0) and end > start:
        end -= _DAY
    return Entry(record, title, start, max(start, end or start), clock)


def _local(here: Here, value: Value) -> tuple[date | None, time | None]:
    if isinstance(value, datetime):
        local = value.astimezone(here.visitor.crm.model.settings.zone)
        return local.date(), local.time()
    return (value, None) if isinstance(value, date) else (None, None)


def moved(here: Here, calendar: Calendar, record: Record, by: timedelta) -> dict[str, Value]:
    """The new values of a record that is put on another day: the time of the day stays."""
    names = filter(None, (calendar.start, calendar.end))
    return {name: _later(here, value, by) for name in names if (value := record.values.get(name)) is not None}


def _later(here: Here, value: Value, by: timedelta) -> Value:
    if not isinstance(value, datetime):
        return value + by
    local = value.astimezone(here.visitor.crm.model.settings.zone)
    return (local.replace(tzinfo=None) + by).replace(tzinfo=local.tzinfo).astimezone(value.tzinfo)


def new_at(here: Here, calendar: Calendar, day: date) -> str | None:
    """What a new record on the day begins with, as it stands in an address; None where nobody enters it."""
    field = here.entity.fields[calendar.start]
    if field.system or field.computed or field.type.read_only:
        return None
    if not _has_clock(here.entity, calendar.start):
        return day.isoformat()
    return datetime.combine(day, _MORNING, here.visitor.crm.model.settings.zone).isoformat()


def calendar_data(
    here: Here, calendar: Calendar, shown: Shown, days: Sequence[date], entries: Sequence[Entry]
) -> Data:
    """What the component draws."""
    visitor, today = here.visitor, _local(here, here.visitor.crm.clock())[0]
    locale = LOCALES[visitor.language]
    names = get_day_names("abbreviated", locale=locale)
    keys = [entry.record.id for entry in entries]
    wanted = [name for name in (calendar.start, calendar.end) if name]
    movable = visitor.crm.records.changeable(visitor.actor, here.entity.name, wanted, keys)
    found = sorted(entries, key=lambda entry: (entry.first, entry.clock or time(0), entry.title))
    may_create = visitor.rights(here.entity.name).create and new_at(here, calendar, shown.day) is not None
    return {
        "reach": shown.reach.value,
        "weekdays": [names[day.weekday()] for day in days[:7]] if shown.reach is not Reach.AGENDA else [],
        "days": [
            {
                "date": day.isoformat(),
                "number": visitor.number(day.day),
                "label": format_date(day, "full", locale=locale),
                "outside": shown.reach is Reach.MONTH and day.month != shown.day.month,
                "today": day == today,
                "entries": list(_entries(here, calendar, day, found, movable)),
            }
            for day in days
        ],
        "new": visitor.of("new", here.entity) if may_create else None,
        "words": {
            **{name: visitor.say(f"calendar_{name}") for name in ("more", "nothing", "help")},
            "untitled": visitor.say("untitled"),
        },
    }


def _entries(
    here: Here, calendar: Calendar, day: date, found: Sequence[Entry], movable: frozenset[str]
) -> Iterator[dict[str, Any]]:  # Any: what JSON can say
    options = here.entity.fields[calendar.color].type.choices() if calendar.color else {}
    for entry in found:
        if not entry.first <= day <= entry.last:
            continue
        record = entry.record
        option = options.get(record.values.get(calendar.color or "") or "")
        begins = entry.first == day and entry.clock is not None
        yield {
            "id": record.id,
            "version": record.version,
            "link": here.link(record.entity, record.id),
            "title": entry.title,
            "color": option.color if option else None,
            "state": here.visitor.label(option.label) if option else "",
            "clock": str(format_time(entry.clock, "short", locale=LOCALES[here.visitor.language]))
            if begins
            else "",
            "movable": record.id in movable,
        }


def _month_after(first: date) -> date:
    return (first + 31 * _DAY).replace(day=1)
