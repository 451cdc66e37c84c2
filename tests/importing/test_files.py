"""What a file is, is told by its content; what cannot be a table is refused with a way out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from relasi.errors import ImportRefused
from relasi.importing.files import open_table
from relasi.importing.tables import FileOptions
from tests.importing.conftest import Write
from tests.importing.open_data import DATA, EDGE_CASES, needs_open_data


def records(path: Path, options: FileOptions | None = None) -> list[dict[str, object]]:
    table = open_table(path, options)
    rows = list(table.rows())
    assert not [row for row in rows if row.problem]
    return [dict(zip(table.columns, row.cells, strict=True)) for row in rows]


def refusal(path: Path, options: FileOptions | None = None) -> str:
    with pytest.raises(ImportRefused) as caught:
        list(open_table(path, options).rows())
    assert caught.value.text("id") != caught.value.text("en")
    return caught.value.code


@needs_open_data
@pytest.mark.parametrize("expected", sorted((EDGE_CASES / "json").glob("*.json")), ids=lambda path: path.stem)
def test_each_csv_edge_case_reads_as_its_json_says(expected: Path) -> None:
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    one_line_end = [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in wanted]
    assert records(EDGE_CASES / "csvs" / f"{expected.stem}.csv") == one_line_end


@needs_open_data
@pytest.mark.parametrize("name", ["example-latin1", "example-utf16be-bom", "example-utf16le-bom"])
def test_every_encoding_of_the_same_table_gives_the_same_text(name: str) -> None:
    assert records(EDGE_CASES / f"{name}.tsv")[0]["Location"] == "Tizi Ouzou, Béjaïa, (Kaby ..."
    assert records(EDGE_CASES / f"{name}.tsv") == records(EDGE_CASES / "example-utf8.tsv")


@needs_open_data
@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("csv-with-bom.csv", ("ColA", "ColB"), 2),
        ("example-linebreaks-in-cells.csv", ("name", "description", "yearOfBirth"), 2),
        ("example-linebreaks-in-cells.tsv", ("1st", "2nd", "3rd", "4th"), 2),
        ("persons.csv", ("Name", "Age", "Gender"), 3),
        ("persons_with_empty_column.csv", ("Name", "Age", "Gender"), 3),
        ("presidents.tsv", ("name", "guid", "id", "key"), 43),
    ],
)
def test_each_importer_example_has_its_columns_and_rows(
    name: str, columns: tuple[str, ...], rows: int
) -> None:
    assert open_table(EDGE_CASES / name).columns == columns
    assert len(records(EDGE_CASES / name)) == rows


@needs_open_data
def test_a_long_real_list_is_read_whole() -> None:
    assert len(records(EDGE_CASES / "government_contracts.csv")) == 6422


@needs_open_data
def test_an_export_of_records_is_read_with_its_nested_names() -> None:
    rows = records(DATA / "04_real_estate" / "dreamhouse" / "contacts-data.json")
    assert {"attributes.type", "LastName"} <= set(rows[0])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(write: Write, separator: str) -> None:
    path = write("a.csv", f'name{separator}amount\nBudi{separator}"1{separator}5"\nSiti{separator}2\n')
    assert records(path)[0] == {"name": "Budi", "amount": f"1{separator}5"}


def test_a_decimal_comma_does_not_pass_for_a_separator(write: Write) -> None:
    assert records(write("a.csv", "name;amount\nBudi;1,5\nSiti;2,5\n"))[1] == {
        "name": "Siti",
        "amount": "2,5",
    }


def test_one_column_is_a_table(write: Write) -> None:
    assert records(write("a.csv", "name\nBudi\nSiti\n")) == [{"name": "Budi"}, {"name": "Siti"}]


def test_a_header_alone_is_a_table_without_rows(write: Write) -> None:
    assert records(write("a.csv", "name,city\n")) == []


def test_a_row_of_another_width_is_reported_with_its_line(write: Write) -> None:
    rows = list(open_table(write("a.csv", 'name,city\n"Budi\nS.",Solo,x\nSiti\nTono,Jambi,,\n')).rows())
    assert [(row.line, row.problem.code if row.problem else None) for row in rows] == [
        (2, "ragged_row"),
        (4, "ragged_row"),
        (5, None),
    ]


def test_a_misplaced_quote_costs_its_row_only(write: Write) -> None:
    rows = list(open_table(write("a.csv", 'name,city\n"Budi"x,Solo\nSiti,Jambi\n')).rows())
    assert [row.problem.code if row.problem else row.cells[0] for row in rows] == ["quote_misplaced", "Siti"]


def test_utf16_without_a_mark_is_recognised(write: Write) -> None:
    assert records(write("a.csv", "name,city\nBéatrice,Solo\n".encode("utf-16-le"))) == [
        {"name": "Béatrice", "city": "Solo"}
    ]


def test_a_named_encoding_is_used(write: Write) -> None:
    path = write("a.csv", "имя,город\nИван,Омск\n".encode("cp1251"))
    assert records(path, FileOptions(encoding="cp1251")) == [{"имя": "Иван", "город": "Омск"}]


def test_polish_text_is_not_taken_for_western_text(write: Write) -> None:
    assert (
        refusal(write("a.csv", "name,city\nŁukasz Żak,Łódź\nJan,Gdańsk\n".encode("cp1250")))
        == "encoding_undecided"
    )


def test_typographic_signs_of_windows_are_read(write: Write) -> None:
    assert (
        records(write("a.csv", "name,note\nAmélie,“fine” – 5 €\n".encode("cp1252")))[0]["note"]
        == "“fine” – 5 €"
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", "", "file_empty"),
        ("blank.csv", "\n \n\n", "file_empty"),
        ("bom.csv", b"\xef\xbb\xbf", "file_empty"),
        ("page.xls", "<html><table><tr><td>1</td></tr></table>", "web_page"),
        ("paper.csv", b"%PDF-1.7\n1 0 obj", "not_a_table"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0", "not_a_table"),
        ("zeros.csv", b"a,b\n1,\0\0\n", "zero_bytes"),
        ("values.csv", "1,2,3\n4,5,6\n", "no_header"),
        ("twice.csv", "name,city,name\nBudi,Solo,B\n", "header_twice"),
        ("title.csv", "Customers of 2026\nname,city\nBudi,Solo\nSiti,Jambi\n", "header_not_first"),
        ("open.csv", 'name,city\n"Budi,Solo\nSiti,Jambi\n', "quote_never_closed"),
        ("object.csv", '{"name": "Budi", "city": "Solo"}\n', "json_by_another_name"),
        ("cut.json", '[{"name": "Budi"}, {"na', "json_broken"),
        ("number.json", "12", "json_not_records"),
        ("words.json", '["Budi", "Siti"]', "json_not_records"),
        ("none.json", "[]", "file_empty"),
        ("deep.json", "[" * 100_000, "json_not_records"),
        ("cut.xlsx", b"PK\x03\x04 and no more", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused(write: Write, name: str, content: str | bytes, code: str) -> None:
    assert refusal(write(name, content)) == code


def test_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "name\nBudi\n")
    assert refusal(path) == "not_a_table"


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "file_is_folder"
    assert refusal(tmp_path / "none.csv") == "file_missing"


@pytest.mark.parametrize(
    ("encoding", "code"), [("utf-8", "encoding_wrong"), ("utf-99", "encoding_name_unknown")]
)
def test_a_wrong_encoding_is_refused(write: Write, encoding: str, code: str) -> None:
    path = write("a.csv", "name,city\nBéatrice,Solo\n".encode("latin-1"))
    assert refusal(path, FileOptions(encoding=encoding)) == code


def test_json_lines_report_the_broken_one(write: Write) -> None:
    rows = list(
        open_table(write("a.jsonl", '{"name": "Budi", "n": 1.10}\n{"name": \n[1]\n{"city": "Solo"}\n')).rows()
    )
    assert [row.problem.code if row.problem else None for row in rows] == [
        None,
        "json_line_broken",
        "not_an_object",
        None,
    ]
    assert rows[3].cells == [None, None, "Solo"]
