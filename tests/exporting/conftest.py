from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.records.world import World, make_world


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
