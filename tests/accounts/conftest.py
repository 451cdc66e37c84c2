from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from relasi.accounts import Accounts
from relasi.platform.keyring import Keyring, new_entry
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.users import User
from tests.builders import model
from tests.records.world import Clock

PASSWORD = "rahasia sekali"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    keys = new_entry("2026-11-21")
    database = Database.at(tmp_path / "crm.db", keyring=Keyring(lambda: keys))
    yield database
    database.close()


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    store = Store(database)
    store.prepare()
    ids = count(1)
    return Accounts(model(), store, clock, lambda: f"u{next(ids)}")


@pytest.fixture
def sari(accounts: Accounts) -> User:
    return accounts.add(
        "Sari",
        full_name="Sari W",
        email="s@example.com",
        roles=["b", "a", "b"],
        language="id",
        password=PASSWORD,
    )
