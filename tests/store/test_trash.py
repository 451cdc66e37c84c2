from __future__ import annotations

from dataclasses import replace

from relasi.store import Session
from relasi.store.trash import Removal, Thrown
from tests.builders import NOW

REMOVAL = Removal("r1", "d1", NOW, "removed", "note", "size", {"type": "number"})


def thrown(session: Session, *rows: Thrown) -> None:
    session.trash.add(REMOVAL)
    session.trash.throw("r1", rows)


def test_a_removal_counts_its_rows(session: Session) -> None:
    thrown(session, Thrown("1", 7), Thrown("2", 8))
    assert session.trash.removals() == (replace(REMOVAL, rows=2),)


def test_values_come_back_as_they_were_thrown(session: Session) -> None:
    rows = [Thrown("1", None, "x"), Thrown("2", ["a"], 12), Thrown("3", {"title": "ä", "size": 10**17})]
    thrown(session, *rows)
    assert sorted(session.trash.rows("r1"), key=lambda row: row.record_id) == rows


def test_a_removal_is_gone_once_all_of_it_was_taken(session: Session) -> None:
    thrown(session, Thrown("1", 7), Thrown("2", 8))
    session.trash.take("r1", ["1"])
    assert [each.rows for each in session.trash.removals()] == [1]
    session.trash.take("r1", ["2"])
    assert session.trash.removals() == ()


def test_more_rows_than_fit_one_statement_are_thrown_and_taken(session: Session) -> None:
    thrown(session, *(Thrown(str(number), number) for number in range(2_500)))
    session.trash.take("r1", [str(number) for number in range(2_499)])
    assert [row.record_id for row in session.trash.rows("r1")] == ["2499"]


def test_what_is_dropped_is_gone(session: Session) -> None:
    thrown(session, Thrown("1", 7))
    session.trash.drop("r1")
    assert session.trash.removals() == ()
    assert list(session.trash.rows("r1")) == []


def test_the_trash_follows_renames(session: Session) -> None:
    thrown(session)
    session.trash.rename_field("note", "size", "length")
    session.trash.rename("note", "memo")
    assert [(each.entity, each.field) for each in session.trash.removals()] == [("memo", "length")]
