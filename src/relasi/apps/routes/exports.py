"""Taking a list away as a file: a route past Streamlit, with the same address as the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from relasi.apps.site import Site, token_of
from relasi.apps.visitor import Visitor, visitor_of
from relasi.errors import NotFound, RelasiError
from relasi.exporting.export import Exported, Wanted
from relasi.exporting.files import Format
from relasi.reports.listed import Listed
from relasi.texts import FALLBACK

FOLDER = "/export/"

_PIECE = 1 << 16
_PURPOSE = "purpose"
_HEADERS = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


def routes(site: Site) -> list[Route]:
    async def give(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return PlainTextResponse("This was asked for by another site.", HTTPStatus.FORBIDDEN)
        return await run_in_threadpool(_given, site, request)

    return [Route(f"{FOLDER}{{entity}}.{{format}}", give, methods=["GET"])]


def address_of(entity: str, format_: Format, query: Mapping[str, list[str]], purpose: str | None) -> str:
    """Where the list that has this address is fetched as a file."""
    query = query if purpose is None else {**query, _PURPOSE: [purpose]}
    return f"{FOLDER}{quote(entity)}.{format_.value}?{urlencode(query, doseq=True)}"


def _given(site: Site, request: Request) -> Response:
    open_now, visitor = ExitStack(), None
    try:
        visitor = _visitor(site, request)
        wanted = _wanted(visitor, request)
        made = open_now.enter_context(visitor.crm.exporter.export(visitor.actor, wanted))
    except RelasiError as failure:
        open_now.close()
        text = failure.text(visitor.language if visitor else FALLBACK)
        return PlainTextResponse(text, HTTPStatus.FORBIDDEN, _HEADERS)
    label = visitor.label(visitor.entity(wanted.request.entity).plural)
    name = f"{label} {visitor.crm.clock().astimezone(visitor.crm.model.settings.zone):%Y-%m-%d}"
    headers = {
        **_HEADERS,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.{wanted.format.value}",
        "content-length": str(made.size),
    }
    return StreamingResponse(_pieces(made, open_now), headers=headers, media_type=wanted.format.media_type)


def _pieces(made: Exported, open_now: ExitStack) -> Iterator[bytes]:
    with open_now:
        while piece := made.content.read(_PIECE):
            yield piece


def _visitor(site: Site, request: Request) -> Visitor:
    user = site.user_of(token_of(request))
    if user is None:
        raise NotFound("not_found")
    return visitor_of(site.crm(), user)


def _wanted(visitor: Visitor, request: Request) -> Wanted:
    """What the list with this address shows: its columns, its filters, its order; all pages of it."""
    entity, format_ = request.path_params["entity"], request.path_params["format"]
    if entity not in visitor.crm.model.entities or format_ not in {each.value for each in Format}:
        raise NotFound("not_found")
    query = {key: request.query_params.getlist(key) for key in request.query_params}
    asked = Listed.of(visitor, visitor.entity(entity))
    purpose = request.query_params.get(_PURPOSE)
    if purpose is not None and purpose not in visitor.crm.model.settings.outside.purposes:
        raise NotFound("not_found")
    return Wanted(asked.request(asked.state(query)), Format(format_), visitor.language, purpose)
