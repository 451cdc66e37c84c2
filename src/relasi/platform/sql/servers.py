"""How to reach a PostgreSQL server: what the settings of a platform mean in the driver's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError

from relasi.errors import GivenUp, PlatformUnavailable, Refused
from relasi.schema.model import PostgresqlServer, ServerTls
from relasi.schema.secrets import reveal

_MODES = {ServerTls.VERIFY: "verify-full", ServerTls.ENCRYPT: "require", ServerTls.NONE: "disable"}
_OF_THE_SYSTEM = "system"
_OLDEST = 14
_ASKED = "SELECT current_schema(), EXISTS (SELECT FROM pg_collation WHERE collname = %s)"
FOLDING = "und-x-icu"
"""The collation by which all alphabets have small letters."""


def url_of(server: PostgresqlServer, root: Path) -> URL:
    """Everything but the password, so that none can be shown with it."""
    query = {
        "host": server.host,
        "port": str(server.port),
        "sslmode": _MODES[server.tls],
        "connect_timeout": str(server.connect_timeout),
        "application_name": "relasi",
        "options": f"-csearch_path={server.schema} -cstatement_timeout={server.statement_timeout}s",
    }
    if server.tls is ServerTls.VERIFY:
        given = server.root_certificate
        query["sslrootcert"] = str(root / given) if given else _OF_THE_SYSTEM
    return URL.create("postgresql+psycopg", username=server.user, database=server.database, query=query)


def password_of(server: PostgresqlServer, root: Path) -> Callable[[], str] | None:
    """Looked up for each new connection, so that a changed one is found without a restart."""
    secret = server.password
    if secret is None:
        return None

    def password() -> str:
        try:
            return reveal(secret, root)
        except Refused as error:
            raise PlatformUnavailable("secret_missing", place=error.params["place"]) from error

    return password


def let_in(connection: DBAPIConnection, _: object) -> None:
    """Closes the connection where it leads to a server on which Relasi would not do what it promises, and
    raises PlatformUnavailable."""
    try:
        _demand_fit(connection)
    except BaseException:
        connection.close()
        raise


def renew_dead(engine: Engine) -> None:
    """A connection that the server has closed while nobody used it is opened anew for the next who does."""

    @event.listens_for(engine, "checkout")
    def _(connection: DBAPIConnection, _entry: object, _proxy: object) -> None:
        try:
            if _has_spoken(connection):
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def demand_alive(connection: Connection) -> None:
    """Raises GivenUp where the server has hung up since the last statement: nothing is saved then, which is
    certain only as long as it has not been asked to."""
    if connection.invalidated:
        raise GivenUp("unavailable")
    if _has_spoken(connection.connection.driver_connection):
        connection.exec_driver_sql("SELECT 1")


def _has_spoken(driver: Any) -> bool:  # Any: psycopg's connection, which is imported nowhere
    """Whether the server has said something without being asked, as it does when it hangs up. Costs no
    message."""
    with DefaultSelector() as selector:
        selector.register(driver.fileno(), EVENT_READ)
        return bool(selector.select(timeout=0))


def _demand_fit(connection: DBAPIConnection) -> None:
    told = connection.info
    if told.server_version < _OLDEST * 10_000:
        raise PlatformUnavailable(
            "server_too_old", found=told.parameter_status("server_version"), least=_OLDEST
        )
    if told.parameter_status("server_encoding") != "UTF8":
        raise PlatformUnavailable("server_not_utf8")
    cursor = connection.cursor()
    cursor.execute(_ASKED, [FOLDING])
    schema, folds = cursor.fetchone() or (None, False)
    connection.rollback()
    if not folds:
        raise PlatformUnavailable("server_without_icu")
    if schema is None:
        raise PlatformUnavailable("no_such_schema")
