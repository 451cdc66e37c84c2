from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message

from relasi.apps.routes import bodies
from relasi.apps.routes.bodies import measured

Wait = Callable[[], Awaitable[None]]


async def at_once() -> None:
    pass


async def never() -> None:
    await asyncio.Event().wait()


def let_in(*pieces: bytes, largest: int | None = None, wait: Wait = at_once) -> bytes:
    """What gets through of a body that comes in these pieces."""

    async def all_of_it() -> bytes:
        left = list(pieces)

        async def receive() -> Message:
            await wait()
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        received, whole = measured(receive, largest), bytearray()
        while True:
            message = await received()
            whole += message["body"]
            if not message["more_body"]:
                return bytes(whole)

    return asyncio.run(all_of_it())


def test_what_is_not_too_much_comes_as_it_was_sent() -> None:
    assert let_in(b"ab", b"c", largest=3) == b"abc"


def test_what_is_too_much_is_refused_before_it_is_whole() -> None:
    with pytest.raises(HTTPException) as caught:
        let_in(b"ab", b"cd", b"never looked at", largest=3)
    assert caught.value.status_code == 413


def test_a_route_that_measures_by_itself_gets_all() -> None:
    assert let_in(b"ab", b"cd", largest=None) == b"abcd"


def test_who_never_goes_on_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.01)
    with pytest.raises(HTTPException) as caught:
        let_in(b"a", b"b", wait=never)
    assert caught.value.status_code == 408


def test_who_has_sent_all_waits_for_the_answer_as_long_as_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    messages: list[Message] = [{"type": "http.request"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        await asyncio.sleep(0)
        return messages.pop(0)

    async def then() -> Message:
        received = measured(receive, None)
        await received()
        monkeypatch.setattr(bodies, "SECONDS", -1)
        return await received()

    assert asyncio.run(then())["type"] == "http.disconnect"
