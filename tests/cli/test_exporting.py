"""`relasi export` gives records as a file, and `relasi explain exports` says who took which."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Relasi


@pytest.fixture
def customers(relasi: Relasi, ready: Path) -> Path:
    file = ready / "people.csv"
    file.write_text("name,email\nBudi,budi@solo.example\nSiti,siti@solo.example\n")
    relasi("import", "customer", file)
    return ready


def test_records_go_into_a_file_and_come_back_unchanged(relasi: Relasi, customers: Path) -> None:
    answer = relasi("export", "customer", "--format", "xlsx", "-o", "out.xlsx")
    assert (answer.code, answer.out) == (0, "2 records in out.xlsx\n")
    assert relasi("import", "customer", "out.xlsx", "--json").data["counts"]["unchanged"] == 2


def test_a_condition_leaves_some(relasi: Relasi, customers: Path) -> None:
    answer = relasi("export", "customer", "--where", 'name = "Budi"', "-o", "out.csv", "--json")
    assert answer.data == {"entity": "customer", "records": 1, "file": "out.csv"}


def test_a_condition_that_cannot_be_read_is_wrong_use(relasi: Relasi, customers: Path) -> None:
    answer = relasi("export", "customer", "--where", "nme = 1", "-o", "out.csv")
    assert answer.code == 2
    assert answer.err.startswith("relasi: --where cannot be read: ")
    assert not Path("out.csv").exists()


def test_a_user_takes_no_more_than_the_rights_of_the_user(relasi: Relasi, customers: Path) -> None:
    relasi("user", "add", "rob", "--role", "sales_rep", stdin="some words nobody thinks of\n")
    answer = relasi("export", "customer", "--as", "rob")
    assert (answer.code, answer.out) == (1, "")
    assert "does not allow you to take these records out" in answer.err


def test_it_is_told_who_took_what(relasi: Relasi, customers: Path) -> None:
    relasi("export", "customer", "--where", 'name = "Siti"', "-o", "out.csv")
    (entry,) = relasi("explain", "exports", "--json").data
    assert (entry["by"], entry["entity"], entry["records"]) == ("command line", "customer", 1)
    assert entry["where"] == 'name = "Siti"'
