"""The routes: who calls is known before anything else happens, and every refusal is told in one form."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from relasi.api import files, openapi, reading, writing
from relasi.api.answers import Answer, body_of
from relasi.api.caller import Caller, Door
from relasi.api.problems import problem
from relasi.current import Current
from relasi.errors import CallRefused, RelasiError
from relasi.texts import FALLBACK

log = logging.getLogger(__name__)

PATH = "/api"

Endpoint = Callable[[Caller, Request], Awaitable[Response]]
Reading = Callable[[Caller, Request], Answer]
Writing = Callable[[Caller, Request, bytes], Answer]


def routes(project: Current) -> list[BaseRoute]:
    """All that is below PATH, for an app that serves more."""
    door = Door(project)
    known = [
        Route(path, _Address(door, methods).answer, methods=list(methods))
        for path, methods in _ADDRESSES.items()
    ]
    handlers = {404: _nowhere, 405: _not_so}
    below = Mount(PATH, app=Starlette(routes=known, exception_handlers=handlers))
    below.path_regex = re.compile(below.path_regex.pattern, re.DOTALL)  # a line break does not lead elsewhere
    return [below]


def _reads(answer: Reading) -> Endpoint:
    async def endpoint(caller: Caller, request: Request) -> Response:
        return (await run_in_threadpool(answer, caller, request)).response(request)

    return endpoint


def _writes(answer: Writing) -> Endpoint:
    async def endpoint(caller: Caller, request: Request) -> Response:
        body = await body_of(request)
        return (await run_in_threadpool(answer, caller, request, body)).response(request)

    return endpoint


_RECORD = "/records/{entity}/{id}"
_ADDRESSES: Mapping[str, Mapping[str, Endpoint]] = {
    "/me": {"GET": _reads(reading.myself)},
    "/openapi.json": {"GET": _reads(openapi.document)},
    "/batch": {"POST": _writes(writing.batch)},
    "/records/{entity}": {"GET": _reads(reading.page), "POST": _writes(writing.create)},
    _RECORD: {
        "GET": _reads(reading.one),
        "PATCH": _writes(writing.update),
        "DELETE": _writes(writing.delete),
    },
    f"{_RECORD}/moves": {"GET": _reads(reading.moves)},
    f"{_RECORD}/moves/{{move}}": {"POST": _writes(writing.move)},
    f"{_RECORD}/like": {"GET": _reads(reading.like)},
    f"{_RECORD}/merge": {"POST": _writes(writing.merge)},
    f"{_RECORD}/merged": {"GET": _reads(reading.merged)},
    f"{_RECORD}/merged/{{merge}}/part": {"POST": _writes(writing.part)},
    f"{_RECORD}/timeline": {"GET": _reads(reading.timeline)},
    f"{_RECORD}/tables/{{table}}": {"GET": _reads(reading.rows)},
    "/files/{entity}/{field}": {"POST": files.take},
    "/files/{entity}/{id}/{field}/{file}": {"GET": files.give},
}


@dataclass(frozen=True, slots=True)
class _Address:
    """What can be done at one address."""

    door: Door
    methods: Mapping[str, Endpoint]

    async def answer(self, request: Request) -> Response:
        language = FALLBACK
        try:
            caller = await run_in_threadpool(self._caller, request)
            language = caller.language
            endpoint = self.methods["GET" if request.method == "HEAD" else request.method]
            return await endpoint(caller, request)
        except RelasiError as failure:
            return problem(failure, language)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            log.exception("a call to %s", request.scope["route"].path)
            return problem(CallRefused("internal"), language)

    def _caller(self, request: Request) -> Caller:
        address = request.client.host if request.client else ""
        return self.door.caller(request.headers.get("authorization", ""), address)


async def _nowhere(_request: Request, _error: Exception) -> Response:
    return problem(CallRefused("no_such_path"), FALLBACK)


async def _not_so(request: Request, error: Exception) -> Response:
    allowed = error.headers if isinstance(error, HTTPException) else None
    return problem(CallRefused("no_such_method", method=request.method), FALLBACK, headers=allowed)
