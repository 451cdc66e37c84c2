"""The client of NocoDB, which reads back what it writes, against bare calls that believe every answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from benchmarks.race import Race
from relasi.nocodb.client import Client, Row, Where
from relasi.nocodb.transport import Token, Transport
from tests.nocodb_server import Server, alone

AIM = 1.3
RECORDS = 5_000
BULK = 1_000
BATCH = 100
PAGE = 50
NAMES = [f"Field {each}" for each in range(10)]
DONE = "done"


@dataclass(frozen=True)
class Sheet:
    """A table with many rows, a third of them `done`, and two ways to it."""

    client: Client
    bare: httpx.Client
    id: str
    columns: dict[str, str]

    @property
    def path(self) -> str:
        return f"/api/v2/tables/{self.id}/records"

    def add(self, rows: list[Row]) -> None:
        for start in range(0, len(rows), BATCH):
            self.bare.post(self.path, json=rows[start : start + BATCH]).raise_for_status()


def rows(count: int) -> list[Row]:
    return [
        {name: f"value {each} of {name}" for name in NAMES} | {"State": DONE if each % 3 == 0 else "open"}
        for each in range(count)
    ]


@contextmanager
def filled(server: Server) -> Iterator[Sheet]:
    names = [*NAMES, "State"]
    columns: list[dict[str, Any]] = [
        {"title": "Id", "column_name": "id", "uidt": "ID", "pk": True, "ai": True},
        *({"title": each, "column_name": each.lower(), "uidt": "SingleLineText"} for each in names),
    ]
    base = server.new_base()
    with server.client() as bare, closing(Transport(server.url, Token(server.token))) as transport:
        body = {"title": "Many", "table_name": "many", "columns": columns}
        made = transport.post(f"/api/v2/meta/bases/{base}/tables", body)
        ids = {each["title"]: each["id"] for each in made["columns"]}
        sheet = Sheet(Client(transport, base), bare, made["id"], ids)
        sheet.add(rows(RECORDS))
        yield sheet


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sheet]:
    with alone(tmp_path_factory.mktemp("nocodb") / "server") as server, filled(server) as sheet:
        yield sheet


def test_one_row(sheet: Sheet, race: Race) -> None:
    one = rows(1)

    race.run(
        "nocodb: one row added",
        lambda: sheet.client.insert(sheet.id, one),
        lambda: sheet.bare.post(sheet.path, json=one[0]).raise_for_status(),
        rounds=20,
    )


def test_bulk(sheet: Sheet, race: Race) -> None:
    many = rows(BULK)

    race.run(
        f"nocodb: {BULK:,} rows added",
        lambda: sheet.client.insert(sheet.id, many),
        lambda: sheet.add(many),
        aim=AIM,
        rounds=4,
    )


def test_page(sheet: Sheet, race: Race) -> None:
    where = (Where(sheet.columns["State"], "eq", DONE),)
    fields = ",".join(("Id", *NAMES))
    query: dict[str, str | int] = {
        "where": f"(State,eq,{DONE})",
        "sort": "Id",
        "limit": PAGE,
        "fields": fields,
    }

    race.run(
        f"nocodb: first {PAGE} of {RECORDS:,}, filtered",
        lambda: sheet.client.page(sheet.id, NAMES, where=where, limit=PAGE),
        lambda: sheet.bare.get(sheet.path, params=query).json()["list"],
        aim=AIM,
        rounds=20,
    )


def test_count(sheet: Sheet, race: Race) -> None:
    where = (Where(sheet.columns["State"], "eq", DONE),)
    query = {"where": f"(State,eq,{DONE})"}

    race.run(
        f"nocodb: count among {RECORDS:,}",
        lambda: sheet.client.count(sheet.id, where),
        lambda: sheet.bare.get(f"{sheet.path}/count", params=query).json()["count"],
        aim=AIM,
        rounds=20,
    )
