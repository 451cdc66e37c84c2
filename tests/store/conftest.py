from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from relasi.store import Session, Store
from tests.postgresql import DATABASES, empty_database


@pytest.fixture(params=DATABASES)
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = empty_database(request, tmp_path)
    Store(database).prepare()
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with Store(database).session() as session:
        yield session
