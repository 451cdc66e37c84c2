from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relasi.store import Session
from relasi.store.mailboxes import Looked
from relasi.store.threads import Known

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


def known(number: int, record: str = "r1", address: str = "budi@example.com") -> Known:
    return Known(f"<{number}@x>", "letter", record, address, NOW + timedelta(minutes=number))


def test_the_newest_mails_about_a_record_come_first(session: Session) -> None:
    for each in (known(1), known(2), known(3, record="r2")):
        session.threads.note(each)
    assert session.threads.about(["r1"]) == (known(2), known(1))


def test_a_message_id_stays_with_the_record_that_had_it_first(session: Session) -> None:
    session.threads.note(known(1))
    session.threads.note(known(1, record="r2"))
    assert session.threads.get(["<1@x>", "<9@x>"]) == {"<1@x>": known(1)}


def test_mails_with_an_address_are_counted_however_it_is_written(session: Session) -> None:
    session.threads.note(known(1, address="Budi@Example.com"))
    session.threads.note(known(2))
    assert session.threads.count("letter", "BUDI@example.com", since=NOW) == 2
    assert session.threads.count("letter", "budi@example.com", since=NOW + timedelta(minutes=2)) == 1


def test_old_threads_are_forgotten(session: Session) -> None:
    session.threads.note(known(1))
    session.threads.note(known(5))
    assert session.threads.prune(NOW + timedelta(minutes=3), 10) == 1
    assert session.threads.about(["r1"]) == (known(5),)


def test_a_mailbox_is_looked_at_by_one_worker_at_a_time(session: Session) -> None:
    assert session.mailboxes.due(["desk"], NOW) == ["desk"]
    assert session.mailboxes.claim("desk", NOW, until=LATER) == Looked("desk", LATER)
    assert session.mailboxes.claim("desk", NOW, until=LATER) is None
    assert session.mailboxes.due(["desk"], NOW) == []
    assert session.mailboxes.claim("desk", LATER, until=LATER + timedelta(minutes=15)) is not None


@pytest.mark.parametrize("note", [None, {"en": "gone", "id": "hilang"}])
def test_what_was_the_matter_is_kept(session: Session, note: dict[str, str] | None) -> None:
    looked = session.mailboxes.claim("desk", NOW, until=LATER)
    assert looked is not None
    session.mailboxes.put(Looked("desk", LATER, NOW, failures=3, note=note))
    assert session.mailboxes.all() == {"desk": Looked("desk", LATER, NOW, 3, note)}
