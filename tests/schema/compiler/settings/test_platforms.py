from __future__ import annotations

from pathlib import Path

from relasi.schema.model import PostgresqlServer, SqliteFile
from relasi.schema.model.platform import PlatformSettings, Watch
from tests.records.world import compiled

SERVER = "host: db.example.com\ndatabase: crm\nuser: crm\npassword: {env: DB}\n"
COPY = 'nocodb: {url: "https://tables.example.com/", token: {env: TOKEN}, base: Sales}\n'
LOGIN = "login: {email: a@example.com, password: {env: SECRET}}"
GRID = f'nocodb: {{url: "https://tables.example.com", {LOGIN}, grid: {{user: reader}}}}\n'


def platform(folder: Path, text: str) -> PlatformSettings:
    return compiled(folder, (f"platform: local\n{text}",)).platform


def test_nocodb_keeps_a_copy_of_what_stands_in_sqlite(tmp_path: Path) -> None:
    found = platform(tmp_path, f"kind: nocodb\n{COPY}")

    assert found.database == SqliteFile("data/crm.db")
    assert found.watch is Watch.CHANGES
    assert found.nocodb is not None
    assert (found.nocodb.url, found.nocodb.base) == ("https://tables.example.com", "Sales")


def test_where_a_database_is_named_the_records_stand_there(tmp_path: Path) -> None:
    found = platform(tmp_path, f"kind: nocodb\n{SERVER}{COPY}")

    assert isinstance(found.database, PostgresqlServer)
    assert found.watch is Watch.CHANGES


def test_over_postgresql_nocodb_shows_the_tables_and_reaches_them_as_relasi_does(tmp_path: Path) -> None:
    found = platform(tmp_path, f"kind: postgresql\n{SERVER}{GRID}")

    assert found.watch is Watch.EDITS
    assert found.nocodb is not None
    assert found.nocodb.grid is not None
    assert (found.nocodb.grid.host, found.nocodb.grid.port) == ("db.example.com", 5432)
    assert found.nocodb.grid.user == "reader"


def test_without_nocodb_nothing_is_watched(tmp_path: Path) -> None:
    assert platform(tmp_path, f"kind: postgresql\n{SERVER}").watch is None
