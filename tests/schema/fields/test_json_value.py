"""Data for other programs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.fields.making import made, refusal

_JSON = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("abc é\n"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
).filter(lambda data: not isinstance(data, str))


@given(_JSON)
def test_data_come_back_as_they_were(data: object) -> None:
    field = made("json")
    once = field.accept(data)
    assert json.loads(once) == data
    assert field.accept(once) == once


def test_the_same_data_are_the_same_text() -> None:
    assert made("json").accept('{"b": 1,\n "a": [true]}') == '{"a":[true],"b":1}'


@pytest.mark.parametrize("text", ["{", "name", "NaN", "1e999", "[" * 100_000, "{1: 2}"])
def test_what_is_no_json_is_refused(text: str) -> None:
    assert refusal(made("json").accept, text) == "not_json"


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    assert refusal(made("json").accept, value) == "not_json"


def test_there_is_a_limit() -> None:
    assert refusal(made("json", max_length=10).accept, list(range(10))) == "too_long"


def test_null_is_empty() -> None:
    assert made("json").accept("null") is None
