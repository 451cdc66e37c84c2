"""What the settings of a platform mean for its connections, and what a server says at its door."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from relasi.errors import PlatformUnavailable
from relasi.platform.sql.database import Database
from relasi.platform.sql.servers import url_of
from relasi.schema.model import PlatformSettings, PostgresqlServer, ServerTls
from relasi.schema.secrets import Secret
from tests.postgresql import GUARDED, Server

SERVER = PostgresqlServer(
    host="db.example.com",
    port=5433,
    database="crm",
    user="crm",
    password=Secret(env="CRM_PASSWORD"),
    tls=ServerTls.VERIFY,
    root_certificate=None,
    schema="sales",
    connections=4,
    connect_timeout=3,
    statement_timeout=9,
)
WORD = "open sesame"


def test_settings_become_those_of_the_driver() -> None:
    assert dict(url_of(SERVER, Path("/crm")).query) == {
        "host": "db.example.com",
        "port": "5433",
        "sslmode": "verify-full",
        "sslrootcert": "system",
        "connect_timeout": "3",
        "application_name": "relasi",
        "options": "-csearch_path=sales -cstatement_timeout=9s",
    }


def test_a_certificate_is_looked_for_in_the_projects_folder() -> None:
    url = url_of(replace(SERVER, root_certificate="ca.pem"), Path("/crm"))
    assert url.query["sslrootcert"] == "/crm/ca.pem"


@pytest.mark.parametrize(("tls", "mode"), [(ServerTls.ENCRYPT, "require"), (ServerTls.NONE, "disable")])
def test_what_is_not_verified_needs_no_certificates(tls: ServerTls, mode: str) -> None:
    query = url_of(replace(SERVER, tls=tls), Path("/crm")).query
    assert query["sslmode"] == mode
    assert "sslrootcert" not in query


@pytest.fixture
def here(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresqlServer]:
    """The settings of the server at hand, for a role that it asks for its password."""
    visitor = Database(postgresql.url())
    with visitor.transaction() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {GUARDED}")
        connection.exec_driver_sql(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{WORD}'")
    monkeypatch.setenv("CRM_PASSWORD", WORD)
    home = str(postgresql.home)
    yield replace(
        SERVER, host=home, port=5432, database="postgres", user=GUARDED, tls=ServerTls.NONE, schema="public"
    )
    with visitor.transaction() as connection:
        connection.exec_driver_sql(f"DROP ROLE {GUARDED}")
    visitor.close()


def opened(server: PostgresqlServer) -> Database:
    return Database.of(PlatformSettings("office", server, "data/office.files"), Path("/crm"))


def refusal(server: PostgresqlServer) -> PlatformUnavailable:
    database = opened(server)
    with pytest.raises(PlatformUnavailable) as caught, database.transaction(write=False):
        pass
    database.close()
    return caught.value


def test_connections_are_as_the_settings_say(here: PostgresqlServer) -> None:
    database = opened(here)
    with database.transaction(write=False) as connection:
        names = ("application_name", "statement_timeout", "search_path", "TimeZone")
        told = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
    database.close()
    assert told == ["relasi", "9s", "public", "UTC"]


def test_work_on_whole_tables_is_in_no_hurry(here: PostgresqlServer) -> None:
    database = opened(here)
    with database.unhurried() as connection:
        told = connection.exec_driver_sql("SHOW statement_timeout").scalar_one()
    database.close()
    assert told == "0"


def test_a_question_that_takes_too_long_is_stopped(here: PostgresqlServer) -> None:
    database = opened(here)
    with database.transaction(write=False) as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 10")
        with pytest.raises(PlatformUnavailable) as caught:
            connection.exec_driver_sql("SELECT pg_sleep(1)")
    database.close()
    assert caught.value.code == "took_too_long"


def test_a_password_is_looked_up_for_each_connection(
    here: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "an old one")
    database = opened(here)
    with pytest.raises(PlatformUnavailable), database.transaction(write=False):
        pass
    monkeypatch.setenv("CRM_PASSWORD", WORD)
    with database.transaction(write=False) as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar_one() == GUARDED
    database.close()


def test_a_wrong_password_is_said_and_not_shown(
    here: PostgresqlServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("CRM_PASSWORD", "wide open")
    error = refusal(here)
    logging.getLogger("relasi").error("failed", exc_info=error)
    assert error.code == "not_let_in"
    told = "".join((*traceback.format_exception(error), str(error), repr(error), caplog.text))
    assert "wide open" not in told


def test_a_missing_secret_names_its_place(here: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_PASSWORD")
    assert "CRM_PASSWORD" in refusal(here).text()


def test_a_missing_database_is_said(here: PostgresqlServer) -> None:
    assert refusal(replace(here, database="nowhere")).code == "no_such_database"


def test_a_missing_schema_is_said(here: PostgresqlServer) -> None:
    assert refusal(replace(here, schema="nowhere")).code == "no_such_schema"


def test_what_the_server_says_is_for_administrators(here: PostgresqlServer) -> None:
    error = refusal(replace(here, database="nowhere"))
    assert "nowhere" in str(error)
    assert "nowhere" not in error.text()


def test_a_database_of_another_encoding_is_refused(here: PostgresqlServer, postgresql: Server) -> None:
    visitor = Database(postgresql.url())
    engine = visitor._writers.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
        )
    try:
        assert refusal(replace(here, database="latin")).code == "server_not_utf8"
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE latin")
        visitor.close()
