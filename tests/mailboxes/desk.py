"""A desk whose letters are about matters and come by mail: the project that tests of mailboxes share."""

from __future__ import annotations

from tests.messages.desk import GUEST, ROLES, SETTINGS

MATTER = """
entity: matter
label: {en: Matter, id: Urusan}
title: "{number}"
fields:
  number: {type: series, pattern: "MAT-{n:04}"}
  guest: {type: link, to: guest, on_delete: clear}
  done: {type: boolean, default: false}
"""
LETTER = """
entity: letter
label: {en: Letter, id: Surat}
title: "{subject}"
fields:
  subject: {type: text, required: true, max_length: 40}
  said: {type: long_text, max_length: 200}
  sender: email
  name: text
  to: text
  copies: emails
  at: datetime
  automatic: boolean
  how: {type: choice, options: [answer, address, number, hand], default: hand}
  matter: {type: link, to: matter, on_delete: cascade}
  papers: {type: files, max_size: 1 KB, max_count: 2}
"""
MAILBOX = """
mailbox: desk
label: {en: The desk, id: Meja}
entity: letter
address: desk@example.com
largest: 1
most: 3
set:
  subject: subject
  said: text
  sender: from
  name: name
  to: to
  copies: copies
  at: date
  automatic: automatic
  how: found by
  papers: files
thread: {link: matter, number: number, number_in_address: true, people: [guest.email]}
"""
RULE = """
workflow: begin
label: {en: Begin, id: Mulai}
entity: letter
when: {incoming: mail.desk}
if: matter is empty and not automatic
do:
  - {create: matter, fills: matter}
"""
RECEIVED = """
message: received
label: {en: Received, id: Diterima}
entity: letter
subject: {en: "[{matter.number}] {subject}", id: "[{matter.number}] {subject}"}
body: {en: "We got it.", id: "Sudah kami terima."}
"""
DESK = (f"{SETTINGS}mail: {{from: Company <crm@example.com>}}\n", GUEST, ROLES, MATTER, LETTER, MAILBOX)


def mail(text: str = "It hums.", sender: str = "Budi <budi@example.com>", **heads: str) -> bytes:
    """`heads` are written with _ for -; an empty one is left out."""
    usual = {"From": sender, "Subject": "Noise", "Message_ID": "<1@example.com>"}
    lines = (f"{name.replace('_', '-')}: {value}" for name, value in {**usual, **heads}.items() if value)
    return "\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text]).encode()
