from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from relasi.runtime import Crm
from tests.importing.loading import empty_crm

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    with empty_crm(tmp_path) as crm:
        yield crm
