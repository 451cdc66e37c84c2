from __future__ import annotations

from datetime import timedelta

from relasi.store import Session
from relasi.store.tries import Failures
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


def test_failures_count_for_the_name_and_for_the_address(session: Session) -> None:
    session.tries.add("sari", "10.0.0.1", NOW)
    session.tries.add("SARI", "10.0.0.2", NOW)
    session.tries.add("budi", "10.0.0.1", NOW)
    assert session.tries.count("Sari", "10.0.0.1", since=NOW, until=NOW) == Failures(by_name=2, by_address=2)


def test_only_those_within_the_window_count(session: Session) -> None:
    session.tries.add("sari", "10.0.0.1", NOW - MINUTE)
    session.tries.add("sari", "10.0.0.1", NOW)
    assert session.tries.count("sari", "x", since=NOW - MINUTE, until=NOW) == Failures(2, 0)
    assert session.tries.count("sari", "x", since=NOW, until=NOW) == Failures(1, 0)


def test_a_sign_in_forgets_the_name_and_all_that_is_old(session: Session) -> None:
    session.tries.add("sari", "10.0.0.1", NOW)
    session.tries.add("budi", "10.0.0.1", NOW - MINUTE)
    session.tries.add("budi", "10.0.0.1", NOW)
    session.tries.clear("Sari", before=NOW)
    assert session.tries.count("sari", "10.0.0.1", since=NOW - MINUTE, until=NOW) == Failures(0, 1)
