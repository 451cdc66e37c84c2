from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from relasi.store import Session, Store


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.at(tmp_path / "crm.sqlite")
    Store(database).prepare()
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with Store(database).session() as session:
        yield session
