"""What is known of each file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from relasi.store import Session
from relasi.store.files import File

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LETTER = File("f1", "ab12", "letter.pdf", "application/pdf", 1200, "ani", NOW)


def test_a_file_is_found_by_its_id(session: Session) -> None:
    session.files.add(LETTER)

    assert session.files.get(["f1", "f2"]) == {"f1": LETTER}


def test_of_many_all_are_found(session: Session) -> None:
    many = [replace(LETTER, id=f"f{n:04}") for n in range(1_200)]
    for each in many:
        session.files.add(each)

    assert len(session.files.get(each.id for each in many)) == 1_200


def test_since_when_a_file_is_not_used_is_noted_and_taken_back(session: Session) -> None:
    session.files.add(LETTER)
    session.files.note_use(["f1"], NOW)
    noted = session.files.get(["f1"])["f1"]
    session.files.note_use(["f1"], None)

    assert (noted.unused_since, session.files.get(["f1"])["f1"]) == (NOW, LETTER)


def test_a_dropped_file_is_not_known_any_more(session: Session) -> None:
    session.files.add(LETTER)
    session.files.drop(["f1"])

    assert session.files.all() == ()
