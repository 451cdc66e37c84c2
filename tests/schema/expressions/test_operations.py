from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.expressions import operations
from relasi.schema.expressions.operations import LONGEST, Operation, whole_days
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
    Text,
    Time,
    Type,
)

_NUMBERS = st.one_of(st.integers(-(2**70), 2**70), st.decimals(allow_nan=False, allow_infinity=False))
_DURATIONS = st.timedeltas(-LONGEST, LONGEST)
_VALUES: dict[type[Type], st.SearchStrategy[Any]] = {
    Number: _NUMBERS,
    Text: st.text(),
    Date: st.dates(),
    DateTime: st.datetimes(timezones=st.just(UTC)),
    Duration: _DURATIONS,
    Choice: st.text(),
    MultiChoice: st.lists(st.text()).map(tuple),
    Files: st.lists(st.text(), min_size=1).map(tuple),
    Link: st.text(min_size=1),
}
_RESULTS: dict[type[Type], tuple[type, ...]] = {
    Number: (int, Decimal),
    Text: (str,),
    Link: (str,),
    Boolean: (bool,),
    Date: (date,),
    DateTime: (datetime,),
    Time: (time,),
    Duration: (timedelta,),
}
_TOTAL = [each for each in operations.ALL if each not in (operations.MOMENT, operations.ROUND)]


@pytest.mark.parametrize("operation", _TOTAL, ids=lambda operation: operation.name)
@given(data=st.data())
def test_every_operation_answers_all_values_of_its_types(operation: Operation, data: st.DataObject) -> None:
    arguments = [data.draw(_VALUES[parameter]) for parameter in operation.parameters]
    zone = [ZoneInfo("Pacific/Kiritimati")] if operation.zoned else []
    result = operation.run(*arguments, *zone)
    assert result is None or isinstance(result, _RESULTS[type(operation.result)])


@given(_DURATIONS)
def test_whole_days_drop_less_than_a_day_towards_zero(duration: timedelta) -> None:
    days = whole_days(duration)
    assert not days % timedelta(days=1)
    assert abs(days) <= abs(duration) < abs(days) + timedelta(days=1)


@given(st.dates(), _DURATIONS)
def test_a_day_moves_forth_and_back(day: date, duration: timedelta) -> None:
    moved = operations.LATER_DAY.run(day, duration)
    assert moved is None or operations.EARLIER_DAY.run(moved, duration) == day


@given(st.decimals(-(10**15), 10**15, places=6), st.integers(0, 5))
def test_rounding_moves_by_half_a_unit_at_most(number: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    rounded = operations.ROUND.run(number, places)
    assert abs(rounded - number) <= unit / 2
    assert rounded % unit == 0


def test_a_moment_before_the_first_year_is_null() -> None:
    assert operations.MOMENT.run("0001-01-01 00:00", ZoneInfo("Asia/Jakarta")) is None


@pytest.mark.parametrize(
    ("text", "mark", "parts"),
    [
        ("Budi Agus Santoso", " ", ("Budi", "Agus Santoso")),
        ("Budi", " ", ("Budi", None)),
        ("- Budi", "- ", (None, "Budi")),
        ("Budi -", " -", ("Budi", None)),
        ("Budi", "", ("Budi", None)),
    ],
)
def test_a_text_parts_at_the_first_mark_and_nothing_is_null(
    text: str, mark: str, parts: tuple[str | None, str | None]
) -> None:
    assert (operations.BEFORE.run(text, mark), operations.AFTER.run(text, mark)) == parts


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (("0", "0"), ("0", "0"), "0.000"),
        (("0", "0"), ("0", "1"), "111.195"),
        (("90", "0"), ("-90", "77"), "20015.114"),
        (("0", "179.5"), ("0", "-179.5"), "111.195"),
        (("90.000001", "0"), ("0", "0"), None),
        (("0", "0"), ("0", "1e30"), None),
    ],
)
def test_a_distance_is_that_on_a_sphere(
    one: tuple[str, str], other: tuple[str, str], kilometres: str | None
) -> None:
    found = operations.DISTANCE.run(*map(Decimal, (*one, *other)))
    assert found == (kilometres and Decimal(kilometres))


_latitudes, _longitudes = st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6)


@given(_latitudes, _longitudes, _latitudes, _longitudes)
def test_a_distance_is_the_angle_between_two_directions(
    north: Decimal, east: Decimal, other_north: Decimal, other_east: Decimal
) -> None:
    def direction(latitude: Decimal, longitude: Decimal) -> tuple[float, float, float]:
        up, along = math.radians(latitude), math.radians(longitude)
        return math.cos(up) * math.cos(along), math.cos(up) * math.sin(along), math.sin(up)

    one, other = direction(north, east), direction(other_north, other_east)
    (a, b, c), (d, e, f) = one, other
    across = math.hypot(b * f - c * e, c * d - a * f, a * e - b * d)
    angle = math.atan2(across, a * d + b * e + c * f)
    found = operations.DISTANCE.run(north, east, other_north, other_east)
    assert abs(float(found) - 6371.0088 * angle) < 0.01
    assert found == operations.DISTANCE.run(other_north, other_east, north, east)
