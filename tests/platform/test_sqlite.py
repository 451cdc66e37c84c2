"""The contract on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from tests.platform.contract import MODEL, PlatformContract


class TestSqlite(PlatformContract):
    @pytest.fixture
    def platform(self, tmp_path: Path) -> Iterator[SqlPlatform]:
        platform = SqlPlatform(Database.at(tmp_path / "crm.sqlite"), MODEL)
        with platform.database.transaction() as connection:
            platform.tables.metadata.create_all(connection)
        yield platform
        platform.close()
