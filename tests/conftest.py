from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgresql as servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.Server]:
    """A PostgreSQL that runs while the tests do."""
    with servers.started() as server:
        yield server
