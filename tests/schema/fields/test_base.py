"""The laws that every field type keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from relasi.schema.fields.base import FieldType, Reading, Showing, Value, ValueProblem, quoted
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.meanings import meanings
from tests.schema.fields.making import (
    ENGLISH,
    FOR_ENGLISH,
    FOR_INDONESIANS,
    INDONESIAN,
    MOMENT,
    made,
    problems_of,
)

_OPTIONS = {"low": {"en": "Low", "id": "Rendah"}, "high": {"label": "High, really", "color": "red"}}
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)
_DAYS = st.dates(date(1000, 1, 1), date(9998, 12, 31))
_DIGITS = st.text("0123456789", min_size=8, max_size=8)

SAMPLES: Mapping[str, tuple[dict[str, Any], st.SearchStrategy[Value]]] = {
    "text": ({}, _TEXT),
    "long_text": ({}, _TEXT),
    "number": ({}, st.integers(-(10**18) + 1, 10**18 - 1)),
    "decimal": ({"places": 3}, st.decimals(-(10**14), 10**14, places=3)),
    "money": ({}, st.decimals(-(10**15), 10**15, places=2)),
    "percent": ({}, st.decimals(-(10**15), 10**15, places=2)),
    "boolean": ({}, st.booleans()),
    "date": ({}, _DAYS),
    "datetime": (
        {},
        st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()),  # noqa: DTZ001  # bounds
    ),
    "time": ({}, st.times()),
    "duration": ({}, st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))),
    "choice": ({"options": _OPTIONS}, st.sampled_from(["low", "high"])),
    "multi_choice": ({"options": _OPTIONS}, st.lists(st.sampled_from(["low", "high"]), min_size=1)),
    "email": ({}, st.from_regex(r"[a-zA-Z][a-zA-Z0-9]{0,20}@[a-zA-Z]{1,20}\.(com|co\.id)", fullmatch=True)),
    "phone": ({}, _DIGITS.map(lambda digits: f"+62812{digits}")),
    "url": ({}, st.from_regex(r"(https?://)?[a-z]{1,9}\.(com|id)(/[\w?&=%.-]{0,20})?", fullmatch=True)),
    "emails": (
        {},
        st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.com", fullmatch=True), min_size=1, max_size=9),
    ),
    "urls": (
        {},
        st.lists(
            st.from_regex(r"https://[a-z]{1,8}\.com/[a-z,;]{0,3}", fullmatch=True), min_size=1, max_size=9
        ),
    ),
    "phones": ({}, st.lists(_DIGITS.map(lambda digits: f"+62812{digits}"), min_size=1, max_size=9)),
    "rich_text": ({}, _TEXT),
    "expression": ({"of": "customer"}, _TEXT),
    "files": ({}, st.lists(st.uuids().map(str), min_size=1, max_size=20)),
    "image": ({}, st.lists(st.uuids().map(str), min_size=1, max_size=1)),
    "signature": ({}, st.lists(st.uuids().map(str), min_size=1, max_size=1)),
    "json": ({}, st.lists(st.integers() | _TEXT | st.booleans(), max_size=5)),
    "tree": ({}, st.uuids().map(str)),
    "rating": ({}, st.integers(1, 5)),
    "user": ({}, st.uuids().map(str)),
    "link": ({"to": ["customer", "product"]}, st.uuids().map(lambda key: f"product/{key}")),
    "series": ({"pattern": "CMP-{year}-{n:05}"}, st.integers(1, 999_999).map(lambda n: f"CMP-2026-{n:05}")),
}
"""For each type the keys of a field, and values that it takes."""

READABLE = (
    "number",
    "decimal",
    "money",
    "percent",
    "boolean",
    "date",
    "choice",
    "multi_choice",
    "rating",
    "phone",
)
"""The types whose shown values can be typed in again."""

each_type = pytest.mark.parametrize("name", sorted(FIELD_TYPES))


def drawn(name: str, data: st.DataObject) -> tuple[FieldType, Value]:
    """A field of the type with a value that it keeps."""
    keys, values = SAMPLES[name]
    field = made(name, **keys)
    return field, field.accept(data.draw(values))


@each_type
@given(data=st.data())
def test_a_kept_value_is_accepted_unchanged(name: str, data: st.DataObject) -> None:
    field, value = drawn(name, data)
    assert field.accept(value) == value


@each_type
@given(data=st.data())
def test_a_value_survives_json(name: str, data: st.DataObject) -> None:
    field, value = drawn(name, data)
    if value is not None:
        assert field.accept(json.loads(json.dumps(field.dump(value)))) == value


@each_type
@pytest.mark.parametrize("showing", [FOR_ENGLISH, FOR_INDONESIANS], ids=["en", "id"])
@given(data=st.data())
def test_every_value_can_be_shown(name: str, showing: Showing, data: st.DataObject) -> None:
    field, value = drawn(name, data)
    if value is not None:
        assert field.show(value, showing)


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize(
    ("reading", "showing"), [(ENGLISH, FOR_ENGLISH), (INDONESIAN, FOR_INDONESIANS)], ids=["en", "id"]
)
@given(data=st.data())
def test_what_is_shown_can_be_typed_in_again(
    name: str, reading: Reading, showing: Showing, data: st.DataObject
) -> None:
    field, value = drawn(name, data)
    assert field.read(field.show(value, showing), reading) == value


_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(),
    st.binary(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.lists(st.text()),
    st.dictionaries(st.text(), st.text()),
)


@each_type
@given(value=_ANYTHING)
def test_only_problems_are_raised_for_any_value(name: str, value: object) -> None:
    field = made(name, **SAMPLES[name][0])
    kept = None
    with suppress(ValueProblem):
        kept = field.accept(value)
    assert field.accept(kept) == kept


_WRITTEN = st.one_of(st.text(), st.text("0123456789.,:-/ +TPaprilmjhd%"))


@each_type
@pytest.mark.parametrize("reading", [ENGLISH, INDONESIAN], ids=["en", "id"])
@given(text=_WRITTEN)
def test_only_problems_are_raised_for_any_text(name: str, reading: Reading, text: str) -> None:
    field = made(name, **SAMPLES[name][0])
    kept = None
    with suppress(ValueProblem):
        kept = field.read(text, reading)
    assert field.accept(kept) == kept


@each_type
@pytest.mark.parametrize("blank", [None, ""])
def test_nothing_is_empty(name: str, blank: object) -> None:
    assert made(name, **SAMPLES[name][0]).accept(blank) is None


@each_type
def test_blank_text_is_empty(name: str) -> None:
    assert made(name, **SAMPLES[name][0]).read(" \t\n ", ENGLISH) is None


@each_type
def test_an_unknown_key_is_refused(name: str) -> None:
    keys = SAMPLES[name][0]
    with pytest.raises(ValidationError, match="colour"):
        FIELD_TYPES[name].model_validate({"type": name, **keys, "colour": "red"})


@each_type
def test_every_key_is_explained(name: str) -> None:
    assert [key for key, meaning in meanings(FIELD_TYPES[name]).items() if not meaning] == []


@each_type
def test_every_type_can_be_described_to_editors(name: str) -> None:
    assert FIELD_TYPES[name].model_json_schema()["properties"]["type"]


@each_type
def test_without_default_a_record_starts_empty(name: str) -> None:
    assert made(name, **SAMPLES[name][0]).default_value(MOMENT) is None


def test_a_default_is_checked_when_the_project_is() -> None:
    (problem,) = problems_of("number", default="many")
    assert (problem.path, problem.code) == (("default",), "bad-value")


def test_the_value_for_existing_rows_is_checked_when_the_project_is() -> None:
    (problem,) = problems_of("number", existing_rows="many")
    assert (problem.path, problem.code) == (("existing_rows",), "bad-value")


def test_what_existing_rows_get_may_be_made_of_the_record() -> None:
    assert problems_of("number", existing_rows="{size * 2}") == []


def test_a_long_value_is_quoted_on_one_short_line() -> None:
    assert quoted("first\nsecond " + "x" * 100) == "first second " + "x" * 26 + "…"


def test_defaults_follow_the_words_of_their_type() -> None:
    words = {"date": "today", "datetime": "now", "time": "now", "user": "me"}
    assert {name: made(name, default=word).default_value(MOMENT) for name, word in words.items()} == {
        "date": date(2027, 1, 1),
        "datetime": datetime(2026, 12, 31, 20, 30, 15, tzinfo=UTC),
        "time": time(3, 30, 15),
        "user": "dewi",
    }


@pytest.mark.parametrize(
    ("name", "said"), [("money", "IDR"), ("percent", "%"), ("phone", "+62 812-345-678"), ("text", None)]
)
def test_an_empty_control_says_how_a_value_is_written(name: str, said: str | None) -> None:
    assert made(name).hint(FOR_ENGLISH) == said
