from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from socket import socket

import pytest

from relasi.messages.sender import LEASE, MOST_TRIES, Sender
from relasi.store.consents import Consent
from relasi.store.effects import Effect, Status, Verdict
from tests.messages.desk import DESK, RECEIVED, message, rule, settings
from tests.messages.mail_server import MailServer, listening, says
from tests.messages.web_server import Called
from tests.records.world import World
from tests.serving import free_port

Build = Callable[..., World]
SenderOf = Callable[..., Sender]

MAILS = (*DESK, message("news", "news"), message("hint", "hints"))


def with_server(port: int, **keys: str) -> str:
    return settings(
        mail=f"{{from: desk@example.com, smtp: {{host: 127.0.0.1, port: {port}, tls: none, patience: 1}}}}",
        **keys,
    )


def ask_for(world: World, *, email: str = "budi@example.com", **values: str) -> str:
    """A letter of a guest; the id of the letter."""
    guest = world.create("guest", name="Budi", email=email, **values)
    return world.create("letter", subject="Key", guest=guest.id).id


def outbox(world: World) -> tuple[Effect, ...]:
    """Oldest first."""
    with world.crm.store.session(write=False) as session:
        return tuple(reversed(session.effects.list()))


def states(world: World) -> list[Status]:
    return [each.status for each in outbox(world)]


def agree(world: World, purpose: str, *, given: bool, address: str = "budi@example.com") -> None:
    with world.crm.store.session() as session:
        entry = Consent(world.crm.new_id(), address, purpose, given, world.clock(), "test", "yes")
        session.consents.add(entry)


def test_a_mail_is_sent_once_and_counts_as_sent(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world, language="id")
    sender = sender_of(world)
    assert (sender.step(), sender.step()) == (True, False)
    assert [each["Subject"] for each in mail_server.taken] == ["Kami menerima Key"]
    assert states(world) == ["sent"]


@pytest.mark.parametrize(("writer", "told"), [("rule", "auto-generated"), ("person", None)])
def test_a_mail_says_that_a_machine_made_it_unless_somebody_wrote_it(
    build: Build, sender_of: SenderOf, mail_server: MailServer, writer: str, told: str | None
) -> None:
    messages = [f"{RECEIVED}written_by: {writer}\n" if each == RECEIVED else each for each in MAILS]
    sends = rule("email: {to: guest.email, message: received}")
    world = build(with_server(mail_server.port), *messages, sends)
    ask_for(world)
    sender_of(world).step()
    assert [each["Auto-Submitted"] for each in mail_server.taken] == [told]


def test_a_mail_to_nobody_is_no_mail(build: Build) -> None:
    world = build(settings(), *MAILS, rule("email: {to: guest.email, message: received}"))
    world.create("letter", subject="Key", guest=world.create("guest", name="Budi").id)
    assert outbox(world) == ()


