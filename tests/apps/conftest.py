from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from relasi.apps.places import Here, Place
from relasi.apps.visitor import Visitor, visitor_of
from tests.records.world import World, make_world

LETTER = """
entity: letter
label: {en: Letter, id: Surat}
plural: {en: Letters, id: Surat}
title: "{subject}"
fields:
  subject: {type: text, required: true, label: {en: Subject, id: Perihal}}
  urgency:
    type: choice
    options:
      low: {label: {en: Low, id: Rendah}, color: gray}
      high: {label: {en: High, id: Tinggi}, color: red}
  tags: {type: multi_choice, options: [new, lost]}
  amount: {type: money, label: {en: Amount, id: Nilai}}
  share: {type: percent}
  pages: {type: number}
  sealed: {type: boolean}
  said: {type: long_text, mail: true}
  written_on: {type: date}
  sent_at: {type: datetime}
  folder: {type: link, to: folder}
  answer_to: {type: link, to: letter, on_delete: clear}
  about: {type: link, to: [letter, shelf], on_delete: clear}
  owner: {type: user}
  secret: {type: text}
  scans: files
  number: {type: series, pattern: "L-{n:03}"}
process:
  field: state
  states: {open: {color: blue}, done: {kind: done, color: green}}
  moves:
    finish: {from: [open], to: done, needs: [amount]}
    recount: {from: [done], to: open, asks: [pages]}
form:
  main:
    fields: [subject, [urgency, amount], written_on]
search: [subject]
access:
  clerk: {read: all, create: true, update: all, delete: true, import: true, hide: [secret]}
"""
SHELF = """
entity: shelf
label: {en: Shelf, id: Rak}
plural: {en: Shelves, id: Rak}
title: "{name}"
fields:
  name: {type: text, required: true}
access:
  clerk: {read: all, create: false, update: false, delete: false}
"""
FOLDER = """
entity: folder
label: {en: Folder, id: Map}
plural: {en: Folders, id: Map}
title: "{name}"
fields: {name: text, parent: tree}
access:
  clerk: {read: all}
"""
ROLES = """
roles:
  clerk: {label: {en: Clerk, id: Juru tulis}}
"""
OFFICE = """
department: office
label: {en: Office, id: Kantor}
roles: [clerk]
menu:
  letter:
"""
RULE = """
workflow: hurry
label: {en: Hurry, id: Segerakan}
entity: letter
when: [created]
if: urgency = high and amount > 100
do:
  - set: {pages: 1}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An office that keeps letters on shelves."""
    made = make_world(tmp_path, LETTER, SHELF, FOLDER, ROLES, OFFICE, RULE)
    yield made
    made.crm.close()


@pytest.fixture
def visit(world: World) -> Callable[..., Visitor]:
    """A clerk at a page, in a language."""

    def visitor(language: str = "en", name: str = "ani") -> Visitor:
        key = world.user(name, "clerk")
        with world.crm.store.session() as session:
            session.users.set_language(key, language)
            user = session.users.get(key)
        assert user is not None
        return visitor_of(world.crm, user)

    return visitor


@pytest.fixture
def here(visit: Callable[..., Visitor]) -> Here:
    """At the letters of the office, from where no page of Streamlit can be opened."""
    return Here(visit(), Place("office", "letter"), {Place("office", "letter"): None})  # type: ignore[dict-item]  # pages exist only while Streamlit runs a script
