from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import dovecot
from tests.messages.conftest import build, certificates, mail_server, sender_of

__all__ = ["build", "certificates", "mail_server", "sender_of"]


@pytest.fixture(scope="session")
def imap(certificates: Path) -> Iterator[dovecot.Server]:
    with dovecot.started(certificates) as server:
        yield server
