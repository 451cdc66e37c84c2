"""Everything about a person as a file: a route past Streamlit, for whoever may take it out."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from relasi.apps.routes.exports import FOLDER as EXPORTS
from relasi.apps.site import Site, token_of
from relasi.apps.visitor import visitor_of
from relasi.errors import RelasiError
from relasi.texts import FALLBACK

FOLDER = f"{EXPORTS}person/"

_PIECE = 1 << 16
_HEADERS = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


def routes(site: Site) -> list[Route]:
    async def give(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return PlainTextResponse("This was asked for by another site.", HTTPStatus.FORBIDDEN)
        return await run_in_threadpool(_given, site, request)

    return [Route(f"{FOLDER}{{entity}}/{{record}}.zip", give, methods=["GET"])]


def address_of(entity: str, key: str) -> str:
    """Where everything about a person is fetched."""
    return f"{FOLDER}{quote(entity)}/{quote(key)}.zip"


def _given(site: Site, request: Request) -> Response:
    user = site.user_of(token_of(request))
    if user is None:
        return PlainTextResponse("Sign in first.", HTTPStatus.UNAUTHORIZED, _HEADERS)
    entity, key = request.path_params["entity"], request.path_params["record"]
    content = TemporaryFile()  # noqa: SIM115  # closed by _pieces
    language = FALLBACK
    try:
        visitor = visitor_of(site.crm(), user)
        language = visitor.language
        visitor.crm.privacy.export(visitor.actor, entity, key, language, content)
    except RelasiError as failure:
        content.close()
        return PlainTextResponse(failure.text(language), HTTPStatus.FORBIDDEN, _HEADERS)
    size = content.tell()
    content.seek(0)
    headers = {
        **_HEADERS,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(f'{entity}-{key}')}.zip",
        "content-length": str(size),
    }
    return StreamingResponse(_pieces(content), headers=headers, media_type="application/zip")


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while piece := content.read(_PIECE):
            yield piece
