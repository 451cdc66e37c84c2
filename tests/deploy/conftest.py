from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from tests.postgresql import empty_database


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """On SQLite, and on PostgreSQL too where a test is marked with ON_BOTH."""
    database = empty_database(request, tmp_path)
    yield database
    database.close()
