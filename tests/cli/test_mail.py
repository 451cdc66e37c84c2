"""`relasi mail`: what came back, and what people agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.runtime import open_crm
from relasi.store.effects import Effect, Verdict
from tests.cli.conftest import Relasi
from tests.messages.test_bounces import TO, report

MAIL = 'mail: {from: "Desk <desk@example.com>"}\npurposes: {news: {consent: required}}\n'


@pytest.fixture
def writing(ready: Path) -> Path:
    """A project that writes mails, and has sent one."""
    settings = ready / "config" / "crm.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + MAIL, encoding="utf-8")
    crm = open_crm(ready)
    with crm.store.session() as session:
        now = crm.clock()
        session.effects.add(Effect("k1", "email", TO, {}, now))
        (effect,) = session.effects.claim(now, lease="l", until=now, limit=1)
        session.effects.settle(effect, Verdict("sent"), now)
    crm.close()
    return ready


def test_a_report_closes_the_address_that_it_is_about(relasi: Relasi, writing: Path) -> None:
    answer = relasi("mail", "bounced", stdin=report().decode())
    assert (answer.code, answer.out) == (0, f"Nothing more is sent to {TO}\n")
    assert relasi("mail", "bounced", "--json", stdin=report().decode()).data == {"report": True, "closed": []}


def test_any_other_mail_is_let_pass(relasi: Relasi, writing: Path) -> None:
    answer = relasi("mail", "bounced", stdin="Subject: hello\n\nhello\n")
    assert (answer.code, "no report" in answer.out) == (0, True)


def test_a_project_without_mail_has_nothing_that_could_come_back(relasi: Relasi, ready: Path) -> None:
    answer = relasi("mail", "bounced", stdin=report().decode())
    assert (answer.code, "crm.yaml has no mail" in answer.err) == (1, True)


def test_consent_is_noted_with_its_words(relasi: Relasi, writing: Path) -> None:
    relasi("mail", "consent", TO, "news", "--wording", "May we write to you?")
    relasi("mail", "consent", TO, "news", "--wording", "Asked on the phone", "--withdrawn")
    crm = open_crm(writing)
    with crm.store.session(write=False) as session:
        found = [(each.given, each.wording, each.source) for each in session.consents.of(TO)]
    crm.close()
    assert found == [
        (False, "Asked on the phone", "command line"),
        (True, "May we write to you?", "command line"),
    ]


def test_consent_is_for_a_purpose_that_there_is(relasi: Relasi, writing: Path) -> None:
    answer = relasi("mail", "consent", TO, "newz", "--wording", "x")
    assert (answer.code, "Did you mean news?" in answer.err) == (1, True)


def test_consent_is_for_an_address(relasi: Relasi, writing: Path) -> None:
    assert relasi("mail", "consent", "nobody", "news", "--wording", "x").code == 1


def test_a_mail_server_hands_a_mail_on(relasi: Relasi, ready: Path) -> None:
    written = "From: budi@example.com\nSubject: Noise\nMessage-ID: <1@x>\n\nIt hums.\n"
    first = relasi("mail", "receive", "support", "--json", stdin=written)
    assert (first.code, first.data["became"]) == (0, "taken")
    again = relasi("mail", "receive", "support", "--json", stdin=written)
    assert again.data == {**first.data, "became": "known"}


def test_there_is_a_mailbox_to_receive_it(relasi: Relasi, ready: Path) -> None:
    answer = relasi("mail", "receive", "suport", stdin="Subject: hello\n\nhello\n")
    assert (answer.code, "Did you mean support?" in answer.err) == (1, True)
