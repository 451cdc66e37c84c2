from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from relasi.records import Record, Source
from relasi.runtime import Crm, open_crm
from tests.serving import Server

Make = Callable[..., Record]


@pytest.fixture
def crm(server: Server) -> Iterator[Crm]:
    """The same project as the server has open."""
    opened = open_crm(server.root)
    yield opened
    opened.close()


@pytest.fixture
def make(crm: Crm) -> Make:
    """Makes a record of an entity as one of the sample people."""

    def made(entity: str, who: str, **values: object) -> Record:
        with crm.store.session(write=False) as session:
            user = next(each for each in session.users.list() if each.name == who)
        return crm.records.create(crm.actor(user, Source.PAGE), entity, values)

    return made
