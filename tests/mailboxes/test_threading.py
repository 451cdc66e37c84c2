"""What goes out and what comes in is one conversation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.messages.sender import Sender
from relasi.messages.threading import mark_in, marked
from tests.mailboxes.desk import DESK, RECEIVED, RULE, mail
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
WRITE = """
workflow: write
label: {en: Write, id: Tulis}
entity: letter
when: created
if: how = hand
do:
  - email: {to: sender, copies: copies, message: received}
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
    return build(settings, *DESK[1:], RULE, OPENED, TELL, GREETING, GREET, WRITE, RECEIVED)


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
    assert asked == {"Hello": None, "We are on it": "desk+MAT-0001@example.com"}


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


def test_whoever_gets_a_copy_sees_to_whom_it_went_and_takes_part(
    world: World, mail_server: MailServer, sender_of: Callable[..., Sender]
) -> None:
    guest = world.create("guest", name="Budi", email="budi@example.com")
    matter = world.create("matter", guest=guest.id)
    copies = ["ana@example.com", "BUDI@example.com", "eko@example.com"]
    world.create("letter", subject="Soon", matter=matter.id, sender="budi@example.com", copies=copies)
    sent(world, sender_of)
    went = [each for each in mail_server.taken if each["Subject"] == "[MAT-0001] Soon"]
    assert {(each["To"], each["Cc"]) for each in went} == {
        ("budi@example.com", "ana@example.com, eko@example.com")
    }
    assert len({each["Message-ID"] for each in went}) == 3
    take = world.crm.mailroom.take
    for each in went:
        answer = mail(
            "Fine.", "eko@example.com", In_Reply_To=each["Message-ID"], Message_ID=f"<{each['To']}>"
        )
        take(world.crm.model.mailboxes["desk"], answer)
    assert world.rows("letter")[-1]["matter"] == matter.id


@pytest.mark.parametrize("number", ["", "Ä-1", "a b", "x@y", "1" * 64])
def test_a_number_that_no_address_holds_is_left_out(number: str) -> None:
    assert marked("desk@example.com", number) == "desk@example.com"


@given(st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True))
def test_the_mark_of_an_address_is_read_again(number: str) -> None:
    assert mark_in(marked("a+desk@example.com", number), "A+desk@Example.com") == number


@pytest.mark.parametrize("address", ["desks@example.com", "des@example.com", "desk+1@elsewhere.example", ""])
def test_another_address_has_no_mark(address: str) -> None:
    assert mark_in(address, "desk@example.com") is None
