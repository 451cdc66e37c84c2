"""A PostgreSQL of the tests' own: started once, with a schema of its own for each test that asks."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine

from relasi.platform.keyring import KEYLESS, Keyring
from relasi.platform.sql.database import Database
from tests.patience import until

_MUST_RUN = ("CI", "RELASI_REQUIRE_SERVICES")
_OWNERS = ("postgres", "nobody")
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "deadlock_timeout": "100ms",
    "listen_addresses": "",
    "max_connections": "200",
}
_numbers = count()

GUARDED = "guarded"
"""The one role that the server asks for its password; who needs it makes it."""

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
"""For fixtures that make every test run on both."""

ON_BOTH = pytest.mark.parametrize("database", DATABASES, indirect=True)
"""For tests whose fixture `database` is on SQLite otherwise."""

WORLDS_ON_BOTH = pytest.mark.parametrize("platform", DATABASES, indirect=True)
"""For tests that build their worlds on SQLite otherwise."""


@dataclass(frozen=True)
class Server:
    """`programs` is the folder of initdb and pg_ctl, `home` what the server keeps, and its socket."""

    programs: Path
    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> None:
        settings = {**_SETTINGS, **self.settings}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        run = self._run(
            "pg_ctl", "-w", "-l", str(self.home / "log"), "-o", f"-k {self.home} {options}", "start"
        )
        assert run.returncode == 0, (self.home / "log").read_text()

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-w", "-m", how, "stop")

    def url(self, schema: str = "public") -> URL:
        return URL.create(
            "postgresql+psycopg",
            username=_owner().pw_name,
            database="postgres",
            query={"host": str(self.home), "options": f"-csearch_path={schema}"},
        )

    def new_schema(self) -> str:
        """Empty, and nobody else's."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        engine = create_engine(self.url())
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        engine.dispose()
        return name

    def platform(self) -> str:
        """The YAML of a platform in a schema of its own."""
        keys = {
            "host": self.home,
            "database": "postgres",
            "user": _owner().pw_name,
            "schema": self.new_schema(),
        }
        lines = (f"{key}: {value}" for key, value in keys.items())
        return "\n".join(("platform: local", "kind: postgresql", *lines, ""))

    def create(self) -> None:
        # Sorted by a language, as most servers do, so that what relies on another order is found.
        language = ("--locale-provider=icu", "--icu-locale=en")
        make = self._run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", *language)
        assert make.returncode == 0, make.stdout + make.stderr
        admitted = self.home / "data" / "pg_hba.conf"
        admitted.write_text(f"local all {GUARDED} scram-sha-256\n{admitted.read_text()}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """As another user where we are root, whom PostgreSQL refuses."""
        who: dict[str, Any] = {"user": _owner().pw_uid, "group": _owner().pw_gid} if _is_root() else {}
        environment = {**os.environ, "PGDATA": str(self.home / "data"), "LC_ALL": "C"}
        command = [str(self.programs / program), *arguments]
        return subprocess.run(
            command,
            env=environment,
            cwd=self.home,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program == "initdb" else subprocess.DEVNULL,
            **who,
        )


@contextmanager
def started(**settings: str) -> Iterator[Server]:
    """With other settings than those of the tests, where some are given. Skips the test where PostgreSQL is
    not installed; fails it where the tests have to run."""
    home = Path(tempfile.mkdtemp(prefix="relasi-pg-"))
    if _is_root():
        os.chown(home, _owner().pw_uid, _owner().pw_gid)
    server = Server(_programs(), home, settings)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def until_somebody_waits(database: Database) -> None:
    """Until a transaction waits for what another one holds."""
    query = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

    def waits() -> bool:
        with database.transaction(write=False) as connection:
            return bool(connection.exec_driver_sql(query).scalar_one())

    until(waits)


def empty_database(request: pytest.FixtureRequest, folder: Path, keyring: Keyring = KEYLESS) -> Database:
    """What the fixture's parameter says, one of DATABASES; in a file where it has none."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return Database.at(folder / "crm.sqlite", keyring=keyring)
    server: Server = request.getfixturevalue("postgresql")
    return Database(server.url(server.new_schema()), keyring=keyring)


def platform(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The YAML of what the fixture's parameter says, one of DATABASES; none for SQLite."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ()
    server: Server = request.getfixturevalue("postgresql")
    return (server.platform(),)


def _programs() -> Path:
    """The newest of Debian's versions, which are not among the commands."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[4]))
    found = shutil.which("initdb") or (str(debian[-1]) if debian else None)
    if found is not None:
        return Path(found).resolve().parent
    message = "no PostgreSQL here; install it (Debian: apt-get install postgresql) to run its tests"
    if any(os.environ.get(name) for name in _MUST_RUN):
        pytest.fail(message)
    pytest.skip(message)


def _is_root() -> bool:
    return os.geteuid() == 0


def _owner() -> pwd.struct_passwd:
    if not _is_root():
        return pwd.getpwuid(os.geteuid())
    known = {each.pw_name: each for each in pwd.getpwall()}
    return next(known[name] for name in _OWNERS if name in known)
