from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from relasi.messages.composing import Mailing, compose
from relasi.schema.model.mail import Mail
from tests.records.world import NOW

MAIL = Mail("Meja Läyänan <desk@example.com>", "answers@example.com", None)


def sent(mailing: Mailing, key: str = "k1") -> EmailMessage:
    """The mail as the other side reads it."""
    read = message_from_bytes(compose(mailing, MAIL, key=key, at=NOW).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def mailing(**changes: Any) -> Mailing:
    kept: dict[str, Any] = {
        "to": "budi@example.com",
        "subject": "Héllo",
        "text": "Hi",
        "html": "<p>Hi</p>",
        "language": "id",
    }
    return Mailing(**{**kept, **changes})


def test_a_mail_says_who_writes_to_whom_and_that_nobody_typed_it() -> None:
    mail = sent(mailing())
    assert mail["From"] == "Meja Läyänan <desk@example.com>"
    assert mail["Reply-To"] == "answers@example.com"
    assert (mail["To"], mail["Subject"]) == ("budi@example.com", "Héllo")
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "id")


def test_a_mail_has_its_text_twice() -> None:
    mail = sent(mailing())
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert page
    assert plain.get_content().strip() == "Hi"
    assert "<p>Hi</p>" in page.get_content()
    assert '<html lang="id">' in page.get_content()


def test_the_key_makes_the_message_id() -> None:
    assert sent(mailing())["Message-ID"] == sent(mailing(subject="Other"))["Message-ID"]
    assert sent(mailing())["Message-ID"] != sent(mailing(), key="k2")["Message-ID"]


def test_a_subject_with_line_ends_makes_no_header() -> None:
    mail = sent(mailing(subject="Hi\r\nBcc: all@example.com"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hi Bcc: all@example.com"


def test_the_way_out_is_told_in_the_language_of_the_reader() -> None:
    mail = sent(mailing(opt_out="https://crm.example.com/opt-out/t"))
    plain = mail.get_body(("plain",))
    assert plain
    assert "Berhenti di sini: https://crm.example.com/opt-out/t" in plain.get_content()
