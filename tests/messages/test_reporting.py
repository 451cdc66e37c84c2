"""What became of a mail is told to the record that it is about."""

from __future__ import annotations

from collections.abc import Callable

from relasi.messages.opting_out import Reader
from relasi.messages.reporting import TELLER, tell, tell_of_opting_out
from relasi.messages.sender import Sender
from tests.messages.desk import DESK, LETTER, message, rule, settings
from tests.messages.mail_server import MailServer
from tests.messages.test_sender import agree, ask_for, outbox, with_server
from tests.records.world import World

Build = Callable[..., World]
SenderOf = Callable[..., Sender]

OPTIONS = "{type: choice, options: [sent, kept, withheld, bounced, opted_out]}"
TOLD = LETTER.replace("  owner: user\n", f"  owner: user\n  mailed: {OPTIONS}\n")
DESK_TOLD = tuple(TOLD if text == LETTER else text for text in DESK)
NEWS = (*DESK_TOLD, message("news", "news"), rule("email: {to: guest.email, message: news, tells: mailed}"))


def told(world: World, key: str) -> object:
    return world.values("letter", key)["mailed"]


def test_a_mail_that_was_taken_is_sent(build: Build, sender_of: SenderOf, mail_server: MailServer) -> None:
    world = build(with_server(mail_server.port), *NEWS)
    agree(world, "news", given=True)
    key = ask_for(world)
    assert told(world, key) is None
    sender_of(world).step()
    assert told(world, key) == "sent"


def test_one_that_may_not_be_sent_is_withheld(build: Build, sender_of: SenderOf) -> None:
    world = build(settings(), *NEWS)
    key = ask_for(world)
    sender_of(world).step()
    assert told(world, key) == "withheld"


def test_what_comes_back_and_who_opts_out_is_told_too(build: Build, sender_of: SenderOf) -> None:
    world = build(settings(), *NEWS)
    agree(world, "news", given=True)
    key = ask_for(world)
    with world.crm.records.work(TELLER) as work:
        tell(work, outbox(world)[0], "bounced")
    assert told(world, key) == "bounced"
    with world.crm.records.work(TELLER) as work:
        tell_of_opting_out(work, Reader("budi@example.com", "news"))
    assert told(world, key) == "opted_out"
    assert world.crm.records.get(world.engine, "letter", key).version == 1


def test_what_is_not_among_the_options_is_not_told(build: Build) -> None:
    world = build(settings(), *NEWS)
    key = ask_for(world)
    with world.crm.records.work(TELLER) as work:
        tell(work, outbox(world)[0], "failed")
    assert told(world, key) is None
