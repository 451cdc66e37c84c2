"""NocoDB is killed between its works, and started again on what it had kept: all is there once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

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
    """Kills the server with one of its requests that change something: before that arrives or, where it is
    `heard`, once all is done and the answer on its way."""

    def __init__(self, server: Server, writes_left: int, *, heard: bool) -> None:
        super().__init__(server.url, Token(server.token), IMPATIENT)
        self._http.event_hooks = {"request": [self._sent], "response": [self._answered]}
        self._server, self._writes_left, self._heard = server, writes_left, heard

    def _sent(self, request: httpx.Request) -> None:
        if request.method == "GET":
            return
        if self._writes_left == 0 and not self._heard:
            self._server.stop()
        self._writes_left -= 1

    def _answered(self, response: httpx.Response) -> None:
        if self._writes_left == -1 and self._heard:
            self._heard = False
            self._server.stop()
            raise httpx.ReadError("nobody is there any more", request=response.request)


def test_records_that_were_on_their_way_have_one_row_each(server: Server, tmp_path: Path) -> None:
    copy = Copy(tmp_path / "crm", server, "a push", PERSON)
    try:
        for number in range(RECORDS):
            copy.world.create("person", name=f"Person {number}")
        copy.transport.close()
        copy.transport = Deadly(server, writes_left=1, heard=True)
        with pytest.raises(PlatformError):
            copy.meet()
        server.start()

        copy.world.clock.advance(minutes=10)
        copy.meet()

        names = sorted(row["name"] for row in copy.grid("person"))
        assert names == sorted(f"Person {number}" for number in range(RECORDS))
        assert len(copy.world.rows("person")) == RECORDS
        assert not copy.unsent()
    finally:
        copy.close()


@pytest.mark.parametrize("heard", [True, False])
def test_an_apply_that_was_cut_off_goes_on(server: Server, tmp_path: Path, *, heard: bool) -> None:
    title = f"an apply {heard}"
    texts = (PLATFORM.format(url=server.url, title=title), PERSON, THING)
    crm = deployed(tmp_path / "crm", compiled(tmp_path / "crm", texts)).crm
    platform = SqlPlatform(crm.database, crm.model)

    def base(transport: Transport) -> Base:
        return Base(crm.model, crm.store, platform, Meta(transport), crm.clock, crm.new_id)

    with closing(Deadly(server, writes_left=1, heard=heard)) as deadly, pytest.raises(PlatformError):
        base(deadly).make()
    server.start()
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
