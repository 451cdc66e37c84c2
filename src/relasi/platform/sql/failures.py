"""What a driver's error means: every one becomes a PlatformError with a sentence for people."""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path

from sqlalchemy.engine import ExceptionContext

from relasi.errors import (
    DuplicateValue,
    GivenUp,
    PlatformError,
    PlatformFull,
    PlatformReadOnly,
    PlatformUnavailable,
)

_SQLITE: dict[int, tuple[type[PlatformError], str]] = {
    sqlite3.SQLITE_BUSY: (PlatformUnavailable, "unavailable"),
    sqlite3.SQLITE_LOCKED: (PlatformUnavailable, "unavailable"),
    sqlite3.SQLITE_IOERR: (PlatformUnavailable, "unavailable"),
    sqlite3.SQLITE_READONLY: (PlatformReadOnly, "read_only"),
    sqlite3.SQLITE_FULL: (PlatformFull, "full"),
    sqlite3.SQLITE_NOTADB: (PlatformUnavailable, "not_a_database"),
    sqlite3.SQLITE_CORRUPT: (PlatformUnavailable, "damaged"),
}

_POSTGRESQL: dict[str, tuple[type[PlatformError], str]] = {
    "23503": (PlatformError, "link_broken"),
    "25006": (PlatformReadOnly, "server_read_only"),
    "42501": (PlatformReadOnly, "no_privilege"),
    "40001": (GivenUp, "unavailable"),
    "40P01": (GivenUp, "unavailable"),
    "57014": (PlatformUnavailable, "took_too_long"),
    "42P01": (PlatformUnavailable, "not_applied"),
    "42P07": (GivenUp, "unavailable"),
    "42703": (PlatformUnavailable, "not_applied"),
    "53100": (PlatformFull, "full"),
    "22003": (PlatformError, "number_too_large"),
}

_NOT_LET_IN = {
    r"password authentication failed|no password supplied|role .* does not exist|pg_hba\.conf": "not_let_in",
    r"database .* does not exist": "no_such_database",
    r"SSL|certificate|sslmode": "tls_refused",
}
"""What a server says to those who knock, where it speaks English; there is no code to go by."""

_UNAVAILABLE_CLASSES = ("08", "40", "53", "55", "57")
"""Connection, lost race, resources, locks, shutdown: the same work may well succeed a moment later."""


def translate(context: ExceptionContext, place: str) -> PlatformError | None:
    """None for what is no failure of the database: a bug of ours, or an interrupt, which pass as they are."""
    error = context.original_exception
    if isinstance(error, OverflowError):
        return PlatformError("number_too_large")
    if isinstance(error, sqlite3.Error):
        return from_sqlite(error, place)
    if context.sqlalchemy_exception is None:
        return None
    if context.connection is None:
        return _from_the_door(str(error))
    return from_server(error, broken=context.is_disconnect, place=place)


def from_sqlite(error: sqlite3.Error, place: str) -> PlatformError:
    """For whoever talks to SQLite without SQLAlchemy, too."""
    code = getattr(error, "sqlite_errorcode", 0)
    message = str(error)
    if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        columns = [each.strip().rpartition(".") for each in message.partition(": ")[2].split(",")]
        return _duplicate(columns[0][0], tuple(column for _, _, column in columns))
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return PlatformError("link_broken")
    if message.startswith("no such ") or "has no column named" in message:
        return PlatformUnavailable("not_applied")
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return cannot_open(place)
    kind, text = _SQLITE.get(code & 0xFF, (PlatformError, "platform_failed"))
    return kind(text, place=place)


def cannot_open(place: str) -> PlatformError:
    """A file that is there, in a folder where SQLite may not make its side files, can at most be read."""
    if os.access(place, os.R_OK) and not os.access(Path(place).parent, os.W_OK):
        return PlatformReadOnly("read_only", place=place)
    return PlatformUnavailable("cannot_open", place=place)


def _from_the_door(said: str) -> PlatformError:
    """No connection came about."""
    told = re.search(r"(?<=FATAL:).+|(?=connection to server).+|\A.*", said)
    reason = told[0].strip() if told else ""
    codes = (code for pattern, code in _NOT_LET_IN.items() if re.search(pattern, reason))
    return PlatformUnavailable(next(codes, "unavailable"), reason=reason)


def from_server(error: BaseException | None, *, broken: bool, place: str) -> PlatformError:
    """What PostgreSQL's driver raised, on a connection that may have `broken` by it."""
    if broken:
        return GivenUp("unavailable", reason="the connection broke")
    state = getattr(error, "sqlstate", None) or "08000"
    if state == "23505":
        detail = error.diag  # type: ignore[union-attr]  # psycopg's, which is imported nowhere
        if detail.schema_name == "pg_catalog":  # somebody else makes the same table at this moment
            return GivenUp("unavailable")
        columns = re.match(r"Key \((.*?)\)=", detail.message_detail or "")
        return _duplicate(detail.table_name, tuple(columns[1].split(", ")) if columns else ())
    fallback = (
        (PlatformUnavailable, "unavailable")
        if state.startswith(_UNAVAILABLE_CLASSES)
        else (PlatformError, "platform_failed")
    )
    kind, text = _POSTGRESQL.get(state, fallback)
    return kind(text, reason=f"PostgreSQL {state}", place=place)


def _duplicate(entity: str, fields: tuple[str, ...]) -> DuplicateValue:
    return DuplicateValue(
        "duplicate_value", entity=entity, field=fields[0] if fields else None, fields=fields
    )
