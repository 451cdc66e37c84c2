"""Nobody gets past the gate without signing in: pages, uploads and the WebSocket that runs the pages' script.

What a user may see and do behind it is decided by the records they ask for, not here.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from relasi.api import PATH as API
from relasi.apps.closed import closed_page
from relasi.apps.importing.routes import FOLDER as IMPORTS
from relasi.apps.places import addresses
from relasi.apps.routes.bodies import measured, too_large
from relasi.apps.routes.exports import FOLDER as EXPORTS
from relasi.apps.routes.files import FOLDER
from relasi.apps.routes.headers import telling
from relasi.apps.site import Site, token_of
from relasi.apps.visitor import visitor_of
from relasi.errors import RelasiError
from relasi.messages.incoming import PATH as HOOKS
from relasi.messages.inviting import PATH as WELCOME
from relasi.messages.opting_out import PATH as OPT_OUT
from relasi.messages.webforms import PATH as FORMS
from relasi.nocodb.hints import PATH as HINTS
from relasi.store.users import User

SIGN_IN = "/sign-in"
SECOND_STEP = "/sign-in/code"
PROVIDER = "/sign-in/provider"
PROVIDER_BACK = "/sign-in/provider/back"
SIGN_OUT = "/sign-out"
FORGOTTEN = "/forgotten"
READY = "/readyz"

_OPEN = frozenset(
    {
        SIGN_IN,
        SECOND_STEP,
        PROVIDER,
        PROVIDER_BACK,
        SIGN_OUT,
        FORGOTTEN,
        READY,
        "/favicon.png",
        "/_stcore/health",
        "/_stcore/host-config",
    }
)
_FROM_ELSEWHERE = (f"{API}/", f"{OPT_OUT}/", f"{HOOKS}/", f"{FORMS}/", f"{HINTS}/")
"""Where anybody may post: what comes with the request says who it is for."""
_OPEN_FOLDERS = ("/static/", f"{WELCOME}/", *_FROM_ELSEWHERE)

_CLOSED = ("/_stcore/metrics", "/_stcore/agent/")
"""What Streamlit offers to other programs, and nobody here uses."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_STREAMED = (FOLDER, IMPORTS, *_FROM_ELSEWHERE)
"""Where more than LARGEST may be sent: these routes measure by what is set for the field, form or hook."""
LARGEST = 1024 * 1024


class Gate:
    """The outermost ASGI middleware."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = telling(scope, send)
        if scope["type"] == "http":
            request = HTTPConnection(scope)
            largest = None if scope["path"].startswith(_STREAMED) else LARGEST
            refusal = too_large(request, largest) or await self._refusal(request, scope["method"])
            await (refusal or self._app)(scope, measured(receive, largest), send)
        elif scope["type"] == "websocket" and not await self._may_connect(HTTPConnection(scope)):
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _refusal(self, request: HTTPConnection, method: str) -> Response | None:
        path = request.url.path
        is_ours = path.startswith(_FROM_ELSEWHERE) or same_origin(request.headers)
        if method not in _READING and not is_ours:
            return PlainTextResponse("This form was sent from another site.", status_code=403)
        if path.startswith(_CLOSED):
            return PlainTextResponse("There is nothing here.", status_code=404)
        if path in _OPEN or path.startswith(_OPEN_FOLDERS):
            return None
        try:
            user = await run_in_threadpool(self._site.user_of, token_of(request))
        except RelasiError as failure:
            return closed_page(failure, request.headers)
        is_page = "text/html" in request.headers.get("accept", "")
        if user is not None:
            return (
                RedirectResponse("/", status_code=303)
                if is_page and not path.startswith((FOLDER, EXPORTS)) and not self._leads_there(user, path)
                else None
            )
        if is_page:
            wanted = path + (f"?{request.url.query}" if request.url.query else "")
            target = SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted)}"
            return RedirectResponse(target, status_code=303)
        return PlainTextResponse("Sign in first.", status_code=401)

    def _leads_there(self, user: User, path: str) -> bool:
        """Whether the user has such a page; from any other address they are better off at the beginning."""
        visitor = visitor_of(self._site.crm(), user)
        return path == "/" or path[1:] in addresses(visitor, self._site.department)

    async def _may_connect(self, request: HTTPConnection) -> bool:
        """A browser sends its cookies along with a handshake that any site begins."""
        if not same_origin(request.headers):
            return False
        try:
            return await run_in_threadpool(self._site.user_of, token_of(request)) is not None
        except RelasiError:
            return False


def same_origin(headers: Headers) -> bool:
    """True where a browser says that the form was sent by a page of this very host. A request without an
    Origin is refused: every browser sends it with what is not merely read, and with a handshake."""
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "-")
