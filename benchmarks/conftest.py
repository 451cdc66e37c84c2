"""What every benchmark starts with, and the ratios at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.race import Race, Result
from benchmarks.site import Site, compiled, opened
from relasi.schema.model import Model
from tests import postgresql as servers

_RESULTS = pytest.StashKey[list[Result]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_RESULTS] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if results := config.stash[_RESULTS]:
        terminalreporter.section("Relasi against raw")
        for result in results:
            terminalreporter.write_line(str(result))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.Server]:
    """A PostgreSQL that runs while the benchmarks do, and waits for its disk as one for work does."""
    with servers.started(fsync="on", full_page_writes="on") as server:
        yield server


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The YAML of the platform that a benchmark is on, if it is not SQLite."""
    return servers.platform(request)


@pytest.fixture
def race(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Race:
    return Race(benchmark, request.config.stash[_RESULTS])


@pytest.fixture(scope="session")
def model() -> Model:
    return compiled()


@pytest.fixture
def site(tmp_path: Path, model: Model) -> Iterator[Site]:
    made = opened(tmp_path / "ours", model)
    yield made
    made.crm.close()
