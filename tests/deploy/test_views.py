from __future__ import annotations

import pytest

from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    Change,
    CreateTable,
    Derive,
    DropIndex,
    EmptyTrash,
    FillEmpty,
    Forbid,
    Kept,
    Offender,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
    RenameTable,
    Retire,
    Rewrite,
    Tighten,
)
from relasi.deploy.impact import Impact
from relasi.deploy.plan import Plan
from relasi.deploy.views import lines
from tests.builders import NOW


def shown(*changes: Change, language: str = "en", most: int | None = 20) -> list[str]:
    plan = Plan(changes, "", "", NOW)
    return [f"{line.glyph} {line.text}" for line in lines(plan, language, most=most)]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (CreateTable("note", fields=12), "+ note  new table with 12 field(s)"),
        (
            CreateTable("note", 12, restored=3),
            "+ note  new table with 12 field(s), 3 record(s) come back from the trash",
        ),
        (RenameTable("note", "memo", 7), "~ note  was memo, keeps its 7 record(s)"),
        (
            RemoveTable("note", 7, "2026-12-21"),
            "- note  removed with its 7 record(s), in the trash until 2026-12-21",
        ),
        (RenameColumn("note", "a", "b", 7), "~ note.a  was b, keeps its values (7 row(s))"),
        (
            AddColumn("note", "a", "choice", 37, "normal", filled=37),
            '+ note.a  choice, 37 row(s) get "normal"',
        ),
        (AddColumn("note", "a", "number", 37, 0, filled=37), "+ note.a  number, 37 row(s) get 0"),
        (AddColumn("note", "a", "text", 37), "+ note.a  text, empty in 37 row(s)"),
        (AddColumn("note", "a", "text", 0, "x"), "+ note.a  text"),
        (
            AddColumn("note", "a", "text", 9, "x", filled=2, restored=4),
            '+ note.a  text, 4 row(s) get back what is in the trash, 2 row(s) get "x", empty in 3 row(s)',
        ),
        (
            AddColumn("note", "a", "money", 9, derived=True),
            "+ note.a  money, made of other values in 9 row(s)",
        ),
        (Derive("note", "a", "money", 9), "~ note.a  money, made of other values in 9 row(s)"),
        (
            Rewrite("note", "a", "text", "number", rows=3, replaced=2),
            "~ note.a  text becomes number, 3 value(s) converted, 2 that do not fit are emptied",
        ),
        (
            Rewrite("note", "a", "text", "number", fill=0, rows=3, replaced=2, filled=1),
            "~ note.a  text becomes number, 3 value(s) converted, 2 that do not fit get 0, 1 row(s) get 0",
        ),
        (
            Rewrite("note", "a", "choice", "choice", {"b": "c"}, rows=3),
            "~ note.a  3 row(s) move (b → c)",
        ),
        (
            Rewrite("note", "a", "number", "text", reverted=3),
            "~ note.a  number becomes text, 3 row(s) get back what they had",
        ),
        (
            Rewrite("note", "a", "decimal", "decimal"),
            "~ note.a  kept in another way, the values stay the same",
        ),
        (
            FillEmpty("note", "a", "x", 3),
            '~ note.a  required from now on, 3 row(s) without a value get "x"',
        ),
        (
            Retire("note", "a", 3, "2027-01-31"),
            "- note.a  retired: gone from every page, the values of 3 row(s) stay until 2027-01-31",
        ),
        (
            RemoveColumn("note", "a", 3, "2026-12-21"),
            "- note.a  removed with the values of 3 row(s), in the trash until 2026-12-21",
        ),
        (AddIndex("note", ("a", "id"), False, 5), "+ note.a  indexed, for faster lists (5 row(s))"),
        (
            AddIndex("note", ("a", "b"), True, 5),
            "+ note.(a, b)  no value twice from now on (5 row(s) checked)",
        ),
        (
            Forbid("note", "late", 3),
            (
                "? note.refuse.late  3 row(s) break the new rule; "
                "they stay as they are until somebody changes them"
            ),
        ),
        (DropIndex("note", ("a", "id"), False), "- note.a  no longer indexed"),
        (DropIndex("note", ("a",), True), "- note.a  a value may occur twice again"),
        (
            EmptyTrash("r1", "note", "a", 3, "2026-10-01"),
            "- note.a  dropped from the trash for good: removed on 2026-10-01, 3 row(s)",
        ),
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
    assert shown(change)[0] == line


BROKEN = Tighten("note", "a", 3, tuple(Offender(str(n), "T", f"v{n}", "Too long.") for n in (1, 2, 3)))


def test_the_records_that_do_not_suit_a_change_stand_below_it() -> None:
    assert shown(BROKEN) == [
        "? note.a  3 row(s) break the new rule; they stay as they are until somebody changes them",
        "      T (1): v1: Too long.",
        "      T (2): v2: Too long.",
        "      T (3): v3: Too long.",
    ]


def test_only_the_first_records_are_listed_unless_all_are_wanted() -> None:
    assert shown(BROKEN, most=2)[2:] == [
        "      T (2): v2: Too long.",
        "      … and 1 more; relasi plan --all shows them",
    ]
    assert len(shown(BROKEN, most=None)) == 4


def test_what_a_change_meets_stands_below_it() -> None:
    impact = Impact("note", "a", 3, ("open", "mine"), ("main",), ("escalate",))
    plan = Plan((RenameColumn("note", "a", "b", 7),), "", "", NOW, (impact,))
    assert lines(plan)[1].text == "    seen by 3 user(s); lists: open, mine; form: main; workflows: escalate"


def test_a_plan_with_nothing_to_do_says_so_after_what_is_left_alone() -> None:
    assert shown(Kept("note", "a"), Kept("old", None)) == [
        "= note.a  not made by Relasi, left alone",
        "= old  not made by Relasi, left alone",
        "  Nothing to do: the database has everything that the project describes.",
    ]


def test_lines_come_in_indonesian_too() -> None:
    assert shown(CreateTable("note", 2), language="id") == ["+ note  tabel baru dengan 2 isian"]
