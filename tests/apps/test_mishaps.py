from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relasi.apps import mishaps


def broken(_request: Request) -> Response:
    raise ValueError("postgresql://relasi:secret@db/crm")


async def ask(**headers: str) -> httpx.Response:
    app = Starlette(routes=[Route("/", broken)], exception_handlers={Exception: mishaps.answered})
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
        return await client.get("/", headers=headers)


def test_a_route_that_breaks_tells_a_number_and_nothing_of_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)

    answer = asyncio.run(ask())

    (noted,) = (each for each in caplog.records if each.name == mishaps.__name__)
    number = noted.getMessage().removeprefix("mishap ")
    assert answer.status_code == 500
    assert number in answer.text
    assert "relasi:secret" not in answer.text
    assert "ValueError" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_is_told_in_the_language_of_the_reader() -> None:
    assert '<html lang="id">' in asyncio.run(ask(**{"accept-language": "id"})).text
