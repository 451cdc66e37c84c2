"""The one ASGI app of a process: the pages' script, the sign-in form and the routes that pages call, behind
the gate."""

from __future__ import annotations

import gc
import inspect
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from relasi import api
from relasi.apps import mishaps, theme, webforms
from relasi.apps.entry import new_password, provider, second_step, sign_in
from relasi.apps.importing import routes as import_routes
from relasi.apps.routes import dossiers, exports, files, hints, hooks, lookup, opting_out
from relasi.apps.routes.gate import READY, Gate
from relasi.apps.site import Site, serve_here
from relasi.apps.studio import routes as studio_routes
from relasi.current import Current
from relasi.errors import RelasiError
from relasi.texts import FALLBACK, say

log = logging.getLogger(__name__)

_LOADED_LATE = ("pandas", "PIL.Image", "relasi.apps.portal")
"""What a page loads only when it is drawn; Streamlit loads pandas with the first list of options."""

_COLLECTIONS = (50_000, 10, 10)
"""How many objects come before the next look for garbage, and how many looks at the young ones go before one
at the older ones. A click makes some ten thousand, for which Python by itself looks dozens of times."""

SCRIPT = Path(__file__).with_name("script.py")


def app_options(
    file: str, *, department: str | None = None
) -> dict[str, Any]:  # Any: st.App's own parameters
    """What a script in a project's apps/ folder gives to st.App, so that `streamlit run` serves that project.

    The class has to be named in that script: Streamlit looks for it there before it runs anything.
    """
    return _options(Site(Current(Path(file).resolve().parent.parent), department))


def serve(project: Current, *, port: int, address: str) -> None:
    """Serves the project until the process is told to stop; pages that are being made are finished first."""
    app = st.App(**_options(Site(project)))
    signal.signal(signal.SIGTERM, _leave)
    uvicorn.run(
        app,
        host=address,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024 * 1024,
        timeout_graceful_shutdown=5,
    )


def _leave(_number: int, _frame: FrameType | None) -> None:
    """uvicorn raises the signal that stopped it once more when it is done: callers then still tidy up."""
    sys.exit(0)


def _options(site: Site) -> dict[str, Any]:  # Any: st.App's own parameters
    theme.use()
    serve_here(site)
    return {
        "script_path": SCRIPT,
        "routes": [
            *sign_in.routes(site),
            *provider.routes(site),
            *second_step.routes(site),
            *new_password.routes(site),
            *lookup.routes(site),
            *opting_out.routes(site),
            *hooks.routes(site),
            *hints.routes(site),
            *webforms.routes(site),
            *files.routes(site),
            *api.routes(site.project),
            *exports.routes(site),
            *import_routes.routes(site),
            *dossiers.routes(site),
            *studio_routes.routes(site),
            Route(READY, _ready(site)),
        ],
        "middleware": [Middleware(Gate, site=site)],
        "lifespan": _lifespan(site),
        "exception_handlers": {Exception: mishaps.answered},
        "on_script_error": mishaps.shown,
    }


def _lifespan(site: Site) -> Any:  # Any: st.App's own type, an async context manager made for the app
    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[None]:
        await run_in_threadpool(_warm, site)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECTIONS)
        log.info("ready, process %s", os.getpid())
        try:
            yield
        finally:
            site.close()

    return lifespan


def _warm(site: Site) -> None:
    """Loads all that the first page needs: what is loaded now is frozen out of the garbage collections that
    Streamlit makes after every click."""
    for module in _LOADED_LATE:
        import_module(module)
    try:
        site.crm()
    except RelasiError:
        log.warning("the pages stay closed until the project opens")
    say(FALLBACK, "apps.sign_in")
    inspect.stack()  # Streamlit asks with its first element; Python keeps where all the modules lie


def _ready(site: Site) -> Any:  # Any: Starlette's endpoint type
    async def ready(_request: Request) -> JSONResponse:
        try:
            await run_in_threadpool(lambda: site.user_of("ready?"))
        except RelasiError as failure:
            return JSONResponse({"ready": False, "reason": failure.code}, status_code=503)
        return JSONResponse({"ready": True})

    return ready
