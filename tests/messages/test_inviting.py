"""Links that set a password: they reach the mailbox and nobody else, and open once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from relasi.accounts.invitations import Invitations
from relasi.errors import Refused, SignInRefused
from relasi.messages.inviting import Inviting, demand_patience, remind
from relasi.messages.sender import Sender
from relasi.store.invitations import Occasion
from tests.messages.desk import DESK
from tests.messages.mail_server import MailServer
from tests.messages.test_sender import outbox, states, with_server
from tests.records.world import World

Build = Callable[..., World]
SenderOf = Callable[..., Sender]
PASSWORD = "payung kertas di dapur"


def invite(world: World, occasion: Occasion = Occasion.WELCOME) -> None:
    key = world.user("sari")
    with world.crm.store.session() as session:
        user = session.users.get(key)
        assert user is not None
        Inviting(world.crm.model, session, world.clock(), world.ids).invite(user, occasion)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def token_of(mail: EmailMessage) -> str:
    found = re.search(r"https://crm\.example\.com/welcome/(\S+)", text_of(mail).replace("=\n", ""))
    assert found is not None
    return found[1]


@pytest.fixture
def world(build: Build, mail_server: MailServer) -> World:
    return build(with_server(mail_server.port), *DESK)


@pytest.fixture
def invitations(world: World) -> Invitations:
    return world.crm.accounts.invitations


@pytest.fixture
def token(world: World, sender_of: SenderOf, mail_server: MailServer) -> str:
    invite(world)
    sender_of(world).step()
    return token_of(mail_server.taken[-1])


def test_whoever_is_invited_sets_a_password_and_signs_in(
    world: World, invitations: Invitations, token: str
) -> None:
    invitations.accept(token, PASSWORD)
    assert world.crm.accounts.sign_in("sari", PASSWORD, address="x")


def test_a_link_opens_once(invitations: Invitations, token: str) -> None:
    invitations.accept(token, PASSWORD)
    assert invitations.invited(token) is None
    with pytest.raises(Refused, match="opens nothing"):
        invitations.accept(token, PASSWORD)


def test_a_password_that_is_not_taken_leaves_the_link_open(invitations: Invitations, token: str) -> None:
    with pytest.raises(Refused, match="guessed"):
        invitations.accept(token, "sari2026")
    assert invitations.invited(token) is not None


def test_a_link_opens_for_its_time(world: World, invitations: Invitations, token: str) -> None:
    world.clock.now += timedelta(days=7)
    assert invitations.invited(token) is None


def test_a_disabled_user_is_invited_no_more(world: World, invitations: Invitations, token: str) -> None:
    world.crm.accounts.disable(world.user("sari"))
    assert invitations.invited(token) is None


def test_a_new_password_ends_the_sessions_of_whoever_knew_the_old_one(
    world: World, invitations: Invitations, sender_of: SenderOf, mail_server: MailServer, token: str
) -> None:
    invitations.accept(token, PASSWORD)
    session = world.crm.accounts.sign_in("sari", PASSWORD, address="x")
    invite(world, Occasion.FORGOTTEN)
    sender_of(world).step()
    invitations.accept(token_of(mail_server.taken[-1]), "lampu sungai tujuh")
    assert world.crm.accounts.user_of(session) is None


def test_neither_the_outbox_nor_any_file_has_the_link(world: World, token: str) -> None:
    world.crm.database.close()
    kept = b"".join(each.read_bytes() for each in world.crm.root.rglob("*") if each.is_file())
    assert b"the link stands in the mail alone" in kept
    assert token.encode() not in kept


def test_the_mail_is_in_the_language_of_the_person_and_says_the_name_to_sign_in_with(
    world: World, sender_of: SenderOf, mail_server: MailServer
) -> None:
    key = world.user("sari")
    with world.crm.store.session() as session:
        session.users.set_language(key, "id")
    invite(world)
    sender_of(world).step()
    (mail,) = mail_server.taken
    assert mail["Subject"] == "Akun Anda di Desk"
    assert "Anda masuk dengan nama sari" in text_of(mail)


def test_a_mail_that_is_sent_after_the_next_one_was_asked_for_has_no_link(
    world: World, sender_of: SenderOf, mail_server: MailServer
) -> None:
    invite(world)
    invite(world, Occasion.FORGOTTEN)
    sender_of(world).step()
    assert states(world) == ["withheld", "sent"]
    assert [mail["Subject"] for mail in mail_server.taken] == ["A new password for Desk"]


@pytest.mark.parametrize("word", ["sari", "SARI@example.com", " sari@example.com "])
def test_a_new_password_is_asked_for_by_name_or_address(world: World, word: str) -> None:
    world.user("sari")
    remind(world.crm.model, world.crm.store, word, world.clock(), world.ids)
    assert [effect.to for effect in outbox(world)] == ["sari@example.com"]


def test_nobody_is_written_to_where_nobody_has_the_name(world: World) -> None:
    remind(world.crm.model, world.crm.store, "nobody@example.com", world.clock(), world.ids)
    assert outbox(world) == ()


def test_asking_too_often_is_refused_whether_somebody_has_the_name_or_not(world: World) -> None:
    world.user("sari")
    told = []
    for word in ("sari", "nobody"):
        for number in range(6):
            try:
                demand_patience(world.crm.store, word, f"10.0.0.{number}", world.clock())
                told.append("taken")
            except SignInRefused as refusal:
                told.append(refusal.code)
    assert told == [*["taken"] * 5, "sign_in_throttled"] * 2


def test_asking_for_a_new_password_keeps_nobody_from_signing_in(
    world: World, invitations: Invitations, token: str
) -> None:
    invitations.accept(token, PASSWORD)
    for _ in range(5):
        demand_patience(world.crm.store, "sari", "x", world.clock())
    assert world.crm.accounts.sign_in("sari", PASSWORD, address="x")


def test_without_a_server_the_mail_is_kept_for_later(build: Build, sender_of: SenderOf) -> None:
    world = build(*DESK)
    invite(world)
    sender_of(world).step()
    (kept,) = outbox(world)
    assert (kept.kind, kept.status) == ("invitation", "kept")
