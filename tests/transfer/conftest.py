from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pytest

from relasi.platform.sql.database import Database
from tests.postgresql import Server

Databases = Callable[[str], Database]


@pytest.fixture
def new_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """A function from `sqlite` or `postgresql` to an empty database."""
    numbers = count()
    with ExitStack() as stack:

        def made(kind: str) -> Database:
            if kind == "sqlite":
                database = Database.at(tmp_path / f"{next(numbers)}.db")
            else:
                server: Server = request.getfixturevalue("postgresql")
                database = Database(server.url(server.new_schema()))
            return stack.enter_context(closing(database))

        yield made
