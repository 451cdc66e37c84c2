"""The routes that are open to everybody, as somebody who is not signed in finds them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from relasi.apps import webforms
from relasi.apps.entry import new_password, provider, second_step, sign_in
from relasi.apps.routes import hints, hooks, opting_out
from relasi.apps.routes.gate import Gate
from relasi.apps.site import SECURE_COOKIE, Site
from relasi.current import Current
from tests.records.world import World

HOST = "https://crm.example.com"


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody before the gate."""

    app: Starlette

    def get(self, path: str, **rest: Any) -> httpx.Response:  # Any: as in httpx
        return asyncio.run(self._ask("GET", path, **rest))

    def post(self, path: str, **rest: Any) -> httpx.Response:  # Any: as in httpx
        return asyncio.run(self._ask("POST", path, **rest))

    def send(self, path: str, token: str = "", **entered: str) -> httpx.Response:
        """A form of one of these pages, in the session of a token."""
        cookies = {"cookie": f"{SECURE_COOKIE}={token}"} if token else {}
        return self.post(path, data=entered, headers={"origin": HOST, **cookies})

    def seen(self, path: str, token: str = "") -> httpx.Response:
        """A page as a browser asks for it, in the session of a token."""
        return self.get(path, headers={"cookie": f"{SECURE_COOKIE}={token}", "accept": "text/html"})

    async def _ask(self, method: str, path: str, **rest: Any) -> httpx.Response:  # Any: as in httpx
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            return await client.request(method, path, **rest)


def client_of(world: World) -> Client:
    site = Site(Current(world.crm.root, lambda _root: world.crm))
    doors = (sign_in, provider, second_step, new_password, opting_out, hooks, hints, webforms)
    routes = [each for door in doors for each in door.routes(site)]
    return Client(Starlette(routes=routes, middleware=[Middleware(Gate, site=site)]))


def token_of(response: httpx.Response) -> str:
    """That of the session which the response opens."""
    return response.cookies[SECURE_COOKIE]
