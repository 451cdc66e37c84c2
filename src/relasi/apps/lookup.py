"""Finding a record to link to while somebody types: a route that the link picker of the forms calls.

It goes past Streamlit, so that a keystroke costs one query and no rerun of the page.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relasi.apps.site import COOKIE, Site
from relasi.errors import RelasiError
from relasi.records import Source

PATH = "/lookup/{entity}"
LIMIT = 12


def routes(site: Site) -> list[Route]:
    async def find(request: Request) -> Response:
        entity, typed = request.path_params["entity"], request.query_params.get("q", "")[:100]
        try:
            found = await run_in_threadpool(_found, site, request.cookies.get(COOKIE), entity, typed)
        except RelasiError:
            return JSONResponse([], status_code=503)
        return JSONResponse([{"id": key, "title": title} for key, title in found])

    return [Route(PATH, find, methods=["GET"])]


def _found(site: Site, token: str | None, entity: str, typed: str) -> tuple[tuple[str, str], ...]:
    crm, user = site.crm(), site.user_of(token)
    if user is None or entity not in crm.model.entities:
        return ()
    return crm.records.options(crm.actor(user, Source.PAGE), entity, typed, LIMIT)
