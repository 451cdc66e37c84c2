from __future__ import annotations

from collections.abc import Iterator

import pytest

from relasi.nocodb.client import Client
from relasi.nocodb.transport import Patience, Token, Transport
from tests.nocodb_server import Server
from tests.patience import PATIENCE

QUICK = Patience(pauses=(0.01, 0.02), connect=PATIENCE, answer=PATIENCE)


@pytest.fixture
def transport(nocodb: Server) -> Iterator[Transport]:
    transport = Transport(nocodb.url, Token(nocodb.token), QUICK)
    yield transport
    transport.close()


@pytest.fixture
def base(nocodb: Server) -> str:
    """The id of an empty base."""
    return nocodb.new_base()


@pytest.fixture
def client(transport: Transport, base: str) -> Client:
    return Client(transport, base)
