from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from relasi.messages.letters import Letters
from relasi.messages.sender import Sender
from tests.messages.mail_server import MailServer, certificate
from tests.messages.web_server import Called, answering
from tests.records.world import World, make_world


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer.started() as server:
        yield server


@pytest.fixture
def called() -> Iterator[Called]:
    with answering() as server:
        yield server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with key.pem and cert.pem of a server called localhost."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a CRM of YAML texts, and closes it after the test."""
    made: list[World] = []

    def make(*texts: str) -> World:
        made.append(make_world(tmp_path / f"world{len(made)}", *texts))
        return made[-1]

    yield make
    for world in made:
        world.crm.close()


@pytest.fixture
def sender_of() -> Callable[..., Sender]:
    """A sender whose tries are spread by nothing."""

    def make(world: World, trust: ssl.SSLContext | None = None) -> Sender:
        crm = world.crm
        context = trust or ssl.create_default_context()
        letters = Letters(crm.model.settings, crm.files, crm.root)
        return Sender(
            crm.model, crm.store, crm.root, crm.clock, crm.new_id, letters, spread=lambda: 0.0, trust=context
        )

    return make
