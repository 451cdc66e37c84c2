from __future__ import annotations

from collections.abc import Iterator

import pytest

from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from tests.platform.contract import MODEL, PlatformContract
from tests.postgresql import Server


def prepared(server: Server, *, wait: float = 10.0) -> SqlPlatform:
    platform = SqlPlatform(Database(server.url(server.new_schema()), wait=wait), MODEL)
    with platform.database.transaction() as connection:
        platform.tables.metadata.create_all(connection)
    return platform


class TestPostgresql(PlatformContract):
    @pytest.fixture
    def platform(self, postgresql: Server) -> Iterator[SqlPlatform]:
        platform = prepared(postgresql)
        yield platform
        platform.close()
