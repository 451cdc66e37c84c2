"""Senders are killed at any moment: every mail goes out, and one that goes out twice is known as the same;
every letter on paper is made, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from relasi.messages.composing import message_id
from relasi.messages.sender import EMAIL, Sender
from relasi.runtime import Crm, open_model, worker_of
from tests.killing import kill
from tests.messages.desk import DESK, rule, settings
from tests.messages.mail_server import MailServer
from tests.records.world import World, compiled

KILLS = 25
MAILS = 60
EVERY = 4
"""So many mails for one letter on paper, which takes longer."""
FASTER = 3000
"""How much faster than time the clock of the senders goes, so that leases end."""


def texts(port: int) -> tuple[str, ...]:
    smtp = f"{{host: 127.0.0.1, port: {port}, tls: none}}"
    keys = settings(mail=f"{{from: desk@example.com, smtp: {smtp}}}")
    desk = (each.replace("  owner: user\n", "  owner: user\n  papers: files\n") for each in DESK)
    paper = "letter: {message: received, to: '{guest.name}', attach: papers}"
    steps = ("email: {to: guest.email, message: received}", f"if: urgency = high\n    then: [{{{paper}}}]")
    return (keys, *desk, rule(*steps))


def opened(root: Path, port: int, began: datetime) -> Crm:
    return open_model(
        root, compiled(root, texts(port)), clock=lambda: began + (datetime.now(UTC) - began) * FASTER
    )


def send(crm: Crm) -> Iterator[str]:
    worker = worker_of(crm)
    while True:
        yield ""
        worker.step()


def test_killed_senders_lose_no_mail_and_no_letter(
    build: Callable[..., World], sender_of: Callable[..., Sender], mail_server: MailServer
) -> None:
    world = build(*texts(mail_server.port))
    world.clock.now = datetime.now(UTC) - timedelta(days=1)
    guest = world.create("guest", name="Budi", email="budi@example.com")
    for number in range(MAILS):
        urgency = "low" if number % EVERY else "high"
        world.create("letter", subject=f"Letter {number}", guest=guest.id, urgency=urgency)

    kill(opened, (world.crm.root, mail_server.port, datetime.now(UTC)), (send,), times=KILLS)

    world.clock.now = datetime.now(UTC) + timedelta(days=30)
    sender = sender_of(world)
    while sender.step():
        pass
    with world.crm.store.session(write=False) as session:
        effects = session.effects.list(limit=2 * MAILS)
    assert {each.status for each in effects} == {"sent"}
    sent = [each["Message-ID"] for each in mail_server.taken]
    mails = [each for each in effects if each.kind == EMAIL]
    assert set(sent) == {message_id(each.id, "desk@example.com") for each in mails}
    assert len(mails) == MAILS
    papers = {each["subject"]: len(each["papers"] or ()) for each in world.rows("letter")}
    assert papers == {f"Letter {number}": int(number % EVERY == 0) for number in range(MAILS)}
