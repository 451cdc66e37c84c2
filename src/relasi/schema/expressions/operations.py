"""What can be computed, with its one meaning in Python; SQLite calls the same functions.

Every operation is total: it answers null (or `absent`) for a null argument, and null for a result that does
not exist, such as a division by zero or a day after the year 9999.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import reduce
from hashlib import md5
from math import asin, cos, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

from relasi.schema.expressions.types import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    Files,
    Link,
    MultiChoice,
    Number,
    Rows,
    Text,
    Type,
)

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[])
"""Sixty digits: more than any stored number times any other needs."""
DIVISION_PLACES = Decimal("0.000001")
_EARTH = 6371.0088
"""Its mean radius in kilometres."""
LONGEST = timedelta(days=100_000 * 365)
"""A duration beyond this is null; it fits 64 bits of microseconds."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`run` never sees null. `zoned` operations get the company's time zone as their last argument."""

    name: str
    parameters: tuple[type[Type], ...]
    result: Type
    run: Callable[..., Any]  # Any: values of the parameters' types
    zoned: bool = False
    absent: bool | int | None = None
    """The answer where an argument is null."""


def _add(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.add(left, right)


def _subtract(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.subtract(left, right)


def _multiply(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.multiply(left, right)


def _negate(number: Decimal) -> Decimal:
    return EXACT.minus(number)


def _absolute(number: Decimal) -> Decimal:
    return EXACT.abs(number)


def _settled(number: Decimal, places: Decimal, rounding: str) -> Decimal:
    """Rounded to the places, or as it is where sixty digits leave no room for them."""
    rounded = number.quantize(places, rounding=rounding, context=EXACT)
    return rounded if rounded.is_finite() else number


def _divide(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    if not divisor:
        return None
    return _settled(EXACT.divide(dividend, divisor), DIVISION_PLACES, ROUND_HALF_EVEN)


def _round(number: Decimal, places: Decimal) -> Decimal:
    return _settled(Decimal(number), Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _bounded(duration: timedelta) -> timedelta | None:
    return duration if -LONGEST <= duration <= LONGEST else None


def _later(moment: datetime, duration: timedelta) -> datetime | None:
    try:
        return moment + duration
    except OverflowError:
        return None


def _earlier(moment: datetime, duration: timedelta) -> datetime | None:
    return _later(moment, -duration)


def whole_days(duration: timedelta) -> timedelta:
    """The duration without its part of a day, which a date cannot hold."""
    return timedelta(days=duration.days) if duration >= timedelta() else -timedelta(days=(-duration).days)


def _later_day(day: date, duration: timedelta) -> date | None:
    try:
        return day + whole_days(duration)
    except OverflowError:
        return None


def _earlier_day(day: date, duration: timedelta) -> date | None:
    return _later_day(day, -duration)


def _elapsed(later: datetime, earlier: datetime) -> timedelta:
    return later - earlier


def _add_durations(left: timedelta, right: timedelta) -> timedelta | None:
    return _bounded(left + right)


def _subtract_durations(left: timedelta, right: timedelta) -> timedelta | None:
    return _bounded(left - right)


def _negate_duration(duration: timedelta) -> timedelta:
    return -duration


def _scale_duration(duration: timedelta, factor: Decimal) -> timedelta | None:
    microseconds = EXACT.multiply(Decimal(duration // timedelta(microseconds=1)), factor)
    if abs(microseconds) > LONGEST // timedelta(microseconds=1):
        return None
    return timedelta(microseconds=int(microseconds.to_integral_value(ROUND_HALF_EVEN, EXACT)))


def _ratio(dividend: timedelta, divisor: timedelta) -> Decimal | None:
    one = timedelta(microseconds=1)
    return _divide(Decimal(dividend // one), Decimal(divisor // one))


def today(now: datetime, zone: ZoneInfo) -> date:
    """The day that it is in the zone."""
    return now.astimezone(zone).date()


def _day(moment: datetime, zone: ZoneInfo) -> date | None:
    try:
        return today(moment, zone)
    except OverflowError:
        return None


def _year(day: date) -> date:
    return day.replace(month=1, day=1)


def _quarter(day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _month(day: date) -> date:
    return day.replace(day=1)


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def _contains(text: str, part: str) -> bool:
    return part.lower() in text.lower()


def _starts_with(text: str, part: str) -> bool:
    return text.lower().startswith(part.lower())


def _ends_with(text: str, part: str) -> bool:
    return text.lower().endswith(part.lower())


def _before(text: str, mark: str) -> str | None:
    return text.partition(mark)[0] or None if mark else text


def _after(text: str, mark: str) -> str | None:
    return text.partition(mark)[2] or None if mark else None


def _has_option(options: tuple[str, ...], option: str) -> bool:
    return option in options


def _has_row(rows: tuple[str, ...], key: str) -> bool:
    return key in rows


def _qualify(key: str, entity: str) -> str:
    return f"{entity}/{key}"


def _distance(
    latitude: Decimal, longitude: Decimal, other_latitude: Decimal, other_longitude: Decimal
) -> Any:
    """Kilometres along the surface, to the metre: the haversine formula (R. W. Sinnott, "Virtues of the
    Haversine", Sky and Telescope 68, 1984) on a sphere of the mean radius of the earth (IUGG). The earth is
    no sphere: the way may be wrong by 0.5 %. Null for what is no point on it."""
    if max(abs(latitude), abs(other_latitude)) > 90 or max(abs(longitude), abs(other_longitude)) > 180:
        return None
    north, east, other_north, other_east = (
        radians(degrees) for degrees in (latitude, longitude, other_latitude, other_longitude)
    )
    across = sin((other_north - north) / 2) ** 2
    across += cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return Decimal(f"{2 * _EARTH * asin(min(1.0, sqrt(across))):.3f}")


def _least(first: Any, *others: Any) -> Any:  # Any: values of one ordered type
    return reduce(lambda best, value: value if value < best else best, others, first)


def _greatest(first: Any, *others: Any) -> Any:  # Any: values of one ordered type
    return reduce(lambda best, value: value if value > best else best, others, first)


def _lot(text: str, count: Decimal) -> int | None:
    """The first 28 bits of the MD5 digest, modulo the count: databases can say the same."""
    whole = int(count)
    digest = md5(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:7], 16) % whole if whole >= 1 else None


_TWO_NUMBERS = (Number, Number)
_TWO_TEXTS = (Text, Text)
_TWO_DURATIONS = (Duration, Duration)

ADD = Operation("add", _TWO_NUMBERS, Number(), _add)
SUBTRACT = Operation("subtract", _TWO_NUMBERS, Number(), _subtract)
MULTIPLY = Operation("multiply", _TWO_NUMBERS, Number(), _multiply)
DIVIDE = Operation("divide", _TWO_NUMBERS, Number(), _divide)
NEGATE = Operation("negate", (Number,), Number(), _negate)
LATER = Operation("later", (DateTime, Duration), DateTime(), _later)
EARLIER = Operation("earlier", (DateTime, Duration), DateTime(), _earlier)
ELAPSED = Operation("elapsed", (DateTime, DateTime), Duration(), _elapsed)
LATER_DAY = Operation("later_day", (Date, Duration), Date(), _later_day)
EARLIER_DAY = Operation("earlier_day", (Date, Duration), Date(), _earlier_day)
ELAPSED_DAYS = Operation("elapsed_days", (Date, Date), Duration(), _elapsed)
ADD_DURATIONS = Operation("add_durations", _TWO_DURATIONS, Duration(), _add_durations)
SUBTRACT_DURATIONS = Operation("subtract_durations", _TWO_DURATIONS, Duration(), _subtract_durations)
NEGATE_DURATION = Operation("negate_duration", (Duration,), Duration(), _negate_duration)
SCALE_DURATION = Operation("scale_duration", (Duration, Number), Duration(), _scale_duration)
RATIO = Operation("ratio", _TWO_DURATIONS, Number(), _ratio)
CONTAINS = Operation("contains", _TWO_TEXTS, Boolean(), _contains, absent=False)
STARTS_WITH = Operation("starts_with", _TWO_TEXTS, Boolean(), _starts_with, absent=False)
ENDS_WITH = Operation("ends_with", _TWO_TEXTS, Boolean(), _ends_with, absent=False)
HAS_OPTION = Operation("has_option", (MultiChoice, Choice), Boolean(), _has_option, absent=False)
HAS_ROW = Operation("has_row", (Rows, Link), Boolean(), _has_row, absent=False)
QUALIFY = Operation("qualify", (Link, Text), Link(()), _qualify)
MOMENT = Operation("moment", (Text,), DateTime(), _moment, zoned=True)
DAY = Operation("day", (DateTime,), Date(), _day, zoned=True)
YEAR = Operation("year", (Date,), Date(), _year)
QUARTER = Operation("quarter", (Date,), Date(), _quarter)
MONTH = Operation("month", (Date,), Date(), _month)
WEEK = Operation("week", (Date,), Date(), _week)
LOWER = Operation("lower", (Text,), Text(), str.lower)
UPPER = Operation("upper", (Text,), Text(), str.upper)
BEFORE = Operation("text_before", _TWO_TEXTS, Text(), _before)
AFTER = Operation("text_after", _TWO_TEXTS, Text(), _after)
COUNT = Operation("count", (Files,), Number(), len, absent=0)
LENGTH = Operation("length", (Text,), Number(), len)
LOT = Operation("lot", (Text, Number), Number(), _lot)
DISTANCE = Operation("distance", (Number, Number, Number, Number), Number(), _distance)
ABSOLUTE = Operation("absolute", (Number,), Number(), _absolute)
ROUND = Operation("round", _TWO_NUMBERS, Number(), _round)
LEAST = Operation("least", (Number,), Number(), _least)
GREATEST = Operation("greatest", (Number,), Number(), _greatest)
# Dates, times and durations keep their order when stored, so that a database compares them by itself.
EARLIEST = Operation("earliest", (DateTime,), DateTime(), _least)
LATEST = Operation("latest", (DateTime,), DateTime(), _greatest)

ALL = (
    ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, LATER, EARLIER, ELAPSED, LATER_DAY, EARLIER_DAY,
    ELAPSED_DAYS, ADD_DURATIONS, SUBTRACT_DURATIONS, NEGATE_DURATION, SCALE_DURATION, RATIO, CONTAINS,
    STARTS_WITH, ENDS_WITH, HAS_OPTION, QUALIFY, MOMENT, DAY, YEAR, QUARTER, MONTH, WEEK, LOWER, UPPER,
    BEFORE, AFTER, COUNT, LENGTH, LOT, DISTANCE, ABSOLUTE, ROUND, LEAST, GREATEST, EARLIEST, LATEST,
)  # fmt: skip
"""Every operation, for a back end that has to know them all beforehand."""
