"""A program with a key, before the routes as a server has them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette

from relasi.api import routes
from relasi.current import Current
from tests.records.world import World


@dataclass(frozen=True, slots=True)
class Program:
    """Its key is in the headers."""

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


def app_of(world: World) -> Starlette:
    return Starlette(routes=routes(Current(world.crm.root, lambda _root: world.crm)))


def program_of(world: World, name: str, *scopes: str, app: Starlette | None = None) -> Program:
    """Acts as a user of the world for nine days; may read and write where no scopes are named."""
    with world.crm.store.session(write=False) as session:
        user = session.users.get(world.user(name))
    assert user is not None
    called = f"key {len(world.crm.keys.of(user))}"
    _, token = world.crm.keys.add(user, called, scopes or ("read", "write"), length=timedelta(days=9))
    return Program(app or app_of(world), {"authorization": f"Bearer {token}"})
