"""What was written as a table is read as that table, whatever the separator, the encoding and the cells."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.errors import ImportRefused
from relasi.importing.files import open_table
from relasi.importing.formulas import restored

_LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"))
_CELLS = st.one_of(
    _LETTERS, st.sampled_from(['"', "a,b", "a;b", "a\tb", "a|b", "two\nlines", '""', " ", "1,5", "'"])
)
_TABLES = st.lists(st.lists(_CELLS, min_size=3, max_size=3), max_size=12)
_WESTERN = st.characters(
    min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"], exclude_characters=',;|"'
)
_COLUMNS = ("name", "the city", "note")
_settings = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_settings
@given(
    table=_TABLES,
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_text_tables_are_read_as_they_were_written(
    tmp_path: Path, table: list[list[str]], separator: str, encoding: str, line_end: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end)
    writer.writerows([_COLUMNS, *table])
    file = tmp_path / "table.csv"
    file.write_bytes(text.getvalue().encode(encoding))
    found = open_table(file)
    assert found.columns == _COLUMNS
    assert [list(row.cells) for row in found.rows()] == [
        [restored(cell) for cell in row] for row in table if any(row)
    ]


@_settings
@given(table=_TABLES, lines=st.booleans())
def test_json_tables_are_read_as_they_were_written(
    tmp_path: Path, table: list[list[str]], lines: bool
) -> None:
    items = [dict(zip(_COLUMNS, row, strict=True)) for row in table] or [dict.fromkeys(_COLUMNS, "")]
    file = tmp_path / "table.json"
    file.write_text(
        "\n".join(map(json.dumps, items)) if lines else json.dumps(items, indent=1), encoding="utf-8"
    )
    assert [tuple(row.cells) for row in open_table(file).rows()] == [tuple(item.values()) for item in items]


@_settings
@given(word=st.text(_WESTERN, min_size=1), encoding=st.sampled_from(["cp1252", "latin-1"]))
def test_western_text_is_read_right_or_refused(tmp_path: Path, word: str, encoding: str) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(f"name,city\nRené,{word} Jakarta\n".encode(encoding))
    try:
        read = next(iter(open_table(file).rows())).cells[1]
    except ImportRefused:
        return
    assert read == f"{word} Jakarta"
