"""Finding something while somebody types: a route that the link picker of the forms calls, one for colleagues
to name in a text, and one for all that can be opened.

They go past Streamlit, so that a keystroke costs a query or a few and no rerun of the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relasi.apps.finding import Finder, Found
from relasi.apps.places import reachable
from relasi.apps.site import Site, token_of
from relasi.apps.visitor import visitor_of
from relasi.errors import RelasiError
from relasi.records import Choosing, Source

PATH = "/lookup/{entity}"
MENTION = "/mention"
FIND = "/find"
LIMIT = 12
LONGEST = 10_000
TYPED = 100


def routes(site: Site) -> list[Route]:
    async def find(request: Request) -> Response:
        asked = request.query_params
        entity, typed = request.path_params["entity"], asked.get("q", "")[:TYPED]
        chosen = _choosing(asked.get("field", ""), asked.get("record", ""))
        try:
            found = await run_in_threadpool(_found, site, token_of(request), entity, typed, chosen)
        except RelasiError:
            return JSONResponse([], status_code=503)
        return JSONResponse([{"id": key, "title": title} for key, title in found])

    async def find_people(request: Request) -> Response:
        asked = request.query_params
        typed = asked.get("q", "")[:TYPED]
        chosen = _choosing(asked.get("field", ""), asked.get("record", ""))
        try:
            found = await run_in_threadpool(_people_found, site, token_of(request), typed, chosen)
        except RelasiError:
            return JSONResponse([], status_code=503)
        return JSONResponse([{"name": name, "full": full} for name, full in found])

    async def find_all(request: Request) -> Response:
        try:
            found = await run_in_threadpool(_all_found, site, token_of(request), request.query_params)
        except RelasiError:
            return JSONResponse([], status_code=503)
        return JSONResponse(found)

    doors = {PATH: find, MENTION: find_people, FIND: find_all}
    return [Route(path, door, methods=["GET"]) for path, door in doors.items()]


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


def _people_found(
    site: Site, token: str | None, typed: str, asked: Choosing | None
) -> tuple[tuple[str, str], ...]:
    crm, user = site.crm(), site.user_of(token)
    if user is None or asked is None or asked.entity not in crm.model.entities:
        return ()
    return crm.records.mentionable(crm.actor(user, Source.PAGE), asked, typed, limit=LIMIT)


def _all_found(site: Site, token: str | None, asked: Mapping[str, str]) -> list[Found]:
    """`q` is what is typed, `at` the address of the page; `new` asks for forms alone."""
    crm, user = site.crm(), site.user_of(token)
    if user is None:
        return []
    text = asked.get("q", "")[:TYPED].strip()
    department = asked.get("at", "").partition("-")[0]
    visitor = visitor_of(crm, user)
    finder = Finder.of(visitor, reachable(visitor, site.department), department)
    if "new" in asked:
        rows = finder.new(text)
        return [{"label": visitor.say("find_new"), "rows": rows}] if rows else []
    return finder.typed(text) if text else finder.untyped()
