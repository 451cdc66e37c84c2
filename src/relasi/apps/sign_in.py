"""Signing in and out: a plain form, a random token in an HttpOnly cookie, and nothing of it inside
Streamlit."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relasi.accounts import SESSION_LENGTH
from relasi.apps.closed import closed_page
from relasi.apps.gate import SIGN_IN, SIGN_OUT
from relasi.apps.language import NAMES, preferred
from relasi.apps.plain import page, text
from relasi.apps.site import Site, cookie_name, is_secure, token_of
from relasi.errors import RelasiError, SignInRefused
from relasi.runtime import Crm
from relasi.schema.labels import text as label_text
from relasi.texts import LANGUAGES, say

LARGEST_FORM = 16 * 1024


def routes(site: Site) -> list[Route]:
    async def show(request: Request) -> Response:
        return await _shown(site, request)

    async def enter(request: Request) -> Response:
        return await _entered(site, request)

    async def leave(request: Request) -> Response:
        return await _left(site, request)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, enter, methods=["POST"]),
        Route(SIGN_OUT, leave, methods=["POST"]),
    ]


async def _shown(site: Site, request: Request) -> Response:
    try:
        crm = await run_in_threadpool(site.crm)
    except RelasiError as failure:
        return closed_page(failure, request.headers)
    return _form(crm, request, dict(request.query_params))


async def _entered(site: Site, request: Request) -> Response:
    entered = await _read(request)
    try:
        crm = await run_in_threadpool(site.crm)
        address = request.client.host if request.client else ""
        token = await run_in_threadpool(
            lambda: crm.accounts.sign_in(
                entered.get("name", ""),
                entered.get("password", ""),
                address=address,
                agent=request.headers.get("user-agent", ""),
                language=_chosen(crm, entered),
            )
        )
    except SignInRefused as refusal:
        return _form(await run_in_threadpool(site.crm), request, entered, refusal)
    except RelasiError as failure:
        return closed_page(failure, request.headers)
    response = RedirectResponse(local_path(entered.get("next", "")), status_code=303)
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return response


async def _left(site: Site, request: Request) -> Response:
    token = token_of(request)
    if token:
        try:
            await run_in_threadpool(lambda: site.crm().accounts.sign_out(token))
        except RelasiError as failure:
            return closed_page(failure, request.headers)
    response = RedirectResponse(SIGN_IN, status_code=303)
    response.delete_cookie(cookie_name(request), secure=is_secure(request))
    return response


async def _read(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def local_path(wanted: str) -> str:
    """The page to go to after signing in; "/" for anything that could lead to another site."""
    return wanted if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", wanted) else "/"


def _form(
    crm: Crm, request: Request, entered: dict[str, str], refusal: SignInRefused | None = None
) -> Response:
    chosen, offered = _chosen(crm, entered), _offered(crm)
    language = chosen or preferred(request.headers.get("accept-language", ""), offered)
    keep = {"next": entered["next"]} if entered.get("next") else {}

    def words(key: str) -> str:
        return text(say(language, f"apps.{key}"))

    return page(
        "sign_in",
        status=200 if refusal is None else 429 if refusal.code == "sign_in_throttled" else 401,
        language=language,
        chosen=chosen or "",
        company=text(crm.model.settings.name),
        heading=words("sign_in"),
        lead=words("sign_in_lead"),
        promise=words("promise"),
        promise_more=words("promise_more"),
        where=text(" · ".join(label_text(each.label, language) for each in crm.model.departments.values())),
        languages=_languages(offered, language, keep),
        language_label=words("language"),
        refusal=""
        if refusal is None
        else f'<div class="refused" role="alert">{text(refusal.text(language))}</div>',
        next=text(entered.get("next", "")),
        name=text(entered.get("name", "")),
        name_label=words("name"),
        password_label=words("password"),
        show=words("show"),
        hide=words("hide"),
        go=words("sign_in"),
        focus_name="" if entered.get("name") else "autofocus",
        focus_password="autofocus" if entered.get("name") else "",
        people=_people(crm, language),
    )


def _offered(crm: Crm) -> list[str]:
    return [each for each in crm.model.settings.languages if each in LANGUAGES] or list(LANGUAGES)


def _chosen(crm: Crm, entered: dict[str, str]) -> str | None:
    """The language that somebody clicked; a browser's own preference is no choice."""
    language = entered.get("language")
    return language if language in _offered(crm) else None


def _languages(offered: list[str], current: str, keep: dict[str, str]) -> str:
    links = []
    for each in offered if len(offered) > 1 else []:
        address = text(f"{SIGN_IN}?{urlencode(keep | {'language': each})}")
        mark = ' aria-current="true"' if each == current else ""
        links.append(f'<a href="{address}" lang="{each}"{mark}>{text(NAMES.get(each, each))}</a>')
    return "".join(links)


def _people(crm: Crm, language: str) -> str:
    """The sample users, ready to be clicked, while the project runs on sample data."""
    model = crm.model
    if not model.platform.sample_data or not model.sample.users:
        return ""
    rows = []
    for person in model.sample.users:
        roles = ", ".join(label_text(model.roles[role].label, language) for role in person.roles)
        initials = "".join(word[0] for word in person.full_name.split()[:2]).upper()
        rows.append(
            f'<li><button type="button" aria-pressed="false" data-name="{text(person.name)}" '
            f'data-password="{text(person.password)}">'
            f'<span class="face" aria-hidden="true">{text(initials)}</span>'
            f'<span class="who"><b>{text(person.full_name)}</b><span>{text(roles)}</span></span>'
            f'<span class="key">{text(person.name)}</span></button></li>'
        )
    lead = text(say(language, "apps.sample_people"))
    return f'<section class="people"><p>{lead}</p><ul>{"".join(rows)}</ul></section>'
