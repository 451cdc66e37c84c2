from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests import nocodb_server
from tests import postgresql as servers
from tests.records.world import World, make_world
from tests.serving import Server, copy_content, fill, relasi_run

_ROOM = 2 * 1024**3
settings.register_profile(
    "usual", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("usual")  # nothing fails for being slow; --hypothesis-profile=default looks longer

_SERVICES = {"postgresql": "postgresql", "nocodb": "nocodb", "chromium": "browser", "imap": "dovecot"}
"""What the fixtures of a program begin with that has to be installed, and the marker of their tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for service, marker in _SERVICES.items():
            if any(each.startswith(service) for each in getattr(item, "fixturenames", ())):
                item.add_marker(marker)
        if any(item.get_closest_marker(each) for each in _SERVICES.values()):
            item.add_marker("service")


def pytest_configure() -> None:
    """The databases of the tests live in memory where there is room for them: a disk would be waited for more
    than a thousand times."""
    memory = Path("/dev/shm")  # pytest makes a folder of its own in it
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_collection_finish() -> None:
    """What has been imported and collected stays for good, so looking for garbage in it is wasted: a fifth of
    the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of this repository with a database of its sample data, to be copied: made once for all
    processes of a run, for it takes longer than most tests."""
    folder = _shared(tmp_path_factory) / "filled"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            made = copy_content(tmp_path_factory.mktemp("filled"))
            fill(made)
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def server(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`relasi run` on the content of this repository with its sample data, for all tests of a process: they
    may add records and users, and change nothing else."""
    with relasi_run(shutil.copytree(filled, tmp_path_factory.mktemp("crm") / "crm")) as started:
        yield started


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.Server]:
    """A PostgreSQL that runs while the tests do."""
    with servers.started() as server:
        yield server


@pytest.fixture(scope="session")
def nocodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[nocodb_server.Server]:
    """A NocoDB that runs while the tests do, in whichever process they are; it keeps its data in SQLite."""
    with nocodb_server.shared(_shared(tmp_path_factory) / "nocodb") as server:
        yield server


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The YAML of the platform of the worlds that the test builds; SQLite's where it gives none."""
    return servers.platform(request)


@pytest.fixture
def build(tmp_path: Path, platform: tuple[str, ...]) -> Iterator[Callable[..., World]]:
    """Makes a CRM of YAML texts, and closes it after the test."""
    made: list[World] = []

    def make(*texts: str) -> World:
        made.append(make_world(tmp_path / f"world{len(made)}", *platform, *texts))
        return made[-1]

    yield make
    for world in made:
        world.crm.close()


@pytest.fixture(scope="session")
def nocodb_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql: servers.Server
) -> Iterator[nocodb_server.Server]:
    """One that keeps its data in PostgreSQL, for this process alone."""
    schema = postgresql.new_schema()
    connection = {"host": str(postgresql.home), "user": postgresql.url().username, "database": "postgres"}
    database = {"client": "pg", "connection": connection, "searchPath": [schema]}
    settings = {"NC_DB_JSON": json.dumps(database)}
    with nocodb_server.alone(tmp_path_factory.mktemp("nocodb"), settings) as server:
        yield server


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests that all of its processes know."""
    own = tmp_path_factory.getbasetemp()
    return own if "PYTEST_XDIST_WORKER" not in os.environ else own.parent
