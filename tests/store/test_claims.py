from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from relasi.platform.sql.database import Database
from relasi.store import Session, Store

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    store = Store(database)
    store.prepare()
    with store.session() as session:
        yield session


def test_a_record_is_with_one_person_at_a_time(session: Session) -> None:
    assert session.claims.take("call", "1", "ana", now=NOW, until=LATER)
    assert not session.claims.take("call", "1", "ben", now=NOW, until=LATER)
    assert session.claims.take("call", "2", "ben", now=NOW, until=LATER)
    assert session.claims.take("visit", "1", "ben", now=NOW, until=LATER)


def test_who_has_it_may_keep_it(session: Session) -> None:
    session.claims.take("call", "1", "ana", now=NOW, until=LATER)
    assert session.claims.take("call", "1", "ana", now=NOW, until=LATER + timedelta(minutes=5))
    assert not session.claims.take("call", "1", "ben", now=LATER, until=LATER + timedelta(minutes=1))


def test_it_is_free_when_the_time_is_over_or_it_was_given_up(session: Session) -> None:
    session.claims.take("call", "1", "ana", now=NOW, until=LATER)
    session.claims.release("call", "1", "ben", now=NOW)
    assert not session.claims.take("call", "1", "ben", now=NOW, until=LATER)
    session.claims.release("call", "1", "ana", now=NOW)
    assert session.claims.take("call", "1", "ben", now=NOW, until=LATER)
    assert session.claims.take("call", "1", "ana", now=LATER, until=LATER + timedelta(minutes=5))
