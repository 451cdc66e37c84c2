"""Where other systems send what has happened there: POST /hooks/NAME."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relasi.apps.site import Site
from relasi.errors import Invalid, PlatformError, RecordError, Refused, RelasiError
from relasi.messages.incoming import PATH, Received, is_from_friend, receive
from relasi.schema.secrets import reveal


def routes(site: Site) -> list[Route]:
    async def take(request: Request) -> Response:
        return await _taken(site, request)

    return [Route(f"{PATH}/{{name}}", take, methods=["POST"])]


async def _taken(site: Site, request: Request) -> Response:
    """Nobody who does not know the secret learns anything, not even whether there is such a hook."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        crm = await run_in_threadpool(site.crm)
        hook = crm.model.hooks.get(request.path_params["name"])
        if hook is None:
            return _refused(401, "This call is not signed as agreed.")
        body = await _read(request, hook.largest)
        if body is None:
            return _refused(413, f"At most {hook.largest} bytes are taken at once.")
        secret = reveal(hook.secret, crm.root)
        if not is_from_friend(hook, headers, body, secret=secret, now=crm.clock()):
            return _refused(401, "This call is not signed as agreed.")
        received = await run_in_threadpool(receive, crm.records, hook, headers, body)
    except RelasiError as failure:
        return _failed(failure)
    return _answer(received)


def _answer(received: Received) -> Response:
    return JSONResponse({"id": received.record_id, "again": received.again})


def _failed(failure: RelasiError) -> Response:
    match failure:
        case Invalid():
            issues = [{"field": each.field, "message": each.text()} for each in failure.issues]
            return JSONResponse({"message": "Some values do not fit.", "issues": issues}, status_code=422)
        case Refused(code="not_json"):
            return _refused(400, str(failure))
        case Refused(code="key_used"):
            return _refused(409, str(failure))
        case RecordError():
            return _refused(409, str(failure))
        case PlatformError():
            return _refused(503, failure.text())
    return _refused(503, "This is not set up yet; the administrator can tell more.")


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status_code=status)


async def _read(request: Request, largest: int) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return body
