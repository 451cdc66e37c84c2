"""Mails are fetched from a real IMAP server."""

from __future__ import annotations

import imaplib
import os
import signal
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from relasi.mailboxes.mailroom import Mailroom, Taken
from relasi.mailboxes.sweep import AT_ONCE, MailboxSweep
from relasi.runtime import Crm, open_model
from relasi.schema.model.mailbox import Mailbox
from tests import dovecot
from tests.mailboxes.desk import DESK, MAILBOX, mail
from tests.processes import start, was_killed
from tests.records.world import World, compiled

Build = Callable[..., World]


def texts(
    server: dovecot.Server, user: str, *, tls: str = "none", more: str = "", mailbox: str = ""
) -> tuple[str, ...]:
    port = server.tls if tls == "tls" else server.plain
    place = f"host: localhost, port: {port}, tls: {tls}, user: {user}, password: {{file: word}}{more}"
    return (*DESK[:-1], f"{MAILBOX}{mailbox}server: {{{place}}}\n")


def sweep_of(crm: Crm, trust: ssl.SSLContext | None = None, mailroom: Mailroom | None = None) -> MailboxSweep:
    (crm.root / "word").write_text(dovecot.PASSWORD)
    kind, room = trust or ssl.create_default_context(), mailroom or crm.mailroom
    return MailboxSweep(crm.model, crm.store, room, crm.clock, crm.new_id, spread=lambda: 0.0, trust=kind)


def look(world: World, trust: ssl.SSLContext | None = None) -> bool:
    return sweep_of(world.crm, trust)(world.clock.now)


def subjects(world: World) -> list[object]:
    return [each["subject"] for each in world.rows("letter")]


@pytest.fixture
def user() -> str:
    return dovecot.new_user()


def test_what_waits_becomes_records_and_is_read_then(build: Build, imap: dovecot.Server, user: str) -> None:
    world = build(*texts(imap, user))
    imap.put(user, mail(), mail(Message_ID="<2@x>", Subject="Silence"))
    look(world)
    assert subjects(world) == ["Noise", "Silence"]
    assert imap.flags(user) == ["S", "S"]


def test_a_mailbox_is_looked_at_every_so_often(build: Build, imap: dovecot.Server, user: str) -> None:
    world = build(*texts(imap, user, mailbox="every: 5 minutes\n"))
    look(world)
    imap.put(user, mail())
    world.clock.advance(minutes=4)
    look(world)
    assert subjects(world) == []
    world.clock.advance(minutes=1)
    look(world)
    assert subjects(world) == ["Noise"]


def test_the_connection_is_protected(
    build: Build, imap: dovecot.Server, user: str, certificates: Path
) -> None:
    world = build(*texts(imap, user, tls="tls"))
    imap.put(user, mail())
    look(world, trust=ssl.create_default_context(cafile=certificates / "cert.pem"))
    assert subjects(world) == ["Noise"]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_server_whose_certificate_nobody_knows_gets_no_password(
    build: Build, imap: dovecot.Server, user: str, tls: str
) -> None:
    world = build(*texts(imap, user, tls=tls))
    look(world)
    assert "cannot be protected" in trouble(world)


def trouble(world: World) -> str:
    with world.crm.store.session(write=False) as session:
        return (session.mailboxes.all()["desk"].note or {})["en"]


def test_what_is_taken_is_moved_where_the_settings_say_so(
    build: Build, imap: dovecot.Server, user: str
) -> None:
    world = build(*texts(imap, user, more=", move_to: Trash"))
    imap.put(user, mail())
    make_folder(imap, user, "Trash")
    look(world)
    assert (imap.flags(user), imap.flags(user, ".Trash")) == ([], ["S"])


def make_folder(server: dovecot.Server, user: str, name: str) -> None:
    with imaplib.IMAP4("localhost", server.plain) as client:
        client.login(user, dovecot.PASSWORD)
        client.create(name)


def test_of_many_mails_some_are_taken_at_a_time(build: Build, imap: dovecot.Server, user: str) -> None:
    world = build(*texts(imap, user))
    imap.put(user, *(mail(Message_ID=f"<{number}@x>") for number in range(AT_ONCE + 2)))
    assert look(world)
    assert len(subjects(world)) == AT_ONCE
    assert not look(world)
    assert len(subjects(world)) == AT_ONCE + 2


def test_of_a_mail_that_is_too_large_the_head_is_fetched(
    build: Build, imap: dovecot.Server, user: str
) -> None:
    world = build(*texts(imap, user))
    imap.put(user, mail("word " * 300_000))
    look(world)
    assert "1 MB" in world.rows("letter")[0]["said"]


def test_what_cannot_be_taken_over_is_flagged_and_keeps_nothing_else_from_it(
    build: Build, imap: dovecot.Server, user: str
) -> None:
    made = texts(imap, user)
    strict = made[-2].replace("  sender: email", "  sender: {type: email, required: true}")
    world = build(*made[:-2], strict, made[-1])
    boss = world.user("boss", "admin")
    imap.put(user, mail(sender="nobody"), mail(Message_ID="<2@x>", Subject="Silence"))
    look(world)
    assert subjects(world) == ["Silence"]
    assert imap.flags(user) == ["FS", "S"]
    with world.crm.store.session(write=False) as session:
        (notice,) = session.notifications.of(boss)
    assert "“Noise”" in notice.body["en"]


def test_a_wrong_password_is_told_and_tried_again_later(
    build: Build, imap: dovecot.Server, user: str
) -> None:
    world = build(*texts(imap, user))
    sweep = sweep_of(world.crm)
    (world.crm.root / "word").write_text("wrong")
    sweep(world.clock.now)
    assert "does not let us in" in trouble(world)
    (world.crm.root / "word").write_text(dovecot.PASSWORD)
    imap.put(user, mail())
    world.clock.advance(hours=1)
    sweep(world.clock.now)
    assert subjects(world) == ["Noise"]


def test_nothing_is_fetched_until_the_host_is_set(build: Build) -> None:
    place = "server: {host: {env: NO_SUCH_HOST_IS_SET}, user: a, password: {env: NONE}}\n"
    world = build(*DESK[:-1], MAILBOX + place)
    look(world)
    with world.crm.store.session(write=False) as session:
        assert session.mailboxes.all() == {}


class DiesBehind(Mailroom):
    """Is killed when the record is committed, before the server hears of it."""

    def take(self, mailbox: Mailbox, content: bytes, *, size: int | None = None) -> Taken:
        Mailroom.take(self, mailbox, content, size=size)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class DiesBefore(Mailroom):
    """Is killed when the mail is read, before anything is written."""

    def take(self, mailbox: Mailbox, content: bytes, *, size: int | None = None) -> Taken:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def die(kind: type[Mailroom], root: Path, project: tuple[str, ...]) -> None:
    crm = open_model(root, compiled(root, project))
    sweep_of(crm, mailroom=kind(crm.records, crm.files, root))(crm.clock())


@pytest.mark.parametrize("kind", [DiesBefore, DiesBehind])
def test_a_killed_worker_loses_no_mail_and_takes_none_twice(
    build: Build, imap: dovecot.Server, user: str, kind: type[Mailroom]
) -> None:
    project = texts(imap, user)
    world = build(*project)
    imap.put(user, mail())
    assert was_killed(start(die, kind, world.crm.root, project))
    assert imap.flags(user) == [""]
    world.clock.advance(days=3650)  # the lease of the one that was killed is over
    look(world)
    assert subjects(world) == ["Noise"]
    assert imap.flags(user) == ["S"]
