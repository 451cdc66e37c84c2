"""Mails as programs write them, each with what its writer typed above a line of tildes that stands for the
place where the rest begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.schema.fields.notation.quoting import folded_at

CUT = "~~~"
FORMS = {
    "Gmail": """It still hums.
~~~

On Mon, Jan 5, 2026 at 9:00 AM Service desk <support@example.com> wrote:

> Have you turned it on?
> Yours sincerely,
> Sari""",
    "Gmail in Indonesian": """Masih berdengung.
~~~

Pada tanggal Sen, 5 Jan 2026 pukul 09.00 Meja layanan <
support@example.com> menulis:

> Apakah sudah dinyalakan?
>""",
    "Apple Mail, without marks after HTML": """Yes.
~~~

On 5 Jan 2026, at 09.00, Service desk <support@example.com> wrote:

Have you turned it on?""",
    "Thunderbird, without an address": """Yes.
~~~

On 05/01/26 09.00, Service desk wrote:
> Have you turned it on?""",
    "Outlook": """Yes, twice.
~~~

________________________________
From: Service desk <support@example.com>
Sent: Monday, January 5, 2026 9:00 AM
To: Budi <budi@example.com>
Subject: [CAS-2026-00001] Pump

Have you turned it on?""",
    "Outlook in Indonesian": """Sudah, dua kali.
~~~

Dari: Meja layanan <support@example.com>
Dikirim: Senin, 05 Januari 2026 09.00
Kepada: Budi <budi@example.com>
Perihal: [CAS-2026-00001] Pompa

Apakah sudah dinyalakan?""",
    "an old Outlook": """Sudah.
~~~

-----Pesan Asli-----
Dari: Meja layanan
Dikirim: 5 Januari 2026
Kepada: Budi""",
    "another language, marked": """Ja.
~~~

Am 05.01.26 um 09:00 schrieb Service desk:
> Have you turned it on?""",
    "a signature": """Thanks!
~~~
--
Budi
PT Sinar Jaya""",
    "a signature above what it answers": """Thanks!
~~~

--
Budi
PT Sinar Jaya

On Mon, Jan 5, 2026 at 9:00 AM <support@example.com> wrote:
> Turned on?""",
    "a telephone": """Sudah saya coba.
~~~

Dikirim dari iPhone saya""",
    "an answer below the quote": """On 05/01/26 09.00, Service desk wrote:
> Have you turned it on?

Yes, I have.
~~~
--
Budi""",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_what_a_program_adds_is_told_from_what_was_typed(form: str) -> None:
    typed, added = form.split("\n" + CUT)
    text = typed + added
    assert text[: folded_at(text)] == typed


WHOLE = {
    "a mail that answers nothing": "The pump hums.\n\nBudi",
    "answers between the lines": "> Is it on?\nYes.\n> Is it loud?\nVery.",
    "an answer that somebody wrote about": "On 5 January your technician wrote:\nit is fine. It is not.",
    "a colon before a number": "We ordered:\n> 20 pumps\n> 3 valves\nfor Friday.",
    "nothing but a quote": "> Is it on?",
    "nothing but a signature": "--\nBudi",
    "an address of theirs": "From: Jakarta\nI would rather go by train.",
    "nothing": "",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_what_somebody_typed_is_never_folded_away(text: str) -> None:
    assert folded_at(text) == len(text)


LINES = ["> a", "text", "", "--", "On 5 Jan <a@b.c> wrote:", "From: a", "To: b", "Subject: c", "_" * 12]


@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_something_is_always_left_to_read_and_nothing_is_lost(text: str) -> None:
    place = folded_at(text)
    assert 0 <= place <= len(text)
    assert bool(text[:place].strip()) == bool(text.strip())


def test_a_mail_of_a_million_characters_is_looked_at_quickly_or_left_alone() -> None:
    text = "On 5 <a@b.c>\n" * 80_000
    assert folded_at(text) == len(text)
