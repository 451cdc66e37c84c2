"""A desk that answers letters by mail: the project that tests of messages share."""

from __future__ import annotations

SETTINGS = """
crm: 1
name: Desk
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
address: https://crm.example.com/
purposes:
  news: {label: {en: News, id: Kabar}, consent: required}
  hints: {label: {en: Hints, id: Petunjuk}, consent: opt out}
"""
GUEST = """
entity: guest
label: {en: Guest, id: Tamu}
title: "{name}"
fields:
  name: {type: text, required: true}
  email: email
  language: {type: choice, options: [en, id]}
access:
  clerk: {read: all}
"""
LETTER = """
entity: letter
label: {en: Letter, id: Surat}
title: "{subject}"
fields:
  subject: {type: text, required: true}
  said: long_text
  guest: {type: link, to: guest, on_delete: clear}
  urgency:
    type: choice
    options:
      low: {label: {en: Low, id: Rendah}}
      high: {label: {en: High, id: Tinggi}}
  price: money
  due: date
  secret: text
  owner: user
access:
  clerk: {read: all, hide: [secret]}
  chief: {read: all}
  novice: {read: owner = user}
"""
ROLES = """
roles:
  clerk: {label: {en: Clerk, id: Juru tulis}}
  chief: {label: {en: Chief, id: Kepala}}
  novice: {label: {en: Novice, id: Pemula}}
  admin: {label: {en: Admin, id: Admin}, everything: true}
"""
RECEIVED = """
message: received
label: {en: Letter received, id: Surat diterima}
entity: letter
language: guest.language
subject: {en: "We got {subject}", id: "Kami menerima {subject}"}
body:
  en: |
    Dear **{guest.name}**,

    - price {price}
    - due {due}
    - {said}
  id: |
    Yth. **{guest.name}**,

    - harga {price}
    - tenggat {due}
    - {said}
"""


def message(name: str, purpose: str) -> str:
    """A message of another purpose."""
    return f"""
message: {name}
label: {{en: {name}, id: {name}}}
entity: letter
purpose: {purpose}
subject: {{en: "About {{subject}}", id: "Tentang {{subject}}"}}
body: {{en: "Read [more](https://example.com/{{subject}}).", id: "Baca {{subject}}."}}
"""


def rule(*steps: str, when: str = "created") -> str:
    """A rule on letters that takes these steps."""
    lines = "\n".join(f"  - {step}" for step in steps)
    return f"""
workflow: answer
label: {{en: Answer, id: Jawab}}
entity: letter
when: {when}
do:
{lines}
"""


def settings(**keys: str) -> str:
    """The settings with further keys, as YAML."""
    return SETTINGS + "".join(f"{key}: {value}\n" for key, value in keys.items())


DESK = (GUEST, LETTER, ROLES, RECEIVED)
