from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.messages.bounces import Taken, read_report, take_report
from relasi.messages.composing import message_id
from relasi.schema.model.mail import Mail
from relasi.store.effects import Effect, Verdict
from tests.messages.desk import DESK, SETTINGS
from tests.records.world import NOW, World

Build = Callable[..., World]

MAIL = Mail("Desk <desk@example.com>", None, None)
TO = "budi@example.com"


def report(*, status: str = "5.1.1", action: str = "failed", quoted: str | None = None) -> bytes:
    """What a mail server sends back; of the mail k1 unless another is `quoted`."""
    quoted = quoted or message_id("k1", "desk@example.com")
    return f"""From: MAILER-DAEMON@mx.example.net
To: desk@example.com
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {TO}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {quoted}
Subject: Hello

--b--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def sent(build: Build) -> World:
    """A desk from which one mail went out."""
    world = build(SETTINGS, *DESK)
    with world.crm.store.session() as session:
        session.effects.add(Effect("k1", "email", TO, {}, NOW))
        (effect,) = session.effects.claim(NOW, lease="l", until=NOW, limit=1)
        session.effects.settle(effect, Verdict("sent"), NOW)
    return world


def taken(world: World, content: bytes) -> Taken:
    found = read_report(content)
    assert found
    with world.crm.store.session() as session:
        return take_report(session, found, MAIL, NOW)


def test_a_mailbox_that_does_not_exist_closes_the_address(sent: World) -> None:
    found = taken(sent, report())
    assert found.closed == (TO,)
    assert [each.id for each in found.undelivered] == ["k1"]
    with sent.crm.store.session(write=False) as session:
        effect, closed = session.effects.get("k1"), session.correspondence.closed(TO)
    assert closed
    assert effect
    assert closed.reason == "550 5.1.1 no such user"
    assert effect.status == "dead"


def test_a_full_mailbox_closes_nothing(sent: World) -> None:
    assert taken(sent, report(status="5.2.2")).closed == ()


@pytest.mark.parametrize("changes", [{"action": "delayed"}, {"status": "4.4.1"}])
def test_a_mail_that_is_only_late_has_not_failed(sent: World, changes: dict[str, str]) -> None:
    found = read_report(report(**changes))
    assert found
    assert found.failures == ()


def test_a_report_about_a_mail_that_we_never_sent_is_not_believed(sent: World) -> None:
    assert taken(sent, report(quoted="<made-up@example.com>")) == Taken((), ())
    with sent.crm.store.session(write=False) as session:
        assert session.correspondence.closed(TO) is None


def test_the_same_report_twice_changes_nothing_more(sent: World) -> None:
    taken(sent, report())
    assert taken(sent, report()) == Taken((), ())


@pytest.mark.parametrize("content", [b"", b"Subject: hello\n\nhello", b"\xff\xfe\x00", report()[:250]])
def test_what_is_no_report_says_nothing(content: bytes) -> None:
    found = read_report(content)
    assert found is None or found.failures == ()
