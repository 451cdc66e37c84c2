"""Workbooks: the first sheet with content or the one asked for, values as what they are."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from relasi.errors import ImportRefused
from relasi.importing import sheet_process
from relasi.importing import workbook as workbook_module
from relasi.importing.files import open_table
from relasi.importing.tables import FileOptions

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DATE_STYLE = 1


def workbook(
    path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, before: str = "", after: str = ""
) -> Path:
    """Writes a small real XLSX: text, numbers, booleans and dates. `before` the document of each sheet and
    `after` its rows stands XML as it is."""
    names = list(sheets)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1)
        )
        + f'<Relationship Id="style" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    for n, rows in enumerate(sheets.values(), 1):
        body = "".join(
            f'<row r="{r}">'
            + "".join(_cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row))
            + "</row>"
            for r, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{body}{after}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return path


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f'<c r="{place}" s="{_DATE_STYLE}"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def test_values_come_as_what_they_are(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", {"S": [["name", "n", "x", "day"], ["Budi", 5, 2.5, dt.date(2026, 3, 1)]]}
    )
    assert [list(row.cells) for row in open_table(path).rows()] == [["Budi", 5, 2.5, dt.date(2026, 3, 1)]]


def test_the_first_sheet_with_content_is_read_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Empty": [], "One": [["a"], ["1"]], "Two": [["b"], ["2"]]})
    assert open_table(path).columns == ("a",)
    assert open_table(path, FileOptions(sheet="Two")).columns == ("b",)


def test_an_unknown_sheet_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"One": [["a"], ["1"]]})
    with pytest.raises(ImportRefused, match="The sheets are: One"):
        open_table(path, FileOptions(sheet="Two"))


def test_rows_have_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [[], ["a", "b"], ["1", "2"], [], ["3", "4"]]})
    assert [row.line for row in open_table(path).rows()] == [3, 5]


def test_merged_and_empty_header_cells_name_no_column(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["name", None, "city"], ["Budi", "x", "Solo"]]})
    assert open_table(path).columns == ("name", "", "city")


def test_a_title_above_the_table_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["Customers"], ["name", "city"], ["Budi", "Solo"]]})
    with pytest.raises(ImportRefused, match="not the row of column names"):
        open_table(path)


def test_a_workbook_called_csv_is_read_all_the_same(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.csv", {"S": [["name"], ["Budi"]]})
    assert open_table(path).columns == ("name",)


def test_a_small_file_that_asks_for_a_terabyte_is_refused_and_takes_nobody_along(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = workbook(tmp_path / "a.xlsx", {"S": [["name"], ["Budi"]]}, after=far)
    with pytest.raises(ImportRefused, match="unpacks to more than can be read"):
        open_table(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_module, "MEMORY", 150 * 1024**2)
    path = workbook(tmp_path / "a.xlsx", {"S": [["name"], ["x" * 40_000_000]]})
    with pytest.raises(ImportRefused, match="unpacks to more than can be read"):
        open_table(path)


def test_an_entity_that_stands_for_a_thousand_others_is_not_written_out(tmp_path: Path) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>so &b;</t></is></c></row>'
    path = workbook(tmp_path / "a.xlsx", {"S": [["name"]]}, before=lol, after=row)
    with pytest.raises(ImportRefused, match="unrecognized entity"):
        open_table(path)


def test_times_and_durations_come_as_what_they_are(tmp_path: Path) -> None:
    said = [
        dt.datetime(2026, 3, 1, 8, 30, tzinfo=dt.UTC),
        dt.date(2026, 3, 1),
        dt.time(8, 30),
        dt.timedelta(days=2),
    ]
    written = json.dumps(said, default=sheet_process._moment)
    assert json.loads(written, object_hook=workbook_module._moment) == said
