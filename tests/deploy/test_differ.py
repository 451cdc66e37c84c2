from __future__ import annotations

import pytest

from relasi.deploy.changes import AddColumn, AddIndex, Blocked, Change, CreateTable, DropIndex, Kept
from relasi.deploy.differ import differences
from relasi.deploy.structure import HeldTable, Index, WantedColumn, WantedTable, fingerprint

ID = WantedColumn("TEXT", "text", system=True)
TEXT = WantedColumn("TEXT", "text")
UNIQUE = Index(("a",), unique=True)


def wanted(*indexes: Index, **columns: WantedColumn) -> WantedTable:
    return WantedTable({"id": ID, **columns}, frozenset(indexes))


def note(held: HeldTable, table: WantedTable) -> tuple[Change, ...]:
    return differences({"note": table}, {"note": held})


def test_equal_structures_differ_in_nothing() -> None:
    held = HeldTable({"id": "TEXT", "a": "TEXT"}, rows=9, indexes=frozenset({UNIQUE}))
    assert note(held, wanted(UNIQUE, a=TEXT)) == ()


def test_a_new_entity_is_a_new_table_and_counts_its_own_fields() -> None:
    assert differences({"note": wanted(UNIQUE, a=TEXT)}, {}) == (CreateTable("note", fields=1),)


def test_new_tables_come_before_columns_that_may_refer_to_them() -> None:
    link = WantedColumn("TEXT REFERENCES person", "link")
    found = differences({"note": wanted(about=link), "person": wanted()}, {"note": HeldTable({"id": "TEXT"})})
    assert [type(change) for change in found] == [CreateTable, AddColumn]


def test_a_new_column_tells_what_existing_rows_get() -> None:
    column = WantedColumn("TEXT", "choice", required=True, fill="normal")
    found = note(HeldTable({"id": "TEXT"}, rows=37), wanted(priority=column))
    assert found == (AddColumn("note", "priority", "choice", rows=37, fill="normal"),)


def test_a_required_column_without_a_value_for_existing_rows_is_blocked() -> None:
    column = WantedColumn("TEXT", "text", required=True)
    assert note(HeldTable({"id": "TEXT"}, rows=2), wanted(a=column)) == (
        Blocked("note", ("a",), "no_existing_rows", {"rows": 2}),
    )
    assert note(HeldTable({"id": "TEXT"}), wanted(a=column)) == (AddColumn("note", "a", "text", rows=0),)


def test_a_column_of_another_type_is_blocked() -> None:
    assert note(HeldTable({"id": "TEXT", "a": "INTEGER"}), wanted(a=TEXT)) == (
        Blocked("note", ("a",), "type_differs", {"held": "INTEGER", "wanted": "TEXT"}),
    )


def test_a_table_without_system_columns_was_made_by_somebody_else() -> None:
    assert note(HeldTable({"a": "TEXT"}), wanted(a=TEXT)) == (Blocked("note", ("id",), "not_ours", {}),)


def test_a_unique_index_over_duplicates_is_blocked() -> None:
    held = HeldTable({"id": "TEXT", "a": "TEXT"}, rows=9, duplicates={UNIQUE: 4})
    assert note(held, wanted(UNIQUE, a=TEXT)) == (Blocked("note", ("a",), "duplicates", {"rows": 4}),)


def test_an_index_is_added_and_taken_away_with_its_definition() -> None:
    plain = Index(("a", "id"), unique=False)
    held = HeldTable({"id": "TEXT", "a": "TEXT"}, rows=9, indexes=frozenset({UNIQUE}))
    assert note(held, wanted(plain, a=TEXT)) == (
        DropIndex("note", ("a",), unique=True),
        AddIndex("note", ("a", "id"), unique=False, rows=9),
    )


def test_what_is_no_longer_wanted_is_kept_with_its_index() -> None:
    held = HeldTable({"id": "TEXT", "a": "TEXT"}, rows=9, indexes=frozenset({UNIQUE}), filled={"a": 7})
    assert differences({"note": wanted()}, {"note": held, "old": HeldTable({}, rows=3)}) == (
        Kept("note", "a", rows=7),
        Kept("old", None, rows=3),
    )


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (HeldTable({"id": "TEXT"}, rows=5, filled={"id": 5}, duplicates={UNIQUE: 2}), True),
        (HeldTable({"id": "INTEGER"}), False),
        (HeldTable({"id": "TEXT", "a": "TEXT"}), False),
        (HeldTable({"id": "TEXT"}, indexes=frozenset({UNIQUE})), False),
    ],
)
def test_the_fingerprint_changes_with_the_structure_and_not_with_the_rows(
    other: HeldTable, same: bool
) -> None:
    before = fingerprint({"note": HeldTable({"id": "TEXT"})})
    assert (fingerprint({"note": other}) == before) is same
