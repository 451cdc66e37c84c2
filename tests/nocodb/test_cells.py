from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.nocodb.cells import Cells, column_kind
from relasi.nocodb.client import Client, same
from relasi.nocodb.transport import Token, Transport
from relasi.schema.fields.base import FieldType, ValueProblem
from tests.builders import field_type
from tests.nocodb.conftest import QUICK
from tests.nocodb_server import Server

FIELDS: dict[str, FieldType] = {
    "text": field_type({"type": "text", "max_length": 1000}),
    "long_text": field_type("long_text"),
    "number": field_type("number"),
    "decimal": field_type({"type": "decimal", "places": 4}),
    "money": field_type("money"),
    "percent": field_type("percent"),
    "boolean": field_type("boolean"),
    "date": field_type("date"),
    "datetime": field_type("datetime"),
    "time": field_type("time"),
    "duration": field_type("duration"),
    "choice": field_type({"type": "choice", "options": {"a": {"label": "A, b"}, "b": {"label": "Ünïque"}}}),
    "multi_choice": field_type({"type": "multi_choice", "options": {"a": {"label": "A, b"}, "b": {}}}),
    "emails": field_type("emails"),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "long_text": WORDS,
    "number": st.integers(-(10**17), 10**17),
    "decimal": st.decimals(-(10**13), 10**13, places=4),
    "money": st.decimals(-(10**15), 10**15, places=2),
    "percent": st.decimals(-1000, 1000, places=2),
    "boolean": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "datetime": st.integers(0, 2**32 * 10**6).map(lambda each: EPOCH + timedelta(microseconds=each)),
    "time": st.times().map(lambda each: each.replace(microsecond=0, fold=0)),
    "duration": st.timedeltas(timedelta(), timedelta(days=1000)),
    "choice": st.sampled_from(["a", "b"]),
    "multi_choice": st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True).map(
        lambda each: tuple(sorted(each))
    ),
    "emails": st.just(("ana@example.com", "budi@example.com")),
}
PAIRS = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))


def cut(value: Any) -> Any:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


def kept(field: FieldType, value: Any) -> Any:
    """The value as a record has it, or None for one that is none of the type."""
    try:
        return field.accept(value)
    except ValueProblem:
        return None


@given(pair=PAIRS)
def test_a_value_comes_back_from_its_cell_exactly_or_is_refused(pair: tuple[str, Any]) -> None:
    name, written = pair
    field, value = FIELDS[name], kept(FIELDS[name], written)
    cells = Cells(field, "en")
    try:
        cell = cells.of(value)
    except ValueProblem:
        return
    assert cells.read(json.loads(json.dumps(cell))) == cut(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 2**53 + 1),
        ("money", Decimal("12345678901234567.89")),
        ("money", Decimal("9007199254740993.01")),
    ],
)
def test_what_a_cell_would_change_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueProblem) as refused:
        Cells(FIELDS[name], "en").of(value)
    assert refused.value.code == "outside_inexact"


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("number", "abc"),
        ("money", "1.234,50"),
        ("date", "Invalid Date"),
        ("datetime", "tomorrow"),
        ("choice", "Nowhere"),
        ("multi_choice", "A; b,Nowhere"),
        ("duration", "long ago"),
    ],
)
def test_what_people_may_write_into_a_cell_is_told_where_it_is_no_value(name: str, cell: str) -> None:
    with pytest.raises(ValueProblem):
        Cells(FIELDS[name], "en").read(cell)


EDGES: dict[str, list[Any]] = {
    "text": ["a,b", "~and(x)", '"quoted" it\'s', "ünï", "null", "0"],
    "long_text": ["two\nlines", "x" * 5000],
    "number": [0, -1, 2**53 - 1],
    "decimal": [Decimal("0.0001"), Decimal("-99999999999.9999")],
    "money": [Decimal("0.10"), Decimal("9999999999999.99"), Decimal("-0.01")],
    "percent": [Decimal("12.50"), Decimal(150)],
    "boolean": [True, False],
    "date": [date(2024, 2, 29), date(1901, 1, 1)],
    "datetime": [datetime(2024, 3, 31, 1, 59, 59, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)],
    "time": [time(0, 0), time(23, 59, 59)],
    "duration": [timedelta(seconds=1), timedelta(days=400, microseconds=500_000)],
    "choice": ["a", "b"],
    "multi_choice": [("a", "b"), ("b",)],
    "emails": [("ana@example.com", "budi@example.com")],
}


def check_edges(client: Client, transport: Transport, base: str) -> None:
    """Writes one row for each of the values, and empty ones, and reads them back."""
    columns: list[dict[str, Any]] = [
        {"title": "Id", "column_name": "id", "uidt": "ID", "pk": True, "ai": True}
    ]
    for name, field in FIELDS.items():
        options = [{"title": title} for title in Cells(field, "en")._keys]
        more = {"colOptions": {"options": options}} if options else {}
        columns.append({"title": name, "column_name": name, "uidt": column_kind(field), **more})
    body = {"title": "Edges", "table_name": "edges", "columns": columns}
    table = transport.post(f"/api/v2/meta/bases/{base}/tables", body)["id"]
    written = [
        (name, FIELDS[name].accept(each)) for name, values in EDGES.items() for each in (*values, None)
    ]
    rows = [{name: Cells(FIELDS[name], "en").of(value)} for name, value in written]

    keys = client.insert(table, rows)

    assert [each for each in keys if not isinstance(each, int)] == []
    held = client.get(table, [each for each in keys if isinstance(each, int)], tuple(FIELDS))
    for key, row, (name, value) in zip(keys, rows, written, strict=True):
        assert isinstance(key, int)
        cell = held[key][name]
        assert same(row[name], cell)
        assert Cells(FIELDS[name], "en").read(cell) == value, name


def test_nocodb_on_sqlite_keeps_every_edge_of_every_kind(
    client: Client, transport: Transport, base: str
) -> None:
    check_edges(client, transport, base)


def test_nocodb_on_postgresql_keeps_every_edge_of_every_kind(nocodb_on_postgresql: Server) -> None:
    with closing(Transport(nocodb_on_postgresql.url, Token(nocodb_on_postgresql.token), QUICK)) as transport:
        base = nocodb_on_postgresql.new_base()

        check_edges(Client(transport, base), transport, base)
