from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from relasi.api import routes
from relasi.current import Current
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
  chief: {read: all, create: true, update: all, delete: true}
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


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a key, before the routes as a server has them."""

    app: Starlette
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:  # Any: JSON
        """`body` goes as JSON unless it is bytes; `_` in names of headers stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if content is not None:
            named = {"content-type": "application/json"} | named
        return asyncio.run(self._ask(method, f"/api{path}", content, self.headers | named))

    async def _ask(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://crm.example.com") as client:
            return await client.request(method, path, content=content, headers=headers)

    def get(self, path: str, **headers: str) -> Any:  # Any: JSON
        """What a good call answers."""
        found = self.ask("GET", path, **headers)
        assert found.status_code == 200, found.text
        return found.json()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, INVOICE, LINE, PAYER, VAULT, ROLES)
    yield made
    made.crm.close()


@pytest.fixture
def program(world: World) -> Callable[..., Program]:
    """A program that acts as somebody with a role, within scopes."""
    app = Starlette(routes=routes(Current(world.crm.root, lambda _root: world.crm)))

    def made(role: str = "clerk", *scopes: str, name: str = "ani", days: float = 9) -> Program:
        key = world.user(name, role)
        with world.crm.store.session(write=False) as session:
            user = session.users.get(key)
        assert user is not None
        called = f"key {len(world.crm.keys.of(user))}"
        length = timedelta(days=days)
        _, token = world.crm.keys.add(user, called, scopes or ("read", "write"), length=length)
        return Program(app, {"authorization": f"Bearer {token}"})

    return made


@pytest.fixture
def clerk(program: Callable[..., Program]) -> Program:
    return program()
