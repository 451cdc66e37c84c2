"""`relasi run`: one server for one database, on a port that is free, with a worker. `relasi worker`: more of
those."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

from filelock import FileLock, Timeout

from relasi.cli.deployment import make_ready, refuse_unready
from relasi.cli.logs import note_events
from relasi.cli.project import opened
from relasi.cli.terminal import StopError, say, table
from relasi.current import Current
from relasi.deploy.sweeping import sweep_files
from relasi.runtime import Crm
from relasi.schema.labels import text

_FIRST_PORT = 8501
_TRIED = 50
_LEAVE = 10.0
"""Seconds that the worker has to finish what is under way when the server stops."""


def run(root: Path, wanted: int | None, *, address: str, browser: bool) -> None:
    """Serves until the process is told to stop. Raises StopError where the file has a server already."""
    note_events()
    with opened(root) as crm, _alone(crm.database.file) as tell:
        make_ready(crm)
        _sweep(crm)
        port = _free_port(address, wanted)
        tell(port)
        _introduce(crm, port)
        project = Current.of(crm)
        with closing(project), _worker(project):
            _serve(project, address, port, browser=browser)


def work(root: Path) -> None:
    """Works on what becomes due until the process is told to stop. Raises StopError where the database is not
    what the project says."""
    note_events()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with opened(root) as crm:
        refuse_unready(crm)
        say("Working. (Ctrl+C stops it when what is under way is done)")
        with closing(Current.of(crm)) as project:
            project.work(stop)
    say("Stopped.")


@contextmanager
def _worker(project: Current) -> Iterator[None]:
    """Works in a thread of its own."""
    stop = Event()
    thread = Thread(target=project.work, args=(stop,), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=_LEAVE)


def _sweep(crm: Crm) -> None:
    keep = crm.model.settings.keep_removed
    count = sweep_files(crm.database, crm.files.contents, keep=keep, now=crm.clock())
    if count:
        say("Deleted ", str(count), " file(s) that no record has any more.")


def _serve(project: Current, address: str, port: int, *, browser: bool) -> None:
    from relasi.apps.server import serve

    Thread(target=_announce, args=(address, port), kwargs={"browser": browser}, daemon=True).start()
    try:
        serve(project, port=port, address=address)
    except KeyboardInterrupt:
        say("")
    say("Stopped.")


@contextmanager
def _alone(database: Path | None) -> Iterator[Callable[[int], None]]:
    """Holds a file for this server; gives what tells others at which port. A database on a server of its own
    serves many."""
    if database is None:
        yield lambda _port: None
        return
    note = database.with_name(database.name + ".server")
    lock = FileLock(database.with_name(database.name + ".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StopError(f"{database} is already served{_holder(note)}. Stop that server first.") from None
    try:
        yield lambda port: _tell(note, port)
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _tell(note: Path, port: int) -> None:
    note.write_text(json.dumps({"pid": os.getpid(), "port": port}), encoding="utf-8")


def _holder(note: Path) -> str:
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        return f" at http://localhost:{held['port']} by process {held['pid']}"
    except (OSError, ValueError, KeyError):
        return ""


def _free_port(address: str, wanted: int | None) -> int:
    if wanted is not None:
        if not _is_free(address, wanted):
            raise StopError(
                f"Port {wanted} is taken by another program. Choose one with --port, or leave it out."
            )
        return wanted
    for port in range(_FIRST_PORT, _FIRST_PORT + _TRIED):
        if _is_free(address, port):
            return port
    raise StopError(
        f"All ports from {_FIRST_PORT} to {_FIRST_PORT + _TRIED - 1} are taken. Choose one with --port."
    )


def _is_free(address: str, port: int) -> bool:
    try:
        with socket.create_server((address, port)):
            return True
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return False
        raise StopError(f"This machine has no address {address}.") from None


def _introduce(crm: Crm, port: int) -> None:
    """Who can sign in: the sample's people with their passwords, which are no secret."""
    language = crm.model.settings.languages[0]
    with crm.store.session(write=False) as session:
        names = {user.name for user in session.users.list() if user.active}
    people = [each for each in crm.model.sample.users if each.name in names]
    if crm.model.platform.sample_data and people:
        rows = (
            (
                each.name,
                each.password,
                ", ".join(text(crm.model.roles[role].label, language) for role in each.roles),
            )
            for each in people
        )
        table(("Sign in as", "Password", "Role"), rows)
    elif not names:
        say("Nobody can sign in yet: add somebody with relasi user add NAME --role ROLE.")
    say("Starting on port ", str(port), " …")


def _announce(host: str, port: int, *, browser: bool) -> None:
    """Prints the address when the server answers, and opens it where there is a screen."""
    address = f"http://localhost:{port}"
    for _ in range(600):
        try:
            socket.create_connection((host, port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    say(("Ready: ", "bold green"), (address, "bold"), "   (Ctrl+C stops it)")
    if browser and _has_screen():
        webbrowser.open(address)


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
