"""Files on their way in, one a call, and out through the record that has them."""

from __future__ import annotations

from contextlib import ExitStack

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from relasi.api.answers import Answer
from relasi.api.asked import parameters, record_id
from relasi.api.caller import Caller
from relasi.errors import CallRefused

_NAME = "name"


async def take(caller: Caller, request: Request) -> Response:
    """The body is the content as it is; a record names the file by its id afterwards."""
    caller.entity(request.path_params["entity"])
    query = parameters(request.query_params.multi_items(), (_NAME,))
    if not query.get(_NAME):
        raise CallRefused("bad_parameter", name=_NAME)
    place = request.path_params["entity"], request.path_params["field"]
    with ExitStack() as stack:
        coming = caller.crm.files.arrival(caller.actor, *place)
        upload = await run_in_threadpool(stack.enter_context, coming)
        async for piece in request.stream():
            await run_in_threadpool(upload.write, piece)
        file = await run_in_threadpool(upload.finish, query[_NAME])
    content = {"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size}
    return Answer(content, 201).response(request)


async def give(caller: Caller, request: Request) -> Response:
    """Always to be kept, never to be drawn."""
    parameters(request.query_params.multi_items(), ())
    place = request.path_params
    caller.entity(place["entity"])
    file, path = await run_in_threadpool(
        caller.crm.files.find,
        caller.actor,
        place["entity"],
        record_id(place["id"]),
        place["field"],
        place["file"],
    )
    return FileResponse(
        path,
        headers={
            "cache-control": "private, no-store",
            "content-security-policy": "default-src 'none'; sandbox",
        },
        media_type="application/octet-stream",
        filename=file.name,
    )
