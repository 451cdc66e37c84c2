"""Servers for tests: the real one, in a process of its own, on a copy of the content."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from relasi.cli.deployment import make_ready
from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import open_crm
from tests.patience import PATIENCE, until

CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Server:
    """`process` is the one that serves; what it printed is in `log`."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def ask(
        self, path: str, *, method: str = "GET", body: str | bytes = "", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers with lower-case names, and text; redirects are not followed."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body or None, headers=names)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return response.status, found, response.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def cookie(self, name: str, language: str = "") -> str:
        """What a browser sends along once one of the sample people has signed in with it, who from then on
        reads the language if one is given."""
        headers = {"Content_Type": "application/x-www-form-urlencoded", "Origin": self.address}
        entered = f"name={name}&password=relasi-{name}&language={language}"
        _, answer, _ = self.ask("/sign-in", method="POST", body=entered, **headers)
        return answer["set-cookie"].partition(";")[0]


def copy_content(folder: Path) -> Path:
    """A project of its own with all that the repository's root defines."""
    for name in ("apps", "config", "schema", "workflows"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def written_modules(content: Path) -> dict[str, Any]:
    """The modules of some content by their names, as they are written."""
    written = yaml.safe_load((content / "config/modules.yaml").read_text(encoding="utf-8"))
    modules: dict[str, Any] = written["modules"]
    return modules


def fill(root: Path) -> None:
    """Makes the database of a project, with its sample data, as `relasi run` does."""
    with closing(open_crm(root)) as crm:
        make_ready(crm)


def bring_up_to_date(root: Path) -> None:
    """As `relasi apply` does, after the project of a database was changed."""
    with closing(open_crm(root)) as crm:
        plan = make_plan(crm.model, crm.database, now=crm.clock())
        apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))


@contextmanager
def relasi_run(root: Path) -> Iterator[Server]:
    """`relasi run`, sample data and all."""
    port = free_port()
    code = "from relasi.cli import main; main()"
    command = [sys.executable, "-c", code, "-C", str(root), "run", "--port", str(port), "--no-browser"]
    with _running(command, root, port) as server:
        yield server


@contextmanager
def project_run(root: Path, files: Mapping[str, str]) -> Iterator[Server]:
    """The same with a small project: its files by their paths."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    with relasi_run(root) as server:
        yield server


@contextmanager
def client_run(root: Path, template: str, files: Mapping[str, str] | None = None) -> Iterator[Server]:
    """What `relasi init --template` makes, with files of the client's own."""
    code = "from relasi.cli import main; main()"
    command = [sys.executable, "-c", code, "init", str(root), "--template", template]
    subprocess.run(command, check=True, capture_output=True)
    with project_run(root, files or {}) as server:
        yield server


@contextmanager
def relasi_worker(root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`relasi worker`, which may still be starting."""
    command = [sys.executable, "-c", "from relasi.cli import main; main()", "-C", str(root), "worker"]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT / "src")}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def streamlit_run(root: Path, script: str, *, cwd: Path) -> Iterator[Server]:
    """`streamlit run`, from a folder that need not be the project's."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(root / script), "--server.port", str(port)]
    with _running([*command, "--server.headless", "true"], root, port, cwd=cwd) as server:
        yield server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def _running(command: Sequence[str], root: Path, port: int, *, cwd: Path | None = None) -> Iterator[Server]:
    log = root / f"server-{port}.log"
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT / "src")}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=cwd or root, env=environment, stdout=output, stderr=output)
    server = Server(root, port, process, log)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server) -> None:
    """Until the server answers, whatever it answers."""

    def answers() -> bool:
        if server.process.poll() is not None:
            raise AssertionError(f"the server has ended:\n{server.log.read_text(errors='replace')[-4000:]}")
        try:
            server.ask("/readyz")
        except OSError:
            return False
        return True

    until(answers)
