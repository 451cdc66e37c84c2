"""Senders are killed at any moment: every mail goes out, and one that goes out twice is known as the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from relasi.messages.composing import message_id
from relasi.messages.sender import Sender
from tests.messages.desk import DESK, rule, settings
from tests.messages.mail_server import MailServer
from tests.records.world import World
from tests.serving import CHECKOUT

KILLS = 25
MAILS = 60

KILLER = """
import os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path

from relasi.runtime import open_model, worker_of
from tests.messages.test_crash import texts
from tests.records.world import compiled

root, kills, faster, port = Path(sys.argv[1]), *map(int, sys.argv[2:])
model = compiled(root, texts(port))
dice, began = random.Random(7), datetime.now(UTC)

def clock():
    return began + (datetime.now(UTC) - began) * faster

def send(ready):
    worker = worker_of(open_model(root, model, clock=clock))
    worker.step()
    os.write(ready, b".")
    while True:
        worker.step()

for _ in range(kills):
    up, ready = os.pipe()
    child = os.fork()
    if not child:
        try:
            send(ready)
        finally:
            os._exit(1)
    os.read(up, 1)
    os.close(up)
    os.close(ready)
    time.sleep(dice.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it ended by itself: {status}"
"""


def texts(port: int) -> tuple[str, ...]:
    smtp = f"{{host: 127.0.0.1, port: {port}, tls: none}}"
    keys = settings(mail=f"{{from: desk@example.com, smtp: {smtp}}}")
    return (keys, *DESK, rule("email: {to: guest.email, message: received}"))


def test_killed_senders_lose_no_mail(
    build: Callable[..., World], sender_of: Callable[..., Sender], mail_server: MailServer
) -> None:
    world = build(*texts(mail_server.port))
    world.clock.now = datetime.now(UTC) - timedelta(days=1)
    guest = world.create("guest", name="Budi", email="budi@example.com")
    for number in range(MAILS):
        world.create("letter", subject=f"Letter {number}", guest=guest.id)

    environment = os.environ | {"PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}"}
    arguments = [str(world.crm.root), str(KILLS), "3000", str(mail_server.port)]
    command = [sys.executable, "-c", KILLER, *arguments]
    subprocess.run(command, check=True, env=environment, timeout=60)

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
