from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from relasi.store import Session
from relasi.store.audit import Change
from tests.builders import NOW

CHANGE = Change(
    id="c1",
    at=NOW,
    entity="note",
    record_id="n1",
    kind="updated",
    version=2,
    fields={"title": ("Größe", None), "tags": ([], ["red"])},
    user_id="u1",
    source="rule",
    on_behalf_of="u2",
    rule="escalate",
    rule_version="abc",
)


def later(number: int) -> Change:
    return replace(CHANGE, id=f"c{number}", at=NOW + timedelta(seconds=number))


def test_a_change_comes_back_as_it_was_written(session: Session) -> None:
    session.audit.append([CHANGE])
    assert session.audit.of("note", "n1") == (CHANGE,)


def test_changes_come_newest_first(session: Session) -> None:
    session.audit.append([later(2), later(3), later(1)])
    assert [change.id for change in session.audit.of("note", "n1")] == ["c3", "c2", "c1"]


def test_pages_go_on_behind_the_last_change_even_within_one_moment(session: Session) -> None:
    session.audit.append([replace(CHANGE, id=f"c{number}") for number in range(5)])
    first = session.audit.of("note", "n1", limit=2)
    second = session.audit.of("note", "n1", limit=2, before=first[-1])
    assert [change.id for change in (*first, *second)] == ["c4", "c3", "c2", "c1"]


def test_changes_of_other_records_are_left_out(session: Session) -> None:
    session.audit.append(
        [CHANGE, replace(CHANGE, id="c2", record_id="n2"), replace(CHANGE, id="c3", entity="x")]
    )
    assert session.audit.of("note", "n1") == (CHANGE,)


def test_nothing_to_append_is_no_write(session: Session) -> None:
    session.audit.append([])
    assert session.audit.of("note", "n1") == ()


def test_history_follows_the_rename_of_an_entity(session: Session) -> None:
    session.audit.append([CHANGE])
    session.audit.rename("note", "memo")
    assert session.audit.of("note", "n1") == ()
    assert session.audit.of("memo", "n1") == (replace(CHANGE, entity="memo"),)


def test_history_follows_the_rename_of_a_field_in_its_entity_alone(session: Session) -> None:
    other = replace(CHANGE, id="c2", entity="letter")
    session.audit.append([CHANGE, other])
    session.audit.rename_field("note", "tags", "labels")
    (change,) = session.audit.of("note", "n1")
    assert change.fields == {"title": ("Größe", None), "labels": ([], ["red"])}
    assert session.audit.of("letter", "n1") == (other,)
