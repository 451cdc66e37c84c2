"""`relasi import` tells what became of the rows, in words, as data and as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Relasi


@pytest.fixture
def people(ready: Path) -> Path:
    file = ready / "people.csv"
    file.write_text("name,email,shoe size\nBudi,budi@solo.example,42\nSiti,not an address,38\n")
    return file


def test_what_became_of_the_rows_is_told(relasi: Relasi, people: Path) -> None:
    answer = relasi("import", "customer", people)
    assert answer.code == 1, "a row was refused"
    assert answer.out.splitlines() == [
        "people.csv: comma-separated text, UTF-8, 2 rows",
        "Not used: shoe size",
        "line 3: E-mail: not an address is not an e-mail address. Write it as name@example.com.",
        "1 created, 1 refused",
    ]


def test_a_dry_run_keeps_nothing(relasi: Relasi, people: Path) -> None:
    told = relasi("import", "customer", people, "--dry-run").out.splitlines()
    assert told[-2:] == ["1 created, 1 refused", "A dry run: nothing was kept."]
    assert relasi("import", "customer", people, "--json").data["counts"]["created"] == 1


def test_a_finished_import_is_not_done_again(relasi: Relasi, people: Path) -> None:
    relasi("import", "customer", people)
    answer = relasi("import", "customer", people)
    assert "Nothing was done" in answer.out
    assert relasi("import", "customer", people, "--again", "--json").data["counts"]["created"] == 1


def test_the_report_is_written_to_a_file(relasi: Relasi, people: Path) -> None:
    relasi("import", "customer", people, "--report", "report.csv")
    lines = Path("report.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in lines] == [["line", "action"], ["2", "created"], ["3", "refused"]]


def test_a_wrong_map_is_shown_with_its_line(relasi: Relasi, people: Path) -> None:
    Path("map.yaml").write_text("import: customer\nfields:\n  name: Nama\n")
    answer = relasi("import", "customer", people, "--map", "map.yaml")
    assert (answer.code, answer.err) == (1, "relasi: The map is wrong. Nothing was imported.\n")
    assert "map.yaml:3:9" in answer.out
    assert "  name: Nama" in answer.out


def test_an_unknown_entity_is_wrong_use(relasi: Relasi, people: Path) -> None:
    answer = relasi("import", "custmer", people)
    assert (answer.code, answer.err) == (2, "relasi: There is no entity custmer. Is customer meant?\n")


def test_a_file_that_is_not_there_is_named(relasi: Relasi, ready: Path) -> None:
    answer = relasi("import", "customer", "none.csv")
    assert (answer.code, answer.err) == (1, "relasi: There is no file none.csv. Check the path.\n")


def test_the_encoding_can_be_named(relasi: Relasi, ready: Path) -> None:
    (ready / "a.csv").write_bytes("name\nЯнтарь\n".encode("cp1251"))
    assert "--encoding" in relasi("import", "customer", "a.csv").err
    assert relasi("import", "customer", "a.csv", "--encoding", "cp1251").code == 0


def test_rows_that_look_like_records_that_are_there_are_told_and_left_out_where_asked(
    relasi: Relasi, ready: Path
) -> None:
    twice = ready / "twice.csv"
    twice.write_text("name,email\nBudi,budi@solo.example\nSomebody,BUDI@solo.example\n")

    told = relasi("import", "customer", twice, "--dry-run")
    left_out = relasi("import", "customer", twice, "--skip-alike", "--json")

    assert "line 3: This may be there already: Budi." in told.out.splitlines()
    assert (left_out.data["counts"]["created"], left_out.data["counts"]["refused"]) == (1, 1)


def test_the_last_import_is_taken_back(relasi: Relasi, people: Path) -> None:
    relasi("import", "customer", people)
    answer = relasi("import", "customer", "--undo", "--yes")
    assert (answer.code, answer.out) == (0, "1 deleted\n")
    again = relasi("import", "customer", people, "--json")
    assert again.data["counts"]["created"] == 1, "what was taken back can be imported again"


def test_the_import_to_take_back_is_named_by_its_file(relasi: Relasi, people: Path) -> None:
    answer = relasi("import", "customer", people, "--undo", "--yes")
    expected = (
        "relasi: There is no import of customer of a file called people.csv that could be taken back.\n"
    )
    assert (answer.code, answer.err) == (1, expected)
