"""What is written into a file is read back as the same values, in every format and language."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relasi.exporting.cells import Cells
from relasi.exporting.columns import Column
from relasi.exporting.files import Format, writing
from relasi.importing.cells import ABSENT, converter
from relasi.importing.files import open_table
from relasi.importing.formulas import disarmed, restored
from relasi.schema.fields.base import Reading, Showing
from relasi.schema.model import Field
from tests.schema.fields.making import ENGLISH, FOR_ENGLISH, FOR_INDONESIANS, INDONESIAN, made
from tests.schema.fields.test_base import SAMPLES

_LEFT_OUT = {"files", "image", "signature"}
FIELDS = {
    name: (Field(name, {"en": name}, made(name, **keys)), values)
    for name, (keys, values) in SAMPLES.items()
    if name not in _LEFT_OUT
}
_ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, (_, values) in FIELDS.items()}),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize(
    ("format_", "showing", "reading"),
    [
        (Format.CSV, FOR_ENGLISH, INDONESIAN),
        (Format.CSV, FOR_INDONESIANS, ENGLISH),
        (Format.XLSX, FOR_ENGLISH, INDONESIAN),
        (Format.JSON, FOR_ENGLISH, INDONESIAN),
    ],
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_ROWS)
def test_every_value_is_read_back_as_it_was(
    tmp_path: Path, format_: Format, showing: Showing, reading: Reading, drawn: list[dict[str, Any]]
) -> None:
    types = {name: field.type for name, (field, _) in FIELDS.items()}
    rows = [{name: types[name].accept(value) for name, value in row.items()} for row in drawn]
    rows[0]["boolean"] = True  # a file without anything is no table
    columns = [Column(name, (name,), field) for name, (field, _) in FIELDS.items()]
    content = BytesIO()
    with writing(format_, content, columns, Cells(showing, reading)) as write:
        for row in rows:
            write([row[column.field.name] for column in columns])
    file = tmp_path / f"out.{format_.value}"
    file.write_bytes(content.getvalue())
    table = open_table(file)
    converters = {name: converter(types[name], reading) for name in types}
    found = [
        {
            name: None if (value := converters[name](cell)) is ABSENT else value
            for name, cell in zip(table.columns, row.cells, strict=True)
        }
        for row in table.rows()
    ]
    assert _filled(found) == _filled(rows)


def _filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Text files and workbooks have no rows without anything in them."""
    return [row for row in rows if any(value is not None for value in row.values())]


@given(st.text(st.sampled_from("'=+-@\t\n|0a ＝"), max_size=6))
def test_no_text_is_a_formula_and_none_is_lost(text: str) -> None:
    written = disarmed(text)
    assert restored(written) == text
    assert not written.startswith(("=", "@", "\t", "\n", "＝"))
    assert written[:1] not in "+-" or not written or set(written[1:]) <= set("0 ")
