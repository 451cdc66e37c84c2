"""How a database is: what it says of itself, and whether it lets us do what we have to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from relasi.errors import PlatformError
from relasi.platform.sql.database import Database
from relasi.platform.sql.naming import ENGINE_PREFIX

_TRIED = f"{ENGINE_PREFIX}tried"
_AT_THE_SERVER = text(
    "SELECT current_setting('server_version'), pg_database_size(current_database()), clock_timestamp()"
)
_IN_THE_FILE = text(
    "SELECT sqlite_version(), page_count * page_size, NULL FROM pragma_page_count, pragma_page_size"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """`size` is in bytes; `clock` is what time it is there, None where there is no other clock than ours."""

    engine: str
    version: str
    size: int
    clock: datetime | None


def condition(database: Database) -> Condition:
    """Raises PlatformError."""
    with database.transaction(write=False) as connection:
        version, size, clock = connection.execute(
            _IN_THE_FILE if database.is_sqlite else _AT_THE_SERVER
        ).one()
    return Condition("SQLite" if database.is_sqlite else "PostgreSQL", version, size, clock)


def damage(database: Database) -> str | None:
    """What a look at every page of a SQLite file finds wrong, at most one thing; a server looks itself."""
    if not database.is_sqlite:
        return None
    with database.transaction(write=False) as connection:
        said: str = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    return None if said == "ok" else said


def demand_rights(database: Database) -> None:
    """Makes a table and writes to it, and takes it back. Raises PlatformError where that is not allowed."""
    try:
        with database.transaction() as connection:
            _try_all(connection)
            raise _TakeBack
    except _TakeBack:
        pass


def _try_all(connection: Connection) -> None:
    connection.execute(text(f"CREATE TABLE {_TRIED} (n INTEGER)"))
    connection.execute(text(f"INSERT INTO {_TRIED} VALUES (1)"))  # noqa: S608  # a name of ours


class _TakeBack(PlatformError):
    def __init__(self) -> None:
        super().__init__("platform_failed")
