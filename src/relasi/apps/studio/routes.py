"""What the editor asks for while somebody types: the draft is kept and checked, and words are suggested.

It goes past Streamlit, so that a keystroke costs no rerun of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relasi.apps.site import Site, token_of
from relasi.apps.studio.desk import judged, may_enter, workshop_of
from relasi.apps.visitor import Visitor, visitor_of
from relasi.config.documents import home_of
from relasi.errors import RelasiError
from relasi.studio.completion import suggestions

DRAFT, WORDS = "/studio/draft", "/studio/words"

Data = dict[str, Any]  # Any: what JSON can say
Act = Callable[[Visitor, str, str, int], Data]


def routes(site: Site) -> list[Route]:
    return [Route(path, _route(site, act), methods=["POST"]) for path, act in _ACTS.items()]


def _route(site: Site, act: Act) -> Any:  # Any: Starlette's endpoint type
    async def answer(request: Request) -> Response:
        text = (await request.body()).decode("utf-8", errors="replace")
        asked = request.query_params
        at = asked.get("at", "")
        place = int(at) if at.isascii() and at.isdecimal() and len(at) < 10 else 0
        return await run_in_threadpool(
            _answered,
            site,
            token_of(request),
            lambda visitor: act(visitor, asked.get("file", ""), text, place),
        )

    return answer


def _answered(site: Site, token: str | None, act: Callable[[Visitor], Data]) -> Response:
    language = ""
    try:
        user = site.user_of(token)
        visitor = visitor_of(site.crm(), user) if user else None
        if visitor is None or not may_enter(visitor):
            return JSONResponse({"message": "There is nothing here."}, status_code=404)
        language = visitor.language
        return JSONResponse(act(visitor))
    except RelasiError as failure:
        return JSONResponse({"message": failure.text(language)}, status_code=409)


def _keep(visitor: Visitor, file: str, text: str, _at: int) -> Data:
    workshop = workshop_of(visitor)
    workshop.keep(file, text)
    return judged(visitor, workshop.checked(), workshop.open(file))


def _suggest(visitor: Visitor, file: str, text: str, at: int) -> Data:
    home = home_of(PurePosixPath(file))
    if home is None:
        return {"choices": []}
    found = suggestions(text, at, home, visitor.crm.model, visitor.language)
    return {"choices": [{"text": each.text, "help": each.help, "key": each.is_key} for each in found]}


_ACTS: dict[str, Act] = {DRAFT: _keep, WORDS: _suggest}
