from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.platform.sql.values import decoder, encoder
from relasi.schema.fields.base import Kind, Storage

STRATEGIES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(),
    Kind.INTEGER: st.integers(),
    Kind.DECIMAL: st.decimals(places=2, min_value=-(10**15), max_value=10**15),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(),
    Kind.DATETIME: st.datetimes(timezones=st.just(UTC)),
    Kind.TIME: st.times().map(lambda value: value.replace(microsecond=0)),
    Kind.DURATION: st.timedeltas(),
    Kind.TEXT_LIST: st.lists(st.text()).map(tuple),
}


def storage(kind: Kind) -> Storage:
    return Storage(kind, places=2 if kind is Kind.DECIMAL else 0)


@pytest.mark.parametrize("kind", STRATEGIES)
@given(data=st.data())
def test_every_kind_of_value_comes_back_as_it_was(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(STRATEGIES[kind])
    assert decoder(storage(kind))(encoder(storage(kind))(value)) == value


@pytest.mark.parametrize("kind", [Kind.DATETIME, Kind.DATE, Kind.TIME, Kind.DURATION, Kind.DECIMAL])
@given(data=st.data())
def test_what_is_stored_is_in_the_order_of_the_values(kind: Kind, data: st.DataObject) -> None:
    first, second = data.draw(STRATEGIES[kind]), data.draw(STRATEGIES[kind])
    encode = encoder(storage(kind))
    assert (encode(first) < encode(second)) == (first < second)


def test_a_moment_is_stored_in_utc_whatever_its_zone() -> None:
    jakarta = datetime(2026, 1, 1, 6, 30, tzinfo=timezone(timedelta(hours=7)))
    assert encoder(Storage(Kind.DATETIME))(jakarta) == "2025-12-31 23:30:00.000000"


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        encoder(Storage(Kind.DATETIME))(datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point


def test_a_decimal_is_never_rounded_in_silence() -> None:
    with pytest.raises(ValueError, match="more than 2 decimal places"):
        encoder(Storage(Kind.DECIMAL, places=2))(Decimal("1.005"))
