"""A project whose records have a copy in a real NocoDB, and a person who works in the grid of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from relasi.nocodb.base import Base
from relasi.nocodb.layout import Sheet, layout_of
from relasi.nocodb.meta import Meta
from relasi.nocodb.sweep import MirrorSweep
from relasi.nocodb.transport import Patience, Token, Transport
from relasi.platform.sql.platform import SqlPlatform
from relasi.store.guard import unlocked
from relasi.store.mirrors import Unsent
from relasi.store.objections import Objection
from tests.nocodb_server import Server
from tests.patience import PATIENCE
from tests.records.world import World, compiled, deployed

IMPATIENT = Patience(pauses=(), connect=PATIENCE, answer=PATIENCE)
PLATFORM = """
platform: local
kind: nocodb
nocodb: {{url: "{url}", token: {{env: X}}, base: {title}}}
"""


class Copy:
    def __init__(self, folder: Path, server: Server, title: str, *texts: str) -> None:
        self._server = server
        platform = PLATFORM.format(url=server.url, title=title)
        self.world: World = deployed(folder, compiled(folder, (platform, *texts)))
        self.transport = Transport(server.url, Token(server.token), IMPATIENT)
        crm = self.world.crm
        meta = Meta(self.transport)
        Base(crm.model, crm.store, SqlPlatform(crm.database, crm.model), meta, crm.clock, crm.new_id).make()
        with crm.store.session(write=False) as session:
            layout = layout_of(crm.model, session.places.all(), meta)
        assert layout is not None
        self.layout = layout
        self._sweep = MirrorSweep(crm.model, crm.records, lambda: self.transport)
        self._person = httpx.Client(base_url=server.url, headers={"xc-token": server.token}, timeout=PATIENCE)

    def close(self) -> None:
        self._person.close()
        self.transport.close()
        self.world.crm.close()

    def empty(self, *entities: str) -> None:
        """As if nothing had ever happened, on both sides."""
        for entity in entities:
            if rows := self.grid(entity):
                self._asked("DELETE", self.sheet(entity), json=[{"Id": row["Id"]} for row in rows])
        tables = ("change", "trace", "objection", "mirror", "look", "unsent")
        with self.world.crm.database.transaction() as connection, unlocked(connection):
            for table in (*entities, *(f"relasi_{each}" for each in tables)):
                connection.exec_driver_sql(f"DELETE FROM {table}")

    def meet(self) -> None:
        """A worker comes round, until neither side has anything new for the other."""
        self.world.clock.advance(minutes=1)
        while self._sweep(self.world.clock()):
            pass
        self._sweep(self.world.clock())

    def sheet(self, entity: str) -> Sheet:
        return self.layout.sheets[entity]

    def grid(self, entity: str) -> list[dict[str, Any]]:
        """The rows as people see them, by the names of the fields, with `Id` and `relasi_id`."""
        sheet = self.sheet(entity)
        names = {spot.title: name for name, spot in sheet.fields.items()}
        names |= {"Id": "Id", sheet.record.title: "relasi_id"}
        names |= {spot.title: f"{name}:name" for name, spot in sheet.twins.items()}
        if sheet.title:
            names[sheet.title.title] = "title"
        found = self._asked("GET", sheet, params={"limit": 1000, "sort": "Id"})["list"]
        return [{names[title]: cell for title, cell in row.items() if title in names} for row in found]

    def add(self, entity: str, **cells: Any) -> int:
        number: int = self._asked("POST", self.sheet(entity), json=self._titled(entity, cells))["Id"]
        return number

    def edit(self, entity: str, number: int, **cells: Any) -> None:
        self._asked("PATCH", self.sheet(entity), json={"Id": number, **self._titled(entity, cells)})

    def remove(self, entity: str, number: int) -> None:
        self._asked("DELETE", self.sheet(entity), json={"Id": number})

    def put_id(self, entity: str, number: int, record_id: str) -> None:
        """As a row has one that was copied in the grid."""
        sheet = self.sheet(entity)
        self._asked("PATCH", sheet, json={"Id": number, sheet.record.title: record_id})

    def objections(self) -> Sequence[Objection]:
        with self.world.crm.store.session(write=False) as session:
            return session.objections.open()

    def unsent(self) -> Sequence[Unsent]:
        with self.world.crm.store.session(write=False) as session:
            return session.mirrors.unsent(self.world.clock(), 1000)

    def _titled(self, entity: str, cells: dict[str, Any]) -> dict[str, Any]:
        sheet = self.sheet(entity)
        return {sheet.fields[name].title: cell for name, cell in cells.items()}

    def _asked(self, method: str, sheet: Sheet, **options: Any) -> Any:
        response = self._person.request(method, f"/api/v2/tables/{sheet.id}/records", **options)
        response.raise_for_status()
        return response.json()