def test_without_a_server_mails_are_kept_until_somebody_sends_them(build: Build, sender_of: SenderOf) -> None:
    world = build(settings(), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    sender_of(world).step()
    (kept,) = outbox(world)
    assert kept.status == "kept"
    with world.crm.store.session() as session:
        assert session.effects.retry(kept.id, world.clock())
    assert states(world) == ["waiting"]


def test_killed_between_sending_and_noting_it_sends_again_with_the_same_message_id(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    with world.crm.store.session() as session:  # what a sender that was killed leaves behind
        session.effects.claim(world.clock(), lease="dead", until=world.clock() + LEASE, limit=1)
    sender = sender_of(world)
    assert not sender.step()
    world.clock.now += LEASE
    assert sender.step()
    (effect,) = outbox(world)
    assert (effect.status, effect.attempts) == ("sent", 2)


def test_the_message_id_is_that_of_the_effect_however_often_it_is_sent(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    (effect,) = outbox(world)
    for _ in range(2):
        sender_of(world)._sent(effect)
    first, second = (each["Message-ID"] for each in mail_server.taken)
    assert first == second


def test_a_server_that_is_not_there_is_tried_again_ever_later_and_then_given_up(
    build: Build, sender_of: SenderOf
) -> None:
    world = build(with_server(free_port()), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    waits = []
    for _ in range(MOST_TRIES - 1):
        sender_of(world).step()
        (effect,) = outbox(world)
        assert effect.next_at is not None
        waits.append(effect.next_at - world.clock())
        world.clock.now = effect.next_at
    assert waits == sorted(waits)
    assert (waits[0], max(waits)) == (timedelta(minutes=1), timedelta(minutes=256))
    sender_of(world).step()
    (dead,) = outbox(world)
    assert dead.status == "dead"
    assert dead.note
    assert "does not answer" in dead.note["en"]


def test_what_was_given_up_is_sent_once_somebody_tries_it_again(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    mail_server.refused_content = "554 no"
    sender_of(world).step()
    assert states(world) == ["dead"]
    mail_server.refused_content = None
    with world.crm.store.session() as session:
        session.effects.retry(outbox(world)[0].id, world.clock())
    sender_of(world).step()
    assert states(world) == ["sent"]


def test_what_was_dropped_is_never_sent(build: Build, sender_of: SenderOf, mail_server: MailServer) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    with world.crm.store.session() as session:
        assert session.effects.drop(outbox(world)[0].id, world.clock())
    sender_of(world).step()
    assert (mail_server.taken, states(world)) == ([], ["dropped"])


def test_one_server_that_does_not_listen_holds_up_one_mail_and_not_all(
    build: Build, sender_of: SenderOf
) -> None:
    world = build(with_server(free_port()), *MAILS, rule("email: {to: guest.email, message: received}"))
    for _ in range(3):
        ask_for(world)
    sender_of(world).step()
    assert [each.attempts for each in outbox(world)] == [1, 0, 0]


def test_an_address_that_does_not_listen_holds_up_no_other(
    build: Build, sender_of: SenderOf, called: Called
) -> None:
    call = "{{webhook: '{url}', secret: {{file: secret.txt}}, body: {{subject: subject}}}}"
    away = f"http://127.0.0.1:{free_port()}/"
    world = build(
        settings(webhooks="{private: [127.0.0.1]}"),
        *DESK,
        rule(*(call.format(url=url) for url in (away, called.url))),
    )
    (world.crm.root / "secret.txt").write_text("open sesame")
    for _ in range(3):
        ask_for(world)
    sender_of(world).step()
    assert sorted(each.attempts for each in outbox(world) if each.to == away) == [0, 0, 1]
    assert len(called.bodies) == 3


def test_a_mail_with_consent_required_waits_for_it_and_says_so(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: news}"))
    ask_for(world)
    sender_of(world).step()
    (effect,) = outbox(world)
    assert effect.status == "withheld"
    assert effect.note
    assert effect.note["id"] == "Penerima belum menyetujui email jenis ini: Kabar."


def test_consent_counts_at_the_moment_of_sending(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: news}"))
    agree(world, "news", given=True)
    ask_for(world)
    agree(world, "news", given=False, address="BUDI@example.com")
    sender_of(world).step()
    assert (mail_server.taken, states(world)) == ([], ["withheld"])


def test_a_mail_that_was_agreed_to_carries_the_way_out(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: news}"))
    agree(world, "news", given=True)
    ask_for(world, language="en")
    sender_of(world).step()
    (mail,) = mail_server.taken
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://crm.example.com/opt-out/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = mail.get_body(("plain",))
    assert body
    assert link in body.get_content()


def test_a_mail_that_nobody_need_agree_to_has_no_way_out(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    sender_of(world).step()
    assert mail_server.taken[0]["List-Unsubscribe"] is None


def test_hints_go_out_until_somebody_objects(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: hint}"))
    ask_for(world)
    sender_of(world).step()
    agree(world, "hints", given=False)
    ask_for(world)
    sender_of(world).step()
    assert states(world) == ["sent", "withheld"]


def test_nothing_goes_to_an_address_that_bounced(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world = build(with_server(mail_server.port), *MAILS, rule("email: {to: guest.email, message: received}"))
    mail_server.refused["budi@example.com"] = "550 5.1.1 nobody here"
    ask_for(world)
    sender_of(world).step()
    ask_for(world, email="Budi@example.com")
    sender_of(world).step()
    assert states(world) == ["dead", "withheld"]
    note = outbox(world)[1].note
    assert note
    assert "nobody here" in note["en"]


def test_a_password_that_is_not_there_is_named_by_its_place(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    access = "user: crm, password: {env: NO_SUCH_PLACE}"
    smtp = f"{{host: 127.0.0.1, port: {mail_server.port}, tls: none, {access}}}"
    keys = settings(mail=f"{{from: desk@example.com, smtp: {smtp}}}")
    world = build(keys, *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    sender_of(world).step()
    (effect,) = outbox(world)
    assert effect.status == "waiting"
    assert effect.note
    assert "NO_SUCH_PLACE" in effect.note["en"]


def test_a_fault_of_ours_is_an_attempt_that_failed(
    build: Build, sender_of: SenderOf, caplog: pytest.LogCaptureFixture
) -> None:
    world = build(settings(), *MAILS)
    with world.crm.store.session() as session:
        session.effects.add(Effect("x", "email", "budi@example.com", {}, world.clock()))
    sender_of(world).step()
    assert states(world) == ["waiting"]
    assert "could not be sent" in caplog.text


def test_what_this_version_cannot_send_is_put_aside(build: Build, sender_of: SenderOf) -> None:
    world = build(settings(), *MAILS)
    with world.crm.store.session() as session:
        session.effects.add(Effect("x", "pigeon", "roof", {}, world.clock()))
    sender_of(world).step()
    assert states(world) == ["withheld"]


def test_a_sender_whose_lease_has_ended_changes_nothing(build: Build, sender_of: SenderOf) -> None:
    world = build(settings(), *MAILS, rule("email: {to: guest.email, message: received}"))
    ask_for(world)
    with world.crm.store.session() as session:
        now = world.clock()
        (slow,) = session.effects.claim(now, lease="slow", until=now + LEASE, limit=1)
        later = now + LEASE
        session.effects.claim(later, lease="quick", until=later + LEASE, limit=1)
        assert not session.effects.settle(slow, Verdict("dead"), later)
    assert states(world) == ["waiting"]


def test_a_mail_that_was_never_answered_for_is_tried_again(build: Build, sender_of: SenderOf) -> None:
    def die(connection: socket) -> None:
        says(connection, "220 hi", "250 hello", "250 sender", "250 recipient", "354 go on")

    with listening(die) as port:
        world = build(with_server(port), *MAILS, rule("email: {to: guest.email, message: received}"))
        ask_for(world)
        sender_of(world).step()
    assert states(world) == ["waiting"]


PEOPLE = tuple(
    text.replace("\nfields:", "\nperson: true\nfields:") if each == 0 else text
    for each, text in enumerate(MAILS)
)


def restrict(world: World, guest: str) -> None:
    with world.crm.records.work(world.engine) as work:
        row = work.follow("guest", guest)
        assert row is not None
        work.as_definition().update("guest", guest, row["version"], {"restricted": True})


@pytest.mark.parametrize(
    ("basis", "state"), [("contract", "withheld"), ("legal obligation", "kept")], ids=["any", "by law"]
)
def test_people_whose_data_are_restricted_get_only_what_the_law_demands(
    build: Build, sender_of: SenderOf, basis: str, state: Status
) -> None:
    with_basis = settings().replace("purposes:\n", f"purposes:\n  service: {{basis: {basis}}}\n")
    world = build(with_basis, *PEOPLE, rule("email: {to: guest.email, message: received}"))
    letter = ask_for(world)
    restrict(world, world.values("letter", letter)["guest"])
    sender_of(world).step()
    assert states(world) == [state]


def test_consent_to_letters_is_no_consent_to_mails(build: Build, sender_of: SenderOf) -> None:
    world = build(settings(), *MAILS, rule("email: {to: guest.email, message: news}"))
    said = Consent("c", "budi@example.com", "news", True, world.clock(), "test", "yes", channel="letter")
    with world.crm.store.session() as session:
        session.consents.add(said)
    ask_for(world)
    sender_of(world).step()
    assert states(world) == ["withheld"]
