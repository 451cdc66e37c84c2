from __future__ import annotations

from datetime import date

import pytest

from relasi.deploy.changes import (
    AddColumn,
    AddIndex,
    Blocked,
    Change,
    CreateTable,
    Derive,
    DropIndex,
    FillEmpty,
    Kept,
    RemoveColumn,
    RemoveTable,
    RenameColumn,
    RenameTable,
    Retire,
    Rewrite,
    Tighten,
)
from relasi.deploy.differ import differences
from relasi.deploy.renames import find_renames, renamed
from relasi.deploy.structure import (
    Held,
    HeldColumn,
    HeldTable,
    Index,
    Wanted,
    WantedColumn,
    WantedTable,
    fingerprint,
)
from tests.builders import Written, field_type

TODAY = date(2026, 11, 21)
UNIQUE = Index(("a",), unique=True)
PLAIN = Index(("a", "id"), unique=False)


def column(written: Written = "text", declared: str = "TEXT", start: object = None) -> WantedColumn:
    return WantedColumn(declared, field_type(written), start=start)


def held(written: Written | None = "text", declared: str = "TEXT", name: str = "a") -> HeldColumn:
    return HeldColumn(declared, name, None if written is None else field_type(written))


ID = WantedColumn("TEXT", field_type("text"), system=True)
HELD_ID = held(name="id")


def wanted(*indexes: Index, **columns: WantedColumn) -> WantedTable:
    return WantedTable({"id": ID, **columns}, frozenset(indexes))


def there(*indexes: Index, rows: int = 9, **columns: HeldColumn) -> HeldTable:
    return HeldTable({"id": HELD_ID, **columns}, "note", rows, frozenset(indexes))


def found(wanted: Wanted, held: Held) -> tuple[Change, ...]:
    renames = find_renames(wanted, held)
    return differences(wanted, renamed(held, renames), renames, TODAY)


def note(table: WantedTable, held: HeldTable) -> tuple[Change, ...]:
    return found({"note": table}, {"note": held})


def test_equal_structures_differ_in_nothing() -> None:
    assert note(wanted(UNIQUE, a=column()), there(UNIQUE, a=held())) == ()


def test_a_new_entity_is_a_new_table_and_counts_its_own_fields() -> None:
    assert found({"note": wanted(UNIQUE, a=column())}, {}) == (CreateTable("note", fields=1),)


def test_new_tables_come_before_columns_that_may_refer_to_them() -> None:
    link = column(declared="TEXT REFERENCES person")
    changes = found({"note": wanted(about=link), "person": wanted()}, {"note": there()})
    assert [type(change) for change in changes] == [CreateTable, AddColumn]


def test_a_new_column_tells_what_existing_rows_get() -> None:
    assert note(wanted(a=column(start="normal")), there()) == (
        AddColumn("note", "a", "text", rows=9, fill="normal"),
    )


def test_a_column_of_another_type_is_rewritten() -> None:
    assert note(wanted(a=column("number", "INTEGER")), there(a=held())) == (
        Rewrite("note", "a", "text", "number"),
    )


def test_a_type_that_is_kept_alike_means_other_values_all_the_same() -> None:
    choice = {"type": "choice", "options": ["x"]}
    assert note(wanted(a=column(choice)), there(a=held())) == (Rewrite("note", "a", "text", "choice"),)


@pytest.mark.parametrize(("options", "changes"), [(["x", "y", "z"], 0), (["y", "x"], 0), (["x", "z"], 1)])
def test_only_an_option_that_is_taken_away_rewrites_a_choice(options: list[str], changes: int) -> None:
    new, old = ({"type": "choice", "options": each} for each in (options, ["x", "y"]))
    assert len(note(wanted(a=column(new)), there(a=held(old)))) == changes


def test_where_no_deployment_tells_the_old_type_a_change_of_it_is_blocked() -> None:
    assert note(wanted(a=column()), there(a=held(None, "INTEGER"))) == (
        Blocked("note", ("a",), "type_differs", {"held": "INTEGER", "wanted": "TEXT"}),
    )
    assert note(wanted(a=column()), there(a=held(None))) == ()


def test_a_new_limit_is_looked_into_and_another_label_is_not() -> None:
    assert note(wanted(a=column({"type": "text", "max_length": 9})), there(a=held())) == (
        Tighten("note", "a"),
    )
    assert note(wanted(a=column({"type": "text", "label": "A", "help": "b"})), there(a=held())) == ()


