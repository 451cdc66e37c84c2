"""What the plain pages on the way in have in common: how they look, in which language they speak, how their
forms are read, and the cookie at the end of the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relasi.apps.closed import closed_page
from relasi.apps.language import NAMES, preferred
from relasi.apps.plain import page, part, text
from relasi.apps.site import Site, cookie_name, is_secure, token_of
from relasi.errors import RelasiError
from relasi.runtime import Crm
from relasi.schema.labels import text as label_text
from relasi.texts import LANGUAGES, say

log = logging.getLogger(__name__)

LARGEST_FORM = 16 * 1024
_STATUS = {"sign_in_throttled": 429, "sign_in_refused": 401, "code_refused": 401, "sign_in_again": 401}
"""Of a page that refuses; 422 for all other reasons."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody on the way in: what they have entered, on a page or in its address. `own` is the language of
    whoever the page is for, where that is known."""

    crm: Crm
    request: Request
    entered: Mapping[str, str] = field(default_factory=dict)
    own: str | None = None

    @property
    def posts(self) -> bool:
        return self.request.method == "POST"

    @property
    def token(self) -> str:
        """What the browser says about who it is."""
        return token_of(self.request) or ""

    @property
    def chosen(self) -> str | None:
        """The language that somebody clicked; a browser's own preference is no choice."""
        language = self.entered.get("language", "")
        return language if language in self._offered else None

    @property
    def language(self) -> str:
        wishes = self.request.headers.get("accept-language", "")
        own = self.own if self.own in self._offered else None
        return self.chosen or own or preferred(wishes, self._offered)

    @property
    def address(self) -> str:
        """Where they come from."""
        return self.request.client.host if self.request.client else ""

    @property
    def agent(self) -> str:
        return self.request.headers.get("user-agent", "")

    @property
    def _offered(self) -> list[str]:
        return [each for each in self.crm.model.settings.languages if each in LANGUAGES] or list(LANGUAGES)

    def words(self, sentence: str, /, **params: object) -> str:
        """A sentence, as it may stand in HTML."""
        return text(say(self.language, sentence, **params))

    def field(self, label: str, name: str, *, kind: str, focus: bool, value: str = "") -> str:
        return part(
            "field",
            label=self.words(label),
            name=name,
            value=text(value),
            kind=kind,
            focus="autofocus" if focus else "",
        )

    def secret(self, label: str, *, kind: str, focus: bool) -> str:
        return part(
            "secret",
            label=self.words(label),
            kind=kind,
            focus="autofocus" if focus else "",
            show=self.words("apps.show"),
            hide=self.words("apps.hide"),
        )

    def form(self, action: str, fields: str, go: str, refusal: RelasiError | None = None) -> str:
        said = (
            f'<div class="refused" role="alert">{text(refusal.text(self.language))}</div>' if refusal else ""
        )
        return part(
            "form",
            action=action,
            refusal=said,
            next=text(self.entered.get("next", "")),
            chosen=self.chosen or "",
            fields=fields,
            go=self.words(go),
        )

    def page(
        self,
        heading: str,
        lead: str,
        /,
        *,
        form: str = "",
        above: str = "",
        below: str = "",
        refusal: RelasiError | None = None,
        **params: object,
    ) -> Response:
        """`heading` and `lead` are sentences, whose holes the params fill; all else is HTML."""
        if refusal is not None:
            log.warning("refused: %s, to somebody at %s", refusal.code, self.address)
        model = self.crm.model
        departments = (label_text(each.label, self.language) for each in model.departments.values())
        return page(
            "entrance",
            status=200 if refusal is None else _STATUS.get(refusal.code, 422),
            language=self.language,
            company=text(model.settings.name),
            heading=self.words(heading, **params),
            lead=self.words(lead, **params),
            promise=self.words("apps.promise"),
            promise_more=self.words("apps.promise_more"),
            where=text(" · ".join(departments)),
            languages=self._languages(),
            language_label=self.words("apps.language"),
            above=above,
            form=form,
            below=below,
        )

    def _languages(self) -> str:
        offered = self._offered
        keep = {"next": self.entered["next"]} if self.entered.get("next") else {}
        links = []
        for each in offered if len(offered) > 1 else []:
            address = text(f"{self.request.url.path}?{urlencode(keep | {'language': each})}")
            mark = ' aria-current="true"' if each == self.language else ""
            links.append(f'<a href="{address}" lang="{each}"{mark}>{text(NAMES.get(each, each))}</a>')
        return "".join(links)


def route(site: Site, path: str, answer: Callable[[Visit], Response]) -> Route:
    """A page of the way in: `answer` is asked for it, and for what its form brings."""

    async def answered(request: Request) -> Response:
        try:
            entered = await posted(request) if request.method == "POST" else dict(request.query_params)
            return await run_in_threadpool(lambda: answer(Visit(site.crm(), request, entered)))
        except RelasiError as failure:
            return closed_page(failure, request.headers)

    return Route(path, answered, methods=["GET", "POST"])


async def posted(request: Request) -> dict[str, str]:
    """What a form holds; nothing where it is too long to be one of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def let_in(response: Response, request: Request, token: str, length: timedelta) -> Response:
    """The response with the token in a cookie that scripts cannot read."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(length.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return response


def let_out(response: Response, request: Request) -> Response:
    """The response that takes the cookie away."""
    response.delete_cookie(cookie_name(request), secure=is_secure(request))
    return response
