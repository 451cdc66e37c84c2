"""NocoDB is killed while it is at work, and started again on what it had kept: all is there once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import httpx
import pytest

from relasi.errors import PlatformError
from relasi.nocodb.base import Base
from relasi.nocodb.meta import Meta
from relasi.nocodb.transport import Token, Transport
from relasi.platform.sql.platform import SqlPlatform
from tests.nocodb.copying import IMPATIENT, PLATFORM, Copy
from tests.nocodb_server import Server, alone
from tests.records.world import compiled, deployed

RECORDS = 150
"""More than one call takes."""
PERSON = """
entity: person
plural: People
title: "{name}"
fields:
  name: {type: text, required: true}
  size: {type: choice, options: {small: {label: Little}, big: {label: Large}}}
lists:
  all: {label: Everybody, columns: [name]}
  large: {label: Large ones, columns: [name], where: size = big}
"""
THING = PERSON.replace("person", "thing").replace("People", "Things")


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with alone(tmp_path_factory.mktemp("crashes") / "server") as server:
        yield server


@pytest.fixture
def server(mortal: Server) -> Server:
    """Alive, whatever became of the test before."""
    if not mortal.is_running:
        mortal.start()
    return mortal


class Deadly(Transport):
    """Kills the server a moment after one of its requests that change something was sent, and hears no answer
    to it, so that it fails on the fastest machine too."""

    def __init__(self, server: Server, writes_left: int, delay: float) -> None:
        super().__init__(server.url, Token(server.token), IMPATIENT)
        self._http.event_hooks = {"request": [self._count], "response": [self._lose]}
        self._server, self._writes_left, self._delay = server, writes_left, delay
        self.killing: Timer | None = None

    def _count(self, request: httpx.Request) -> None:
        if request.method == "GET":
            return
        if self._writes_left == 0:
            self.killing = Timer(self._delay, self._server.stop)
            self.killing.start()
        self._writes_left -= 1

    def _lose(self, response: httpx.Response) -> None:
        if self.killing is not None:
            self.killing.join()
            raise httpx.ReadError("nobody is there any more", request=response.request)

    def revive(self) -> None:
        """Starts the server on the same data."""
        assert self.killing is not None
        self.killing.join()
        self._server.start()

    def close(self) -> None:
        """Not before the killing is over, of which the next test shall have nothing."""
        super().close()
        if self.killing is not None:
            self.killing.join()


def test_records_that_were_on_their_way_have_one_row_each(server: Server, tmp_path: Path) -> None:
    copy = Copy(tmp_path / "crm", server, "a push", PERSON)
    try:
        for number in range(RECORDS):
            copy.world.create("person", name=f"Person {number}")
        copy.transport.close()
        copy.transport = deadly = Deadly(server, writes_left=1, delay=0.06)
        with pytest.raises(PlatformError):
            copy.meet()
        deadly.revive()

        copy.world.clock.advance(minutes=10)
        copy.meet()

        names = sorted(row["name"] for row in copy.grid("person"))
        assert names == sorted(f"Person {number}" for number in range(RECORDS))
        assert len(copy.world.rows("person")) == RECORDS
        assert not copy.unsent()
    finally:
        copy.close()


@pytest.mark.parametrize("delay", [0.01, 0.06])
def test_an_apply_that_was_cut_off_goes_on(server: Server, tmp_path: Path, delay: float) -> None:
    title = f"an apply {delay}"
    texts = (PLATFORM.format(url=server.url, title=title), PERSON, THING)
    crm = deployed(tmp_path / "crm", compiled(tmp_path / "crm", texts)).crm
    platform = SqlPlatform(crm.database, crm.model)

    def base(transport: Transport) -> Base:
        return Base(crm.model, crm.store, platform, Meta(transport), crm.clock, crm.new_id)

    with closing(Deadly(server, writes_left=1, delay=delay)) as deadly:
        with pytest.raises(PlatformError):
            base(deadly).make()
        deadly.revive()
    with closing(Transport(server.url, Token(server.token), IMPATIENT)) as transport:
        base(transport).make()
        survey = base(transport).survey()
    crm.close()

    assert (survey.steps, survey.by_hand) == ((), ())
    assert made(server, title) == {
        "People": ["People", "Everybody", "Large ones", "New"],
        "Things": ["Things", "Everybody", "Large ones", "New"],
    }


def made(server: Server, title: str) -> dict[str, list[str]]:
    """The tables of the only base that is called so, with their views."""
    with server.client() as person:

        def listed(path: str) -> list[dict[str, str]]:
            found: list[dict[str, str]] = person.get(f"/api/v2/meta/{path}").json()["list"]
            return found

        (base,) = (each["id"] for each in listed("bases") if each["title"] == title)
        tables = listed(f"bases/{base}/tables")
        return {
            each["title"]: [view["title"] for view in listed(f"tables/{each['id']}/views")] for each in tables
        }
