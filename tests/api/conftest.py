from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api.program import Program, app_of, program_of
from tests.records.world import World, make_world

INVOICE = """
entity: invoice
label: {en: Invoice, id: Faktur}
plural: {en: Invoices, id: Faktur}
title: "{number} {subject}"
fields:
  subject: {type: text, required: true, max_length: 60, help: {en: What it is for., id: Untuk apa.}}
  payer: {type: link, to: payer, on_delete: restrict}
  urgency: {type: choice, options: [low, high]}
  tags: {type: multi_choice, options: [new, lost]}
  amount: {type: money}
  pages: {type: number}
  sent: {type: boolean}
  due: {type: date}
  sent_at: {type: datetime}
  effort: duration
  owner: {type: user}
  margin: {type: percent}
  scans: files
  number: {type: series, pattern: "I-{n:03}"}
  lines: {type: rows, of: line.invoice, columns: [what, price]}
process:
  field: state
  states: {open: {}, paid: {kind: done}}
  moves:
    pay: {from: [open], to: paid, needs: [amount]}
    reopen: {from: [paid], to: open, who: [chief]}
search: [subject]
access:
  clerk: {read: amount < 1000 or amount is empty, create: true, update: all, delete: true, hide: [margin]}
  chief: {read: all, create: true, update: all, delete: true, export: true}
"""
LINE = """
entity: line
title: "{what}"
fields:
  what: {type: text, required: true}
  price: money
  invoice: {type: link, to: invoice, on_delete: cascade, required: true}
access:
  clerk: {read: all, create: true, update: all, delete: true}
"""
PAYER = """
entity: payer
title: "{name}"
fields: {name: {type: text, required: true}, vip: boolean}
duplicates: {name: {same: name}}
access:
  clerk: {read: vip != true}
  chief: {read: all, create: true, update: all, delete: true}
"""
VAULT = """
entity: vault
title: "{name}"
fields: {name: text}
access:
  chief: {read: all, create: true, update: all, delete: true}
"""
ROLES = """
roles:
  clerk: {label: {en: Clerk, id: Juru tulis}}
  chief: {label: {en: Chief, id: Kepala}}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, INVOICE, LINE, PAYER, VAULT, ROLES)
    yield made
    made.crm.close()


@pytest.fixture
def program(world: World) -> Callable[..., Program]:
    """A program that acts as somebody with a role, within scopes."""
    app = app_of(world)

    def made(role: str = "clerk", *scopes: str, name: str = "ani") -> Program:
        world.user(name, role)
        return program_of(world, name, *scopes, app=app)

    return made


@pytest.fixture
def clerk(program: Callable[..., Program]) -> Program:
    return program()
