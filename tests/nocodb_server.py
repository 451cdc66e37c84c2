"""A real NocoDB of the tests' own: one server for all processes of a run, a base of its own for each test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock

from tests.patience import PATIENCE, until

VERSION = "0.301.3"
EMAIL, PASSWORD = "admin@example.com", "Correct-horse-1"
_MUST_RUN = ("CI", "RELASI_REQUIRE_SERVICES")
_numbers = count()
_started: dict[int, int] = {}
"""What this process has started and may leave behind for others: port -> process."""


@dataclass(frozen=True)
class Server:
    """`folder` is what it keeps; a token of the administrator is in `token`."""

    folder: Path
    port: int
    token: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Gives it back when it answers."""
        users = self.folder / "users"
        users.mkdir(exist_ok=True)
        (users / str(os.getpid())).touch()
        environment = {
            **os.environ,
            "NOCODB_HOME": str(_home()),
            "PORT": str(self.port),
            "USERS": str(users),
            "NC_TOOL_DIR": f"{self.folder}/",
            "NC_AUTH_JWT_SECRET": "the same after every start",
            "NC_ADMIN_EMAIL": EMAIL,
            "NC_ADMIN_PASSWORD": PASSWORD,
            "NC_ALLOW_LOCAL_HOOKS": "true",
            "NC_DISABLE_AUDIT": "true",
            "NC_DISABLE_TELE": "true",
            "TZ": "UTC",
            **self.settings,
        }
        script = Path(__file__).with_name("nocodb_server.js")
        log = (
            os.POSIX_SPAWN_OPEN,
            1,
            str(self.folder / "log"),
            os.O_WRONLY | os.O_CREAT | os.O_APPEND,
            0o600,
        )
        _started[self.port] = os.posix_spawn(
            shutil.which("node") or "",
            ["node", str(script)],
            environment,
            file_actions=[log, (os.POSIX_SPAWN_DUP2, 1, 2)],
        )
        self._wait()

    def stop(self) -> None:
        """At once, as a machine that loses its power. Only for who has started it."""
        process = _started.pop(self.port)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)

    @property
    def is_running(self) -> bool:
        """Whether this process has started it and not stopped it."""
        return self.port in _started

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v1/health", timeout=PATIENCE).is_success
        except httpx.TransportError:
            return False

    def client(self) -> httpx.Client:
        """As somebody else who works in NocoDB."""
        return httpx.Client(base_url=self.url, headers={"xc-token": self.token}, timeout=PATIENCE)

    def new_base(self) -> str:
        """Empty, and nobody else's; its id."""
        title = f"test {os.getpid()} {next(_numbers)}"
        with self.client() as client:
            made: dict[str, Any] = client.post("/api/v2/meta/bases", json={"title": title}).json()
        return str(made["id"])

    def _wait(self) -> None:
        def answers() -> bool:
            if os.waitpid(_started[self.port], os.WNOHANG) != (0, 0):
                pytest.fail(f"NocoDB has ended:\n{(self.folder / 'log').read_text()[-2000:]}")
            return self.answers()

        until(answers)


@contextmanager
def shared(folder: Path) -> Iterator[Server]:
    """The server of this run of the tests, whose processes all know the folder."""
    _home()
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        server = _running(folder) or _noted(begun(folder))
        user = folder / "users" / str(os.getpid())
        user.touch()
    try:
        yield server
    finally:
        user.unlink()


def _running(folder: Path) -> Server | None:
    """The one that another process has started, unless its last user has left already."""
    note = folder / "server.json"
    if not note.exists():
        return None
    known = json.loads(note.read_text())
    server = Server(folder, known["port"], known["token"])
    return server if server.answers() else None


def _noted(server: Server) -> Server:
    known = {"port": server.port, "token": server.token}
    (server.folder / "server.json").write_text(json.dumps(known))
    return server


@contextmanager
def alone(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server that a test may stop and start."""
    _home()
    folder.mkdir(exist_ok=True)
    server = begun(folder, settings)
    try:
        yield server
    finally:
        if server.is_running:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def begun(folder: Path, settings: Mapping[str, str] | None = None) -> Server:
    server = Server(folder, _free_port(), settings=settings or {})
    server.start()
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        login = {"email": EMAIL, "password": PASSWORD}
        session = client.post("/api/v1/auth/user/signin", json=login).json()["token"]
        headers = {"xc-auth": session}
        token = client.post("/api/v1/tokens", json={"description": "tests"}, headers=headers).json()["token"]
    return Server(folder, server.port, token, server.settings)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _home() -> Path:
    """Where `.ci/nocodb` has put it. Skips the test where it has not; fails it where the tests must run."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("RELASI_NOCODB") or cache / "relasi" / f"nocodb-{VERSION}")
    if (home / "node_modules" / "nocodb").is_dir() and shutil.which("node"):
        return home
    message = "no NocoDB here; .ci/nocodb installs it, outside of the repository, to run its tests"
    if any(os.environ.get(name) for name in _MUST_RUN):
        pytest.fail(message)
    pytest.skip(message)
