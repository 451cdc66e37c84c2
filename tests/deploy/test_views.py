from __future__ import annotations

import pytest

from relasi.deploy.changes import AddColumn, AddIndex, Blocked, Change, CreateTable, DropIndex, Kept
from relasi.deploy.plan import Plan
from relasi.deploy.views import lines
from tests.builders import NOW


def shown(*changes: Change, language: str = "en") -> list[str]:
    return [f"{line.glyph} {line.text}" for line in lines(Plan(changes, "", "", NOW), language)]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (CreateTable("note", fields=12), "+ note  new table with 12 field(s)"),
        (AddColumn("note", "a", "choice", 37, "normal"), '+ note.a  choice, 37 row(s) get "normal"'),
        (AddColumn("note", "a", "number", 37, 0), "+ note.a  number, 37 row(s) get 0"),
        (AddColumn("note", "a", "text", 37), "+ note.a  text, empty in 37 row(s)"),
        (AddColumn("note", "a", "text", 0, "x"), "+ note.a  text"),
        (AddIndex("note", ("a", "id"), False, 5), "+ note.a  indexed, for faster lists (5 row(s))"),
        (
            AddIndex("note", ("a", "b"), True, 5),
            "+ note.(a, b)  no value twice from now on (5 row(s) checked)",
        ),
        (DropIndex("note", ("a", "id"), False), "- note.a  no longer indexed"),
        (DropIndex("note", ("a",), True), "- note.a  a value may occur twice again"),
        (
            Blocked("note", ("a",), "no_existing_rows", {"rows": 3}),
            (
                "! note.a  a is required, but nothing says what 3 existing row(s) get: "
                "write existing_rows below the field."
            ),
        ),
    ],
)
def test_each_change_is_one_line(change: Change, line: str) -> None:
    assert shown(change) == [line]


def test_a_plan_with_nothing_to_do_says_so_after_what_is_kept() -> None:
    assert shown(Kept("note", "a", 3), Kept("old", None, 2)) == [
        "= note.a  no longer in the project; the values of 3 row(s) stay",
        "= old  no longer in the project; the table stays with its 2 row(s)",
        "  Nothing to do: the database has everything that the project describes.",
    ]


def test_lines_come_in_indonesian_too() -> None:
    assert shown(CreateTable("note", 2), language="id") == ["+ note  tabel baru dengan 2 isian"]
