"""Finding a record to link to while somebody types: a route that the link picker of the forms calls.

It goes past Streamlit, so that a keystroke costs one query and no rerun of the page.
"""

from __future__ import annotations

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relasi.apps.site import Site, token_of
from relasi.errors import RelasiError
from relasi.records import Choosing, Source

PATH = "/lookup/{entity}"
LIMIT = 12
LONGEST = 10_000


def routes(site: Site) -> list[Route]:
    async def find(request: Request) -> Response:
        asked = request.query_params
        entity, typed = request.path_params["entity"], asked.get("q", "")[:100]
        chosen = _choosing(asked.get("field", ""), asked.get("record", ""))
        try:
            found = await run_in_threadpool(_found, site, token_of(request), entity, typed, chosen)
        except RelasiError:
            return JSONResponse([], status_code=503)
        return JSONResponse([{"id": key, "title": title} for key, title in found])

    return [Route(PATH, find, methods=["GET"])]


def _choosing(field: str, record: str) -> Choosing | None:
    """`entity.field`, and the values of its record as JSON."""
    entity, _, name = field.partition(".")
    try:
        values = json.loads(record[:LONGEST]) if name else None
    except (ValueError, RecursionError):
        values = {}
    return Choosing(entity, name, values) if isinstance(values, dict) else None


def _found(
    site: Site, token: str | None, entity: str, typed: str, chosen: Choosing | None
) -> tuple[tuple[str, str], ...]:
    crm, user = site.crm(), site.user_of(token)
    if (
        user is None
        or entity not in crm.model.entities
        or (chosen and chosen.entity not in crm.model.entities)
    ):
        return ()
    return crm.records.options(crm.actor(user, Source.PAGE), entity, typed, limit=LIMIT, chosen=chosen)
