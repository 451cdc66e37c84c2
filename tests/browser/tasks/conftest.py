from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from relasi.runtime import Crm, open_crm
from tests.browser.tasks.walk import LOCALES, Walk
from tests.serving import CHECKOUT, Server


@pytest.fixture(params=list(LOCALES))
def walk(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Walk]:
    """A task in English and the same in Indonesian; its picture is kept in the folder RELASI_ARTEFACTS."""
    artefacts = Path(os.environ.get("RELASI_ARTEFACTS", CHECKOUT / "build" / "tasks"))
    begun = Walk(chromium, server, request.param, languages(server.root), artefacts)
    yield begun
    begun.over()


@pytest.fixture(scope="session")
def crm(server: Server) -> Iterator[Crm]:
    """For what was there before a task begins."""
    opened = open_crm(server.root)
    yield opened
    opened.close()


def languages(root: Path) -> dict[str, str]:
    """What each of the sample people reads."""
    with closing(sqlite3.connect(root / "data" / "crm.db")) as database:
        return dict(database.execute("SELECT name, language FROM relasi_user"))
