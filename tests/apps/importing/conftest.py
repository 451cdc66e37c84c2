from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.apps.importing.routes import arrival, arrived
from relasi.apps.importing.wizard import Wizard
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.importing.tables import FileOptions

Send = Callable[..., str]
Begin = Callable[..., Wizard]


@pytest.fixture
def send() -> Send:
    """Sends a file as a browser does; gives its id."""

    def sent(visitor: Visitor, content: bytes, name: str = "letters.csv") -> str:
        with arrival(visitor, "letter") as upload:
            upload.write(content)
            return upload.finish(name).id

    return sent


@pytest.fixture
def begin(here: Here, send: Send) -> Begin:
    """A wizard with a file of this content, at its columns."""

    def begun(content: str | bytes, name: str = "letters.csv") -> Wizard:
        written = content.encode() if isinstance(content, str) else content
        wizard = Wizard(here.entity, arrived(here.visitor, send(here.visitor, written, name)))
        wizard.read(here.visitor, FileOptions())
        return wizard

    return begun
