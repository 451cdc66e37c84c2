"""What is sent to the server is let in as far as it is not too much and does not come too slowly."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive

SECONDS = 20
"""After which a body must have been coming at SLOWEST bytes a second on the whole."""
SLOWEST = 2 * 1024


def too_large(request: HTTPConnection, largest: int | None) -> Response | None:
    """Refuses what says itself that it is too much, before any of it is read."""
    said = request.headers.get("content-length", "")
    if largest is None or not said.isdecimal() or int(said[:20]) <= largest:
        return None
    return PlainTextResponse("This is too large.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def measured(receive: Receive, largest: int | None) -> Receive:
    """Raises HTTPException instead of handing over what is too much or too late, so that an endpoint need not
    look. None: the endpoint knows better how much it takes."""
    loop = asyncio.get_running_loop()
    begun: float | None = None
    size, is_whole = 0, False

    async def received() -> Message:
        nonlocal begun, size, is_whole
        if is_whole:
            return await receive()
        begun = loop.time() if begun is None else begun
        try:
            async with asyncio.timeout_at(begun + SECONDS + size / SLOWEST):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers={"connection": "close"}) from error
        size += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if largest is not None and size > largest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"connection": "close"})
        return message

    return received
