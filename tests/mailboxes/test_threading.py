"""What goes out and what comes in is one conversation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.messages.sender import Sender
from tests.mailboxes.desk import DESK, RULE, mail
from tests.messages.mail_server import MailServer
from tests.records.world import World

Build = Callable[..., World]

OPENED = """
message: opened
label: {en: Opened, id: Dibuka}
entity: matter
subject: {en: "We are on it", id: "Kami kerjakan"}
body: {en: "Soon.", id: "Segera."}
"""
TELL = """
workflow: tell
label: {en: Tell, id: Kabari}
entity: matter
when: [created, {changed: done}]
if: guest is not empty
do:
  - email: {to: guest.email, message: opened}
"""
GREETING = """
message: greeting
label: {en: Greeting, id: Salam}
entity: guest
subject: {en: "Hello", id: "Halo"}
body: {en: "Hello.", id: "Halo."}
"""
GREET = """
workflow: greet
label: {en: Greet, id: Salam}
entity: guest
when: created
do:
  - email: {to: email, message: greeting}
"""


@pytest.fixture
def world(build: Build, mail_server: MailServer) -> World:
    smtp = f"{{host: 127.0.0.1, port: {mail_server.port}, tls: none}}"
    settings = DESK[0].replace(
        "{from: Company <crm@example.com>}", f"{{from: crm@example.com, smtp: {smtp}}}"
    )
    return build(settings, *DESK[1:], RULE, OPENED, TELL, GREETING, GREET)


def sent(world: World, sender_of: Callable[..., Sender]) -> None:
    while sender_of(world).step():
        pass


def test_a_mail_about_a_thread_is_answered_where_mails_come_in(
    world: World, mail_server: MailServer, sender_of: Callable[..., Sender]
) -> None:
    guest = world.create("guest", name="Budi", email="budi@example.com")
    world.create("matter", guest=guest.id)
    sent(world, sender_of)
    asked = {each["Subject"]: each["Reply-To"] for each in mail_server.taken}
    assert asked == {"Hello": None, "We are on it": "desk@example.com"}


def test_a_later_mail_follows_the_one_before(
    world: World, mail_server: MailServer, sender_of: Callable[..., Sender]
) -> None:
    guest = world.create("guest", name="Budi", email="budi@example.com")
    matter = world.create("matter", guest=guest.id)
    sent(world, sender_of)
    world.clock.advance(hours=1)
    world.crm.records.update(world.engine, "matter", matter.id, matter.version, {"done": True})
    sent(world, sender_of)
    first, second = (each for each in mail_server.taken if each["Subject"] == "We are on it")
    assert (second["In-Reply-To"], second["References"]) == (first["Message-ID"], first["Message-ID"])


def test_the_answer_to_it_joins_the_record(
    world: World, mail_server: MailServer, sender_of: Callable[..., Sender]
) -> None:
    guest = world.create("guest", name="Budi", email="budi@example.com")
    matter = world.create("matter", guest=guest.id)
    sent(world, sender_of)
    answered = next(each["Message-ID"] for each in mail_server.taken if each["Subject"] == "We are on it")
    content = mail(Subject="Re: We are on it", In_Reply_To=answered)
    world.crm.mailroom.take(world.crm.model.mailboxes["desk"], content)
    assert [(each["matter"], each["how"]) for each in world.rows("letter")] == [(matter.id, "answer")]


def test_whoever_we_wrote_to_takes_part_though_the_address_has_changed_since(
    world: World, mail_server: MailServer, sender_of: Callable[..., Sender]
) -> None:
    guest = world.create("guest", name="Budi", email="budi@example.com")
    matter = world.create("matter", guest=guest.id)
    sent(world, sender_of)
    world.crm.records.update(world.engine, "guest", guest.id, guest.version, {"email": "budi@new.example"})
    content = mail(Subject=f"[{matter.values['number']}]")
    world.crm.mailroom.take(world.crm.model.mailboxes["desk"], content)
    assert [each["matter"] for each in world.rows("letter")] == [matter.id]
