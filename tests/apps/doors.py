"""The routes that are open to everybody, as somebody who is not signed in finds them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from relasi.apps import hints, hooks, opting_out, webforms
from relasi.apps.gate import Gate
from relasi.apps.site import Site
from relasi.current import Current
from tests.records.world import World


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody before the gate."""

    app: Starlette

    def get(self, path: str, **rest: Any) -> httpx.Response:  # Any: as in httpx
        return asyncio.run(self._ask("GET", path, **rest))

    def post(self, path: str, **rest: Any) -> httpx.Response:  # Any: as in httpx
        return asyncio.run(self._ask("POST", path, **rest))

    async def _ask(self, method: str, path: str, **rest: Any) -> httpx.Response:  # Any: as in httpx
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://crm.example.com") as client:
            return await client.request(method, path, **rest)


def client_of(world: World) -> Client:
    site = Site(Current(world.crm.root, lambda _root: world.crm))
    routes = [*opting_out.routes(site), *hooks.routes(site), *hints.routes(site), *webforms.routes(site)]
    return Client(Starlette(routes=routes, middleware=[Middleware(Gate, site=site)]))
