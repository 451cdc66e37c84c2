from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.keyring import Keyring, new_entry
from relasi.platform.sql.database import Database
from relasi.store import Session, Store
from relasi.store.factors import Factor
from relasi.store.users import User
from tests.builders import NOW
from tests.postgresql import DATABASES, empty_database

FACTOR = Factor("JBSWY3DP", since=NOW, last_step=7)


@pytest.fixture(params=DATABASES)
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    keys = new_entry("2026-11-21")
    database = empty_database(request, tmp_path, Keyring(lambda: keys))
    Store(database).prepare()
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """With two users, one of whom has a second factor."""
    with Store(database).session() as session:
        session.users.add(User("u1", "sari", "Sari", "", (), "en"))
        session.users.add(User("u2", "budi", "Budi", "", (), "en"))
        session.factors.put("u1", FACTOR)
        yield session


def test_a_step_of_time_is_spent_once_and_those_before_it_never(session: Session) -> None:
    spent = [session.factors.spend("u1", step) for step in (7, 8, 8, 6, 9)]
    assert spent == [False, True, False, False, True]


def test_one_that_no_code_has_proven_is_not_in_use(session: Session) -> None:
    session.factors.put("u2", Factor("JBSWY3DP"))
    assert session.factors.in_use(["u1", "u2"]) == {"u1"}


def test_a_recovery_code_works_once_and_for_its_user(session: Session) -> None:
    session.factors.put_codes("u1", ["one", "two"])
    assert [session.factors.spend_code(*pair) for pair in (("u2", "one"), ("u1", "one"), ("u1", "one"))] == [
        False,
        True,
        False,
    ]
    assert session.factors.codes_left("u1") == 1


def test_new_recovery_codes_take_the_place_of_the_old_ones(session: Session) -> None:
    session.factors.put_codes("u1", ["one"])
    session.factors.put_codes("u1", ["two"])
    assert not session.factors.spend_code("u1", "one")


def test_a_dropped_factor_takes_its_codes_along(session: Session) -> None:
    session.factors.put_codes("u1", ["one"])
    session.factors.drop("u1")
    assert (session.factors.get("u1"), session.factors.codes_left("u1")) == (None, 0)


def test_a_secret_comes_back_and_what_is_kept_tells_nothing(database: Database) -> None:
    with Store(database).session() as session:
        session.users.add(User("u3", "tono", "Tono", "", (), "en"))
        session.factors.put("u3", FACTOR)
        session.factors.put_codes("u3", ["a-recovery-code"])
        assert session.factors.get("u3") == FACTOR
    with database.transaction(write=False) as connection:
        rows = [
            *connection.exec_driver_sql("SELECT secret FROM relasi_second_factor").scalars(),
            *connection.exec_driver_sql("SELECT code_hash FROM relasi_recovery_code").scalars(),
        ]
    assert [row for row in rows if "JBSWY3DP" in row or "recovery" in row] == []
    assert len(rows) == 2
