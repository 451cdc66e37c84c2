"""A database with everything that is hard to carry: circles of links, every kind of value, a retired column,
documents that say null, a table and a column of somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from relasi.platform.sql.database import Database
from relasi.platform.sql.platform import SqlPlatform
from relasi.store import Store
from relasi.store.files import File
from relasi.store.sessions import SignIn
from relasi.store.trash import Removal, Thrown
from relasi.store.users import User
from relasi.transfer.copy import Place
from relasi.transfer.extract import sums
from relasi.transfer.rows import Sum
from tests import builders
from tests.builders import NOW, Written, entity
from tests.deploy.steps import deploy, fill

_FIELDS: Mapping[str, Written] = {
    "subject": {"type": "text", "index": True},
    "about": {"type": "link", "to": "person"},
    "above": {"type": "link", "to": "order"},
    "size": "number",
    "price": {"type": "decimal", "places": 2},
    "done": "boolean",
    "day": "date",
    "due": "datetime",
    "hour": "time",
    "effort": "duration",
    "tags": {"type": "multi_choice", "options": ["red", "green"]},
}
_PERSON = entity(
    "person",
    {
        "name": "text",
        "email": {"type": "text", "unique": True},
        "latest": {"type": "link", "to": "order"},
    },
)
_BEFORE = builders.model(_PERSON, entity("order", {**_FIELDS, "note": "text"}), fingerprint="0")
MODEL = builders.model(
    _PERSON, entity("order", _FIELDS, retired={"note": {"type": "text", "retire": "2099-01-01"}})
)
"""`order` is a keyword of SQL."""

_ROWS: tuple[Mapping[str, Any], ...] = (
    {"subject": "Ä 'quoted' \N{PARTY POPPER}\n", "price": Decimal("-0.01"), "done": False, "tags": ()},
    {"subject": "B", "price": Decimal("9999999999999999.99"), "done": True, "tags": ("red", "green")},
    {"size": 2**63 - 1, "day": date(1, 1, 1), "hour": time(23, 59, 59), "effort": timedelta(days=-1)},
    {"size": -(2**63), "day": date(9999, 12, 31), "due": datetime(1999, 12, 31, 23, 0, 0, 1, UTC)},
    {"price": Decimal(0), "hour": time(), "effort": timedelta(microseconds=1), "note": "retired"},
)


_furnished: dict[int, bytes] = {}
"""A file with so many orders, once it was made."""


def furnish(database: Database, *, orders: int = len(_ROWS)) -> None:
    if database.file is None:
        _furnish(database, orders)
        return
    if orders not in _furnished:
        _furnish(database, orders)
        database.close()
        _furnished[orders] = database.file.read_bytes()
    database.file.write_bytes(_furnished[orders])


def _furnish(database: Database, orders: int) -> None:
    deploy(_BEFORE, database, 1)
    fill(_BEFORE, database, "person", {"email": "a@example.com"}, {"name": "B"})
    made = [{"about": str(n % 2 + 1), **_ROWS[n % len(_ROWS)]} for n in range(orders)]
    fill(_BEFORE, database, "order", *made)
    deploy(MODEL, database, 2)
    with SqlPlatform(database, MODEL).transaction() as transaction:
        transaction.put("order", {"1": {"above": str(orders)}, str(orders): {"above": "2"}})
        transaction.put("person", {"1": {"latest": "1"}})
    with Store(database).session() as session:
        session.users.add(User("u1", "sari", "Sari", "sari@example.com", ("agent",), "id"))
        session.sessions.open("secret", SignIn("u1", NOW, NOW, NOW + timedelta(days=1), "a browser"))
        session.series.take("invoice", 7)
        removal = Removal("r1", "d1", NOW, "removed", "order", "gone", {"type": "text"})
        session.trash.add(removal)
        kept = [{"a": [1.5, "1e3", None]}, None, 12, "null", 1e3, {"z": 1, "a": {"é": True}}]
        session.trash.throw(removal, [Thrown(f"{n}", value) for n, value in enumerate(kept)])
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
        connection.exec_driver_sql("ALTER TABLE person ADD COLUMN mood TEXT")


def attach(place: Place, content: bytes) -> str:
    """The SHA-256 of the content, which a file now has."""
    with place.contents.arrival() as arrival:
        arrival.write(content)
        place.contents.keep(arrival)
    file = File(f"f{len(content)}", arrival.sha256, "letter.txt", "text/plain", len(content), None, NOW)
    with Store(place.database).session() as session:
        session.files.add(file)
    return arrival.sha256


def sums_of(database: Database) -> dict[str, Sum]:
    with database.transaction(write=False) as connection:
        return sums(connection)
