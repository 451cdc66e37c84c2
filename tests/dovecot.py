"""An IMAP server of the tests' own: Dovecot, which keeps its mails as files, so that tests put them there."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.serving import free_port

_MUST_RUN = ("CI", "RELASI_REQUIRE_SERVICES")
_USER = "relasi"
PASSWORD = "sesame"
_SETTINGS = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificates}/cert.pem
ssl_key = <{certificates}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{home}/mails/%u
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
auth_mechanisms = plain
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={home}/mails/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Server:
    """It lets in any user who knows PASSWORD, each with a mailbox of their own."""

    home: Path
    plain: int
    tls: int

    def put(self, user: str, *mails: bytes) -> None:
        """Puts mails into the user's INBOX, in this order."""
        inbox = self._folder(user)
        for each in mails:
            name = f"{len(list(inbox.glob('*/*'))):06}.relasi"
            (inbox / "tmp" / name).write_bytes(each)
            (inbox / "tmp" / name).rename(inbox / "new" / name)

    def flags(self, user: str, folder: str = "") -> list[str]:
        """What stands at each mail, oldest first: S where it is read, F where it is flagged, "" where it is
        new."""
        found = sorted((self._folder(user) / folder).glob("[cn][ue][rw]/*"), key=lambda each: each.name)
        return [each.name.partition(":2,")[2] for each in found]

    def _folder(self, user: str) -> Path:
        inbox = self.home / "mails" / user
        for name in ("tmp", "new", "cur"):
            (inbox / name).mkdir(parents=True, exist_ok=True)
        for each in (inbox, *inbox.iterdir()):
            _give(each)
        return inbox


@contextmanager
def started(certificates: Path) -> Iterator[Server]:
    """Skips the test where Dovecot is not installed; fails it where the tests have to run."""
    program = _program()
    home = Path(tempfile.mkdtemp(prefix="relasi-imap-"))
    home.chmod(0o755)
    server = Server(home, free_port(), free_port())
    owner, group = _owner()
    (home / "mails").mkdir()
    _give(home / "mails")
    (home / "dovecot.conf").write_text(
        _SETTINGS.format(
            home=home,
            certificates=certificates,
            owner=owner,
            group=group,
            password=PASSWORD,
            plain=server.plain,
            tls=server.tls,
        )
    )
    process = subprocess.Popen([program, "-F", "-c", str(home / "dovecot.conf")], stdin=subprocess.DEVNULL)
    try:
        _await(server, process)
        yield server
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


_numbers = count()


def new_user() -> str:
    return f"{_USER}{os.getpid()}x{next(_numbers)}"


def _await(server: Server, process: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    end = monotonic() + patience
    while monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.plain), timeout=5) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError:
            sleep(0.05)
    log = server.home / "log"
    raise AssertionError(log.read_text() if log.exists() else "Dovecot has not begun")


def _program() -> str:
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if found is not None:
        return found
    message = "no Dovecot here; install it (Debian: apt-get install dovecot-imapd) to run its tests"
    if any(os.environ.get(name) for name in _MUST_RUN):
        pytest.fail(message)
    pytest.skip(message)


def _owner() -> tuple[str, str]:
    """Another user where we are root, as whom Dovecot reads no mails."""
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return who.pw_name, grp.getgrgid(who.pw_gid).gr_name


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        who = pwd.getpwnam("nobody")
        os.chown(path, who.pw_uid, who.pw_gid)
