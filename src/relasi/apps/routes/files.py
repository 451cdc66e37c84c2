"""Files on their way to the forms and back: routes past Streamlit, so that no file is ever held in memory.

A file is given only through a record that has it and that the visitor may read; otherwise it does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale
from babel.units import format_unit
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from relasi.apps.site import Site, token_of
from relasi.apps.visitor import Visitor, visitor_of
from relasi.errors import Forbidden, Invalid, NotFound, PlatformError, RelasiError
from relasi.records.attachments import Upload, is_shown
from relasi.store.files import File
from relasi.texts import FALLBACK

FOLDER = "/files/"

_HEADERS = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_STATUS: Mapping[type[RelasiError], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    PlatformError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_SIZES = (("gigabyte", 10**9), ("megabyte", 10**6), ("kilobyte", 10**3))

Data = dict[str, Any]  # Any: what JSON can say
Arriving = Callable[[Visitor], AbstractContextManager[Upload]]
"""What takes the file in that a visitor sends."""


def routes(site: Site) -> list[Route]:
    async def take(request: Request) -> Response:
        place = request.path_params["entity"], request.path_params["field"]
        return await taken(site, request, lambda visitor: visitor.crm.files.arrival(visitor.actor, *place))

    async def give(request: Request) -> Response:
        return await _given(site, request)

    return [
        Route(f"{FOLDER}{{entity}}/{{field}}", take, methods=["POST"]),
        Route(f"{FOLDER}{{entity}}/{{record}}/{{field}}/{{file}}", give, methods=["GET"]),
    ]


def upload_address(entity: str, field: str) -> str:
    return f"{FOLDER}{quote(entity)}/{quote(field)}"


def folder_address(entity: str, record: str, field: str) -> str:
    """What the ids of the files of a record stand behind."""
    return f"{FOLDER}{quote(entity)}/{quote(record)}/{quote(field)}/"


def file_data(file: File, locale: Locale) -> Data:
    """A file as the pages draw it."""
    return {
        "id": file.id,
        "name": file.name,
        "note": size_text(file.size, locale),
        "shown": is_shown(file),
    }


def size_text(size: int, locale: Locale) -> str:
    """Rounded as people say it, never less than 1 kB."""
    unit, bytes_ = next((each for each in _SIZES if size >= each[1]), _SIZES[-1])
    number = max(1.0, round(size / bytes_, 1 if size < 10 * bytes_ else 0))
    return format_unit(int(number) if number == int(number) else number, unit, "short", locale=locale)


async def taken(site: Site, request: Request, arrival: Arriving) -> Response:
    """The body is the content, as it is; the name comes in the address."""
    visitor: Visitor | None = None
    with ExitStack() as stack:
        try:
            visitor = await run_in_threadpool(_visitor, site, request)
            coming = await run_in_threadpool(arrival, visitor)
            upload = await run_in_threadpool(stack.enter_context, coming)
            async for piece in request.stream():
                await run_in_threadpool(upload.write, piece)
            file = await run_in_threadpool(upload.finish, request.query_params.get("name", ""))
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except RelasiError as failure:
            message = _message(failure, visitor.language if visitor else FALLBACK)
            return JSONResponse({"message": message}, status_code=_status(failure))
    return JSONResponse(file_data(file, visitor.showing().locale))


async def _given(site: Site, request: Request) -> Response:
    place, is_small = request.path_params, "small" in request.query_params
    try:
        file, path = await run_in_threadpool(_found, site, request, place, is_small)
    except RelasiError:
        return PlainTextResponse("There is no such file.", HTTPStatus.NOT_FOUND, _HEADERS)
    shown = is_shown(file)
    return FileResponse(
        path,
        headers=_HEADERS,
        media_type="image/webp" if is_small else file.media_type if shown else "application/octet-stream",
        filename=file.name,
        content_disposition_type="inline" if shown else "attachment",
    )


def _found(site: Site, request: Request, place: Mapping[str, str], is_small: bool) -> tuple[File, Path]:
    visitor = _visitor(site, request)
    attachments = visitor.crm.files
    file, path = attachments.find(
        visitor.actor, place["entity"], place["record"], place["field"], place["file"]
    )
    if is_small and not is_shown(file):
        raise NotFound("not_found")
    return file, attachments.small(file) if is_small else path


def _visitor(site: Site, request: Request) -> Visitor:
    user = site.user_of(token_of(request))
    if user is None:
        raise NotFound("not_found")
    return visitor_of(site.crm(), user)


def _message(failure: RelasiError, language: str) -> str:
    if isinstance(failure, Invalid):
        return " ".join(issue.text(language) for issue in failure.issues)
    return failure.text(language)


def _status(failure: RelasiError) -> HTTPStatus:
    known = (status for kind, status in _STATUS.items() if isinstance(failure, kind))
    return next(known, HTTPStatus.SERVICE_UNAVAILABLE)
