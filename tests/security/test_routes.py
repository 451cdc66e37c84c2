"""Every route that changes something, so that no new one is forgotten."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from relasi.apps import app_options
from tests.serving import Server

READING = {"GET", "HEAD", "OPTIONS"}

OPEN_TO_OTHERS = {
    "/opt-out/{token}": "the token in the link says who it is for",
    "/hooks/{name}": "each call is signed",
    "/form/{name}": "looks at the origin by itself, since other sites may embed it",
    "/form/confirm/{token}": "the token in the link says who it is for",
    "/nocodb/edited/{entity}": "a password in a header; what was edited is read from NocoDB itself",
}
"""Where writing does not need a page of ours, and what guards it instead. A call of the API carries a key."""


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:  # Any: st.App's own parameters
    """The routes as the server has them; what they lead to is never reached."""
    return app_options(str(tmp_path_factory.mktemp("crm") / "apps" / "one.py"))


def writing(routes: Sequence[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Mount):
            yield from writing(route.routes, before + route.path)
        elif isinstance(route, Route):
            methods = route.methods or {"GET", "POST"}
            yield from ((method, before + route.path) for method in sorted(methods - READING))


def test_only_these_may_be_written_to_by_other_sites(options: dict[str, Any]) -> None:
    async def refused(method: str, path: str, **headers: str) -> bool:
        app = Starlette(routes=options["routes"], middleware=options["middleware"])
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
            return (await client.request(method, path, headers=headers)).status_code == 403

    async def open_ones() -> set[str]:
        found = set()
        for method, path in writing(options["routes"]):
            filled = re.sub(r"{[^}]+}", "x", path)
            if not (await refused(method, filled) and await refused(method, filled, origin="http://evil.x")):
                found.add(path)
        return found

    assert {each for each in asyncio.run(open_ones()) if not each.startswith("/api/")} == set(OPEN_TO_OTHERS)


def test_the_cookie_of_a_browser_writes_nothing_through_the_api(
    options: dict[str, Any],
    server: Server,
) -> None:
    cookie = server.cookie("sari")
    for method, path in writing(options["routes"]):
        if path.startswith("/api/"):
            filled = re.sub(r"{[^}]+}", "task", path)
            answer = server.ask(filled, method=method, body="{}", Cookie=cookie, Origin=server.address)
            assert answer[0] == 401, path


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_the_one_route_of_streamlit_that_takes_files_is_no_exception(server: Server, method: str) -> None:
    cookie, path = server.cookie("sari"), "/_stcore/upload_file/session/file"

    assert server.ask(path, method=method, Cookie=cookie, Origin="https://evil.example")[0] == 403
    assert server.ask(path, method=method, Cookie=cookie)[0] == 403


def test_what_is_too_large_is_refused_at_once(server: Server) -> None:
    path, headers = "/_stcore/upload_file/session/file", {"Origin": server.address}
    size = {"Content_Length": str(2**20 + 1)}

    answer = server.ask(path, method="PUT", Cookie=server.cookie("sari"), **headers, **size)

    assert answer[0] == 413
