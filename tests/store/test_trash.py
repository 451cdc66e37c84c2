from __future__ import annotations

from dataclasses import replace

from relasi.store import Session
from relasi.store.trash import Removal, Thrown
from tests.builders import NOW

REMOVAL = Removal("r1", "d1", NOW, "removed", "note", "size", {"type": "number"})


def thrown(session: Session, *rows: Thrown) -> None:
    session.trash.add(REMOVAL)
    session.trash.throw(REMOVAL, rows)


def test_a_removal_counts_its_rows(session: Session) -> None:
    thrown(session, Thrown("1", 7), Thrown("2", 8))
    assert session.trash.removals() == (replace(REMOVAL, rows=2),)


def test_values_come_back_as_they_were_thrown(session: Session) -> None:
    rows = [Thrown("1", None, "x"), Thrown("2", ["a"], 12), Thrown("3", {"title": "ä", "size": 10**17})]
    thrown(session, *rows)
    assert sorted(session.trash.rows("r1"), key=lambda row: row.record_id) == rows


def test_more_rows_than_fit_one_statement_are_thrown(session: Session) -> None:
    thrown(session, *(Thrown(str(number), number) for number in range(2_500)))
    assert len(list(session.trash.rows("r1"))) == session.trash.removals()[0].rows == 2_500


def test_what_is_dropped_is_gone(session: Session) -> None:
    thrown(session, Thrown("1", 7))
    session.trash.drop("r1")
    assert session.trash.removals() == ()
    assert list(session.trash.rows("r1")) == []


def test_what_was_rewritten_follows_renames(session: Session) -> None:
    session.trash.add(replace(REMOVAL, kind="rewritten"))
    session.trash.rename_field("note", "size", "length")
    session.trash.rename("note", "memo")
    assert [(each.entity, each.field) for each in session.trash.removals()] == [("memo", "length")]


def test_a_removed_field_keeps_its_name_when_another_one_of_that_name_gets_a_new_one(
    session: Session,
) -> None:
    session.trash.add(REMOVAL)
    session.trash.rename_field("note", "size", "length")
    assert [each.field for each in session.trash.removals()] == ["size"]
