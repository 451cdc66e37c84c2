"""Senders are killed at any moment: every mail goes out, and one that goes out twice is known as the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from relasi.messages.composing import message_id
from relasi.messages.sender import Sender
from relasi.runtime import Crm, open_model, worker_of
from tests.killing import kill
from tests.messages.desk import DESK, rule, settings
from tests.messages.mail_server import MailServer
from tests.records.world import World, compiled

KILLS = 25
MAILS = 60
FASTER = 3000
"""How much faster than time the clock of the senders goes, so that leases end."""


def texts(port: int) -> tuple[str, ...]:
    smtp = f"{{host: 127.0.0.1, port: {port}, tls: none}}"
    keys = settings(mail=f"{{from: desk@example.com, smtp: {smtp}}}")
    return (keys, *DESK, rule("email: {to: guest.email, message: received}"))


def opened(root: Path, port: int, began: datetime) -> Crm:
    return open_model(
        root, compiled(root, texts(port)), clock=lambda: began + (datetime.now(UTC) - began) * FASTER
    )


def send(crm: Crm) -> Iterator[str]:
    worker = worker_of(crm)
    while True:
        yield ""
        worker.step()


def test_killed_senders_lose_no_mail(
    build: Callable[..., World], sender_of: Callable[..., Sender], mail_server: MailServer
) -> None:
    world = build(*texts(mail_server.port))
    world.clock.now = datetime.now(UTC) - timedelta(days=1)
    guest = world.create("guest", name="Budi", email="budi@example.com")
    for number in range(MAILS):
        world.create("letter", subject=f"Letter {number}", guest=guest.id)

    kill(opened, (world.crm.root, mail_server.port, datetime.now(UTC)), (send,), times=KILLS)

    world.clock.now = datetime.now(UTC) + timedelta(days=30)
    sender = sender_of(world)
    while sender.step():
        pass
    with world.crm.store.session(write=False) as session:
        effects = session.effects.list(limit=MAILS + 1)
    assert {each.status for each in effects} == {"sent"}
    sent = [each["Message-ID"] for each in mail_server.taken]
    assert set(sent) == {message_id(each.id, "desk@example.com") for each in effects}
    assert len(effects) == MAILS
