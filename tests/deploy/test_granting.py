from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from relasi.deploy.granting import grant
from relasi.errors import Refused
from relasi.platform.sql.database import Database
from tests.postgresql import Server

ROLE = "granted_reader"


@pytest.fixture
def schema(postgresql: Server) -> str:
    """With a table of records and one of the engine, and a role that may do nothing."""
    schema = postgresql.new_schema()
    engine = create_engine(postgresql.url(schema))
    with engine.begin() as connection:
        if not connection.execute(text(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'")).first():
            connection.execute(text(f"CREATE ROLE {ROLE} LOGIN"))
        connection.execute(
            text("CREATE TABLE note (id text PRIMARY KEY, version int, body text, secret text)")
        )
        connection.execute(text("CREATE TABLE relasi_user (id text, password text)"))
    engine.dispose()
    return schema


@pytest.fixture
def database(postgresql: Server, schema: str) -> Iterator[Database]:
    database = Database(postgresql.url(schema))
    yield database
    database.close()


def may(postgresql: Server, schema: str, statement: str) -> bool:
    """Whether the role gets it done."""
    engine = create_engine(postgresql.url(schema).set(username=ROLE))
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    except ProgrammingError:
        return False
    finally:
        engine.dispose()
    return True


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("SELECT id, body FROM note", True),
        ("INSERT INTO note (id, body) VALUES ('a', 'x')", True),
        ("UPDATE note SET body = 'y'", True),
        ("SELECT secret FROM note", False),
        ("UPDATE note SET version = 7", False),
        ("ALTER TABLE note ADD COLUMN own text", False),
        ("SELECT * FROM relasi_user", False),
    ],
)
def test_a_role_may_do_with_the_records_what_was_granted_and_nothing_else(
    postgresql: Server, schema: str, database: Database, statement: str, allowed: bool
) -> None:
    grant(database, ROLE, {"note": ("body",)})

    assert may(postgresql, schema, statement) is allowed


def test_a_column_that_is_no_longer_shown_is_taken_away(
    postgresql: Server, schema: str, database: Database
) -> None:
    grant(database, ROLE, {"note": ("body", "secret")})
    grant(database, ROLE, {"note": ("body",)})

    assert not may(postgresql, schema, "SELECT secret FROM note")


@pytest.mark.parametrize("own", [True, False])
def test_a_role_that_is_not_there_or_our_own_is_refused(database: Database, own: bool) -> None:
    role = database.url.username if own else "nobody_like_that"
    with pytest.raises(Refused) as refused:
        grant(database, role or "", {"note": ("body",)})
    assert f"as {role}" in refused.value.text("en")
