"""What cannot be delivered for good is told to the administrators, in words and once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.messages.sender import MOST_TRIES, Sender
from relasi.store.notifications import Notification
from tests.messages.desk import DESK, rule, settings
from tests.messages.mail_server import MailServer
from tests.messages.web_server import Called
from tests.records.world import World

Build = Callable[..., World]
SenderOf = Callable[..., Sender]

CALL = "{{webhook: {url}, secret: {{file: secret.txt}}, body: {{subject: subject}}}}"


def mailing(build: Build, server: MailServer) -> World:
    smtp = f"{{host: 127.0.0.1, port: {server.port}, tls: none, patience: 1}}"
    keys = settings(mail=f"{{from: desk@example.com, smtp: {smtp}}}")
    return staffed(build(keys, *DESK, rule("email: {to: guest.email, message: received}")))


def calling(build: Build, server: Called) -> World:
    keys = settings(webhooks="{private: [127.0.0.1]}")
    world = staffed(build(keys, *DESK, rule(CALL.format(url=server.url))))
    (world.crm.root / "secret.txt").write_text("open sesame")
    return world


def staffed(world: World) -> World:
    world.user("ani", "admin")
    world.user("budi", "clerk")
    return world


def send_letter(world: World, email: str = "budi@example.com") -> None:
    guest = world.create("guest", name="Budi", email=email)
    world.create("letter", subject="Key", guest=guest.id)


def told(world: World, name: str) -> tuple[Notification, ...]:
    with world.crm.store.session(write=False) as session:
        return session.notifications.of(f"u-{name}")


def give_up(world: World, sender: Sender) -> None:
    for _ in range(MOST_TRIES + 2):
        sender.step()
        world.clock.advance(hours=8)


def test_a_mail_that_is_refused_is_told_with_the_reason(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = mailing(build, mail_server)
    mail_server.refused["budi@example.com"] = "550 5.1.1 no such user"
    send_letter(world)

    give_up(world, sender_of(world))

    (notice,) = told(world, "ani")
    assert notice.title["id"] == "Sebuah email tidak dapat dikirim"
    reason = "The mail server refused the address: 550 5.1.1 no such user"
    assert f"budi@example.com: {reason}" in notice.body["en"]
    assert told(world, "budi") == ()


def test_many_mails_that_cannot_be_delivered_are_one_notice_until_it_is_read(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = mailing(build, mail_server)
    guests = [f"guest{number}@example.com" for number in range(3)]
    mail_server.refused |= dict.fromkeys(guests, "550 5.1.1 no such user")
    sender = sender_of(world)
    for each in guests[:2]:
        send_letter(world, each)
    sender.step()
    assert len(told(world, "ani")) == 1

    with world.crm.store.session() as session:
        session.notifications.mark_read("u-ani", world.clock())
    send_letter(world, guests[2])
    sender.step()

    assert len(told(world, "ani")) == 2


def test_a_call_that_never_gets_through_is_told_once(
    build: Build, sender_of: SenderOf, called: Called
) -> None:
    world = calling(build, called)
    called.status = 500
    send_letter(world)

    give_up(world, sender_of(world))

    (notice,) = told(world, "ani")
    assert (len(called.bodies), notice.workflow) == (MOST_TRIES, "answer")
    assert "127.0.0.1 answered with 500." in notice.body["en"]


@pytest.mark.parametrize("letters", [1, 2])
def test_a_system_that_wants_no_more_calls_is_told_once_however_many_would_follow(
    build: Build, sender_of: SenderOf, called: Called, letters: int
) -> None:
    world = calling(build, called)
    called.status = 410
    for _ in range(letters):
        send_letter(world)

    give_up(world, sender_of(world))

    (notice,) = told(world, "ani")
    assert (len(called.bodies), notice.title["en"]) == (1, "A webhook was stopped")
