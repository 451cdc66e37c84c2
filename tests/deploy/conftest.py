from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.at(tmp_path / "crm.sqlite")
    yield database
    database.close()
