"""A base over a PostgreSQL database of others: its make-up follows the tables, and only people's names for
them are NocoDB's own.

NocoDB takes a new title for an order to alter the table, unless it is told again everything that it knows of
the column; and answers 200 without doing anything while the source is locked. The role that it connects as
may alter nothing, so that what goes wrong here is refused and does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from relasi.errors import PlatformUnavailable
from relasi.nocodb.cells import Choice
from relasi.nocodb.failures import Missing, ValueRefused
from relasi.nocodb.transport import Json, Transport

ALIAS = "relasi"
_KNOWN = (
    "column_name",
    "uidt",
    "dt",
    "dtx",
    "dtxp",
    "dtxs",
    "rqd",
    "un",
    "ai",
    "pk",
    "pv",
    "cdf",
    "np",
    "ns",
    "clen",
)
_LONGEST = 60.0
"""Seconds that looking for new tables may take."""


class External:
    """The base and its one source. Raises PlatformUnavailable, AccessRefused, Missing and ValueRefused."""

    def __init__(self, transport: Transport, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    def make(self, title: str, connection: Json, schema: str) -> str:
        """The id of a base that shows what the connection's role may see of the schema."""
        reached = {**connection, "options": f"-csearch_path={schema}"}
        config = {"client": "pg", "connection": reached, "searchPath": [schema], "schema": schema}
        source = {
            "type": "pg",
            "alias": ALIAS,
            "config": config,
            "inflection_column": "none",
            "inflection_table": "none",
        }
        body = {"title": title, "external": True, "sources": [source]}
        made: str = self._transport.post("/api/v2/meta/bases", body)["id"]
        return made

    def follow(self, base: str) -> None:
        """Has NocoDB look at the tables again, and waits until it has."""
        path = f"/api/v2/meta/bases/{base}/meta-diff/{self._source(base)}"
        job = self._transport.post(path, {}, repeat=True)["id"]
        waited, pause = 0.0, 0.1
        while waited < _LONGEST:
            heard = self._transport.post("/jobs/listen", {"_mid": 0, "data": {"id": job}}, repeat=True)
            states = {each.get("data", {}).get("status") for each in heard or ()}
            if "failed" in states:
                raise ValueRefused("nocodb_refused", host=self._transport.host, status="meta-diff")
            if "completed" in states:
                return
            self._sleep(pause)
            waited, pause = waited + pause, min(1.0, pause * 1.5)
        raise PlatformUnavailable("nocodb_unreachable", host=self._transport.host)

    def lock(self, base: str, *, locked: bool) -> None:
        """Whether people may change tables and columns there; the records they may change in any case."""
        path = f"/api/v2/meta/bases/{base}/sources/{self._source(base)}"
        self._transport.patch(path, {"is_schema_readonly": locked})

    def retitle(self, table: str, column: str, title: str) -> None:
        self._change(table, column, {"title": title})

    def choose(self, table: str, column: str, options: Sequence[Choice]) -> None:
        """Has people choose among the options, which are the values in the database."""
        written = [{"title": each.title, "color": each.color} for each in options]
        change = {"uidt": "SingleSelect", "colOptions": {"options": written}}
        self._change(table, column, change)

    def describe(self, table: str, description: str) -> None:
        """A table's title is its name in the database; this is what can be said about it."""
        self._transport.patch(f"/api/v2/meta/tables/{table}", {"description": description})

    def _change(self, table: str, column: str, change: dict[str, Any]) -> None:
        there = self._columns(table).get(column)
        if there is None:
            raise Missing("nocodb_missing", host=self._transport.host)
        known = {name: there[name] for name in _KNOWN if name in there}
        self._transport.patch(f"/api/v2/meta/columns/{column}", {**known, "title": there["title"], **change})
        now = self._columns(table)[column]
        if now["title"] != change.get("title", now["title"]) or now["uidt"] != change.get(
            "uidt", now["uidt"]
        ):
            raise ValueRefused("nocodb_not_written", host=self._transport.host, rows=1)

    def _columns(self, table: str) -> dict[str, Json]:
        found = self._transport.get(f"/api/v2/meta/tables/{table}")["columns"]
        return {each["id"]: each for each in found}

    def _source(self, base: str) -> str:
        for each in self._transport.get(f"/api/v2/meta/bases/{base}")["sources"]:
            if each["alias"] == ALIAS:
                key: str = each["id"]
                return key
        raise Missing("nocodb_missing", host=self._transport.host)
