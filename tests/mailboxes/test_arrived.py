from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relasi.mailboxes.arrived import read

HEAD = b"From: Budi <budi@example.com>\r\nSubject: Noise\r\nMessage-ID: <1@example.com>\r\n"


def written(head: bytes = b"", body: bytes = b"It hums.") -> bytes:
    return HEAD + head + b"\r\n" + body


def test_a_mail_is_read() -> None:
    mail = read(
        written(
            b"To: Desk <desk@example.com>, other@example.com\r\nDate: Sat, 21 Nov 2026 21:05:00 +0700\r\n"
            b"In-Reply-To: <b@here>\r\nReferences: <a@here> <b@here>\r\n"
        )
    )
    assert (mail.sender, mail.name, mail.subject) == ("budi@example.com", "Budi", "Noise")
    assert (mail.text, mail.to) == ("It hums.", "desk@example.com, other@example.com")
    assert mail.date == datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
    assert (mail.message_id, mail.answers) == ("<1@example.com>", ("<b@here>", "<a@here>"))
    assert not mail.automatic


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        (b"=?utf-8?q?Caf=C3=A9_rusak?=", "Café rusak"),
        (b"=?utf-8?b?8J+Yig==?= ok", "😊 ok"),
        (b"=?iso-2022-jp?b?GyRCJCIbKEI=?=", "あ"),
        (b"Re: =?utf-8?q?a?=\r\n =?utf-8?q?b?=", "Re: ab"),
        (b"=?no-such-charset?q?abc?=", "abc"),
        (b"=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
        ("Café".encode(), "Café"),
        (b"over\r\n two lines", "over two lines"),
        (b"bell\x07", "bell"),
    ],
)
def test_subjects_are_read_however_they_are_written(head: bytes, subject: str) -> None:
    assert read(b"Subject: " + head + b"\r\n\r\n").subject == subject


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (b"text/plain; charset=utf-8", "Café".encode(), "Café"),
        (b"text/plain; charset=latin-1", b"Caf\xe9", "Café"),
        (b"text/plain; charset=utf-8", b"Caf\xe9", "Café"),
        (b"text/plain; charset=nonsense", b"plain", "plain"),
        (b"text/plain; charset=utf-16", b"odd", "odd"),
        (b"text/plain", b"a\r\n\r\n\r\n\r\nb  \r\n", "a\n\nb"),
        (b"text/plain", b"nul\x00 and esc\x1b", "nul and esc"),
    ],
)
def test_texts_are_read_whatever_charset_they_claim(kind: bytes, body: bytes, text: str) -> None:
    assert read(written(b"Content-Type: " + kind + b"\r\n", body)).text == text


def test_the_plain_words_are_preferred_to_the_html() -> None:
    mail = EmailMessage()
    mail.set_content("Plain words")
    mail.add_alternative("<p>Other words</p>", subtype="html")
    assert read(mail.as_bytes()).text == "Plain words"


def test_html_gives_its_words_and_links_and_nothing_that_runs() -> None:
    page = (
        "<html><head><title>T</title><style>p{}</style></head><body><p>Dear&nbsp;desk,<br>it <b>hums</b>.</p>"
        "<ul><li>loud<li>long</ul><script>alert(1)</script><a href='https://x.example/a'>photo</a>"
        "<a href='javascript:alert(1)'>here</a><img src=x onerror=alert(1)></body></html>"
    )
    mail = read(written(b"Content-Type: text/html\r\n", page.encode()))
    assert mail.text == "Dear desk,\nit hums.\n\n- loud\n- long\nphoto (https://x.example/a)here"


def test_files_come_along_with_their_names() -> None:
    mail = EmailMessage()
    mail.set_content("See the photo")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="Café ini.png")
    mail.add_attachment("a,b", subtype="csv", filename="table.csv")
    inner = EmailMessage()
    inner["Subject"] = "Older"
    inner.set_content("Old words")
    mail.add_attachment(inner)
    found = read(mail.as_bytes())
    assert found.text == "See the photo"
    assert [each.name for each in found.enclosed] == ["Café ini.png", "table.csv", "message.eml"]
    assert found.enclosed[0].content == b"\x89PNG"
    assert b"Old words" in found.enclosed[2].content


@pytest.mark.parametrize(
    "head",
    [
        b"Auto-Submitted: auto-replied (vacation)\r\n",
        b"Precedence: bulk\r\n",
        b"List-Id: <news.example.com>\r\n",
        b"X-Auto-Response-Suppress: DR, AutoReply\r\n",
        b"Return-Path: <>\r\n",
    ],
)
def test_what_a_machine_wrote_is_automatic(head: bytes) -> None:
    assert read(written(head)).automatic


@pytest.mark.parametrize("name", ["noreply", "no-reply", "do_not_reply", "MAILER-DAEMON", "postmaster"])
def test_nobody_reads_answers_to_such_addresses(name: str) -> None:
    assert read(f"From: {name}@example.com\r\n\r\n".encode()).automatic


@pytest.mark.parametrize("head", [b"Auto-Submitted: no\r\n", b"Precedence: first-class\r\n", b""])
def test_what_a_person_wrote_is_not_automatic(head: bytes) -> None:
    assert not read(written(head)).automatic


def test_copies_have_one_key_and_other_mails_another() -> None:
    first = read(written(b"Received: by one\r\n"))
    assert first.key == read(written(b"Received: by two\r\n")).key
    assert first.key != read(written().replace(b"Noise", b"Silence")).key


def test_a_mail_nested_without_end_is_read_as_far_as_it_goes() -> None:
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
        for number in range(1100)
    )
    assert read(HEAD + parts + b"\r\nhello").subject == "Noise"


def test_html_without_an_end_is_read() -> None:
    assert (
        read(written(b"Content-Type: text/html\r\n", b"<![if !x]> a <p " + b"<" * 10_000)).subject == "Noise"
    )


HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition")
PIECES = (
    "=?utf-8?q?",
    "?=",
    '"',
    "<",
    ">",
    "@",
    "multipart/mixed; boundary=x",
    "text/html",
    "charset*0=",
    "; ",
    "\x00",
)


@given(
    st.lists(st.tuples(st.sampled_from(HEADERS), st.lists(st.sampled_from(PIECES) | st.text(max_size=6)))),
    st.binary(max_size=200),
)
@example([("Content-Type", ["multipart/mixed; boundary=x"])], b"--x\r\n\r\n--x--")
@example([("From", ["=?utf-8?b?a?=", "<", "@"])], b"")
@example([("Content-Type", ["message/rfc822"])], b"Content-Type: multipart/mixed\r\n\r\n")
@example([("Content-Transfer-Encoding", ["base64"])], b"a")
@example([("Content-Type", ["text/html", "\x00"])], b"\x00")
@example([("Message-ID", ["<", "\x00", ">"])], b"")
def test_whatever_comes_is_read(headers: list[tuple[str, list[str]]], body: bytes) -> None:
    head = "".join(f"{name}: {''.join(pieces)}\r\n" for name, pieces in headers)
    mail = read(head.encode("utf-8", "surrogateescape") + b"\r\n" + body)
    for text in (
        mail.subject,
        mail.text,
        mail.sender,
        mail.message_id,
        mail.name,
        mail.to,
        *(each.name for each in mail.enclosed),
    ):
        assert "\x00" not in text
        text.encode()


@given(st.binary(max_size=400))
def test_whatever_bytes_come_are_read(content: bytes) -> None:
    read(content)
