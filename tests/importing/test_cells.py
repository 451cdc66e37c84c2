"""Cells with a type of their own mean what they are; text means what people write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from relasi.importing.cells import ABSENT, converter
from relasi.importing.tables import Cell
from relasi.schema.fields.base import Reading, Value
from relasi.schema.fields.registry import FIELD_TYPES

JAKARTA = Reading(Locale("id"), ZoneInfo("Asia/Jakarta"))


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        ("text", 42, "42"),
        ("text", Decimal("1.50"), "1.50"),
        ("text", True, "true"),
        ("decimal", 2.5, Decimal("2.50")),
        ("decimal", "2,5", Decimal("2.50")),
        ("number", 5, 5),
        ("boolean", True, True),
        ("boolean", 1, True),
        ("boolean", "ya", True),
        ("date", datetime(2026, 3, 1, 0, 0), date(2026, 3, 1)),  # noqa: DTZ001  # a workbook knows no zone
        ("datetime", datetime(2026, 3, 1, 8, 0), datetime(2026, 3, 1, 1, 0, tzinfo=UTC)),  # noqa: DTZ001
        ("datetime", date(2026, 3, 1), datetime(2026, 2, 28, 17, 0, tzinfo=UTC)),
        ("phone", 81234567890, "+6281234567890"),
        ("text", "", ABSENT),
        ("text", None, ABSENT),
        ("text", "  ", ABSENT),
    ],
)
def test_a_cell_becomes_the_value_that_it_stands_for(type_: str, cell: Cell, value: Value) -> None:
    convert = converter(FIELD_TYPES[type_].model_validate({"type": type_}), JAKARTA)
    assert convert(cell) == value
    assert convert(cell) == value, "the second time it is remembered"


def test_listed_words_are_translated_and_others_read() -> None:
    type_ = FIELD_TYPES["number"].model_validate({"type": "number"})
    convert = converter(type_, JAKARTA, values={"many": 99, "none": None, "": 7})
    assert [convert(cell) for cell in ("many", " many ", "none", "5", "")] == [99, 99, None, 5, 7]


def test_otherwise_takes_every_word_that_is_not_listed() -> None:
    type_ = FIELD_TYPES["number"].model_validate({"type": "number"})
    convert = converter(type_, JAKARTA, values={"many": 99}, otherwise=1)
    assert [convert(cell) for cell in ("many", "few", "5", "")] == [99, 1, 1, ABSENT]