def test_a_field_that_becomes_required_is_filled_where_it_says_how() -> None:
    required = {"type": "text", "required": True}
    assert note(wanted(a=column(required)), there(a=held())) == (Tighten("note", "a"),)
    assert note(wanted(a=column(required, start="x")), there(a=held())) == (
        FillEmpty("note", "a", "x"),
        Tighten("note", "a"),
    )
    assert note(wanted(a=column(required, start="x")), there(a=held(required))) == ()


def test_a_table_without_system_columns_was_made_by_somebody_else() -> None:
    assert note(wanted(a=column()), HeldTable({"a": held()}, "note")) == (
        Blocked("note", ("id",), "not_ours", {}),
    )


def test_an_index_is_added_and_taken_away_with_its_definition() -> None:
    assert note(wanted(PLAIN, a=column()), there(UNIQUE, a=held())) == (
        DropIndex("note", ("a",), unique=True),
        AddIndex("note", ("a", "id"), unique=False, rows=9),
    )


def test_what_is_no_longer_wanted_is_removed_and_its_index_with_it() -> None:
    old = HeldTable({"id": HELD_ID}, "old", rows=3)
    changes = found({"note": wanted()}, {"note": there(UNIQUE, a=held()), "old": old})
    assert changes == (RemoveColumn("note", "a"), RemoveTable("old", rows=3))


def test_what_no_deployment_knows_is_left_alone() -> None:
    other = HeldTable({"b": held(None)}, "other")
    changes = found({"note": wanted()}, {"note": there(a=held(None)), "other": other})
    assert changes == (Kept("note", "a"), Kept("other", None))


def test_a_retired_field_stays_until_its_day_and_then_goes() -> None:
    def retired(day: str) -> WantedTable:
        return WantedTable({"id": ID}, retired={"a": column({"type": "text", "retire": day})})

    assert note(retired("2026-11-22"), there(a=held())) == (Retire("note", "a", 0, "2026-11-22"),)
    assert note(retired("2026-11-21"), there(a=held())) == (RemoveColumn("note", "a"),)
    assert note(retired("2026-11-22"), there(a=HeldColumn("TEXT", "a", field_type("text"), True))) == ()


def test_a_field_goes_on_under_its_new_name() -> None:
    renamed = column({"type": "text", "was": ["c", "a"]})
    index = Index(("b",), unique=True)
    assert note(wanted(index, b=renamed), there(UNIQUE, a=held())) == (RenameColumn("note", "b", "a", 9),)


def test_an_old_name_that_is_not_there_means_a_new_field() -> None:
    renamed = column({"type": "text", "was": "c"})
    assert [type(each) for each in note(wanted(b=renamed), there())] == [AddColumn]


def test_an_entity_goes_on_under_its_new_name_and_links_follow() -> None:
    person = {"person": WantedTable({"id": ID}, was=("human",))}
    link = column({"type": "link", "to": "person"}, "TEXT REFERENCES person")
    human = {"human": HeldTable({"id": HELD_ID}, "human", rows=4)}
    about = held({"type": "link", "to": "human"}, "TEXT REFERENCES human")
    changes = found({**person, "note": wanted(a=link)}, {**human, "note": there(a=about)})
    assert changes == (RenameTable("person", "human", 4),)


def derived(text: str, written: Written = "number", declared: str = "INTEGER") -> WantedColumn:
    return WantedColumn(declared, field_type(written), derived=text, binding=True)


def test_values_that_are_made_of_others_are_made_anew_when_they_are_made_otherwise() -> None:
    old = HeldColumn("INTEGER", "a", field_type("number"), derived="always: 1")
    assert note(wanted(a=derived("always: 1")), there(a=old)) == ()
    assert note(wanted(a=derived("always: 2")), there(a=old)) == (Derive("note", "a", "number", 9),)
    assert note(wanted(a=derived("always: 1", "text", "TEXT")), there(a=old)) == (
        Derive("note", "a", "text", 9),
    )


def test_a_formula_that_takes_the_place_of_entered_values_says_so() -> None:
    assert note(wanted(a=derived("always: 1")), there(a=held())) == (
        Derive("note", "a", "number", 9, replaces=True),
    )


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (there(rows=5, a=held()), True),
        (there(a=held("number", "INTEGER")), False),
        (there(a=held({"type": "text", "max_length": 5})), False),
        (there(), False),
        (there(UNIQUE, a=held()), False),
    ],
)
def test_the_fingerprint_changes_with_the_structure_and_not_with_the_rows(
    other: HeldTable, same: bool
) -> None:
    before = fingerprint({"note": there(a=held())})
    assert (fingerprint({"note": other}) == before) is same
