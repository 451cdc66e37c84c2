"""`relasi run`: one command from nothing to a page, and one server for one database."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.conftest import Relasi
from tests.importing.loading import content
from tests.patience import PATIENCE, until

COMMAND = [sys.executable, "-c", "from relasi.cli import main; main()"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(root: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server in a process of its own, which has answered."""
    command = [*COMMAND, "-C", str(root), "run", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_for(port, process)
            yield process
        finally:
            process.kill()


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    def answers() -> bool:
        assert process.poll() is None, process.stdout and process.stdout.read()
        return status(port) is not None

    until(answers)


def status(port: int) -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
            found: int = answer.status
            return found
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_one_command_makes_the_database_and_serves_it_to_one_server_only(
    relasi: Relasi, project: Path
) -> None:
    port = free_port()
    with serving(project, port) as process:
        assert status(port) in (200, 401), "the sign-in page"
        second = relasi("run", "--no-browser")
        assert second.code == 1
        assert f"already served at http://localhost:{port} by process {process.pid}" in second.err
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
    assert "Sample data: " in said
    assert "relasi-sari" in said
    assert f"http://localhost:{port}" in said
    assert "Traceback" not in said
    assert process.returncode == 0
    assert len(relasi("user", "list", "--json").data) == len(content().sample.users)


def test_a_taken_port_is_refused(relasi: Relasi, ready: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = relasi("run", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert answer.code == 1
    assert "is taken by another program" in answer.err


def test_an_address_of_another_machine_is_refused(relasi: Relasi, ready: Path) -> None:
    answer = relasi("run", "--no-browser", "--address", "192.0.2.1")
    assert (answer.code, "no address 192.0.2.1" in answer.err) == (1, True)


def test_a_changed_project_on_data_has_to_be_applied_first(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text("extend: customer\nfields:\n  member_since: date\n")
    answer = relasi("run", "--no-browser")
    assert answer.code == 1
    assert "+ customer.member_since" in answer.out
    assert "Run relasi apply" in answer.err


def test_a_reader_that_goes_away_is_no_error(ready: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "plan", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


HELP = """
import json, sys
from relasi.cli import main
sys.argv = ["relasi", "--help"]
try:
    main()
except SystemExit:
    heavy = ("sqlalchemy", "pydantic", "streamlit", "babel")
    print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def test_the_command_line_loads_nothing_heavy_for_its_help() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
