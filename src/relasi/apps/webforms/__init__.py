"""Web forms on the server: /form/NAME, as a page of its own, inside another site, or for its programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from relasi.apps.closed import closed_page
from relasi.apps.language import preferred
from relasi.apps.routes.gate import same_origin
from relasi.apps.site import Site
from relasi.apps.webforms import confirming
from relasi.apps.webforms.intake import FOR
from relasi.apps.webforms.pages import Filled, blank, description, form_page, general, notice
from relasi.apps.webforms.sending import Sending
from relasi.errors import FormRefused, Invalid, RelasiError
from relasi.messages.webforms import CONFIRM, PATH
from relasi.runtime import Crm
from relasi.schema.labels import text as label_text
from relasi.schema.model.webform import WebForm
from relasi.texts import LANGUAGES, say

_STATUS = {"form_throttled": 429, "form_too_large": 413, "form_elsewhere": 403, "form_closed": 410}
_METHODS = ["GET", "POST", "OPTIONS"]


def routes(site: Site) -> list[Route]:
    async def form(request: Request) -> Response:
        return await _answered(site, request)

    async def thanks(request: Request) -> Response:
        return await _thanked(site, request)

    async def confirm(request: Request) -> Response:
        return await confirming.answered(site, request)

    return [
        Route(f"{CONFIRM}/{{token}}", confirm, methods=["GET", "POST"]),
        Route(f"{PATH}/{{name}}/thanks", thanks, methods=["GET"]),
        Route(f"{PATH}/{{name}}", form, methods=_METHODS),
    ]


async def _answered(site: Site, request: Request) -> Response:
    try:
        crm = await run_in_threadpool(site.crm)
        form = crm.model.webforms.get(request.path_params["name"])
        if form is None:
            language = preferred(request.headers.get("accept-language", ""), _offered(crm))
            return notice(crm, None, language, "unknown", status=404)
        answer = await _of(crm, form, request)
    except RelasiError as failure:
        return closed_page(failure, request.headers)
    origin = request.headers.get("origin", "").lower()
    if origin in form.origins:
        answer.headers["access-control-allow-origin"] = origin
        answer.headers["access-control-allow-headers"] = "content-type"
        answer.headers["vary"] = "origin"
    return answer


async def _thanked(site: Site, request: Request) -> Response:
    try:
        crm = await run_in_threadpool(site.crm)
    except RelasiError as failure:
        return closed_page(failure, request.headers)
    form = crm.model.webforms.get(request.path_params["name"])
    language = _language(form, request) if form else _offered(crm)[0]
    key, status = ("thanks", 200) if form else ("unknown", 404)
    return notice(crm, form, language, key, status=status)


async def _of(crm: Crm, form: WebForm, request: Request) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204)
    language = _language(form, request)
    if not form.is_open:
        return _closed(crm, form, request)
    if request.method not in ("GET", "HEAD"):
        return await _sent(crm, form, request)
    try:
        filled = await run_in_threadpool(blank, crm, form, language, request.query_params.get(FOR, ""))
    except FormRefused:
        return _closed(crm, form, request)
    if _wants_data(request):
        return JSONResponse(await run_in_threadpool(description, crm, form, filled))
    return await run_in_threadpool(form_page, crm, form, filled)


def _closed(crm: Crm, form: WebForm, request: Request) -> Response:
    language = _language(form, request)
    if _wants_data(request):
        return _data({"message": say(language, "webforms.form_closed")}, 410)
    return notice(crm, form, language, "closed", status=200 if request.method == "GET" else 410)


async def _sent(crm: Crm, form: WebForm, request: Request) -> Response:
    sending = Sending(crm, form, _language(form, request))
    try:
        _check_origin(form, request)
        await sending.take(request)
    except FormRefused as refusal:
        filled, status = sending.filled((), refusal), _STATUS.get(refusal.code, 409)
    except Invalid as invalid:
        filled, status = sending.filled(invalid.issues), 422
    else:
        return _arrived(form, request, sending.language)
    if _wants_data(request):
        return _data(_refusal(form, filled), status)
    return await run_in_threadpool(partial(form_page, crm, form, filled, status=status))


def _arrived(form: WebForm, request: Request, language: str) -> Response:
    if _wants_data(request):
        own = label_text(form.thanks, language) if form.thanks else say(language, "webforms.thanks_more")
        return _data({"message": own}, 201)
    there = form.then or f"{PATH}/{form.name}/thanks?language={language}"
    return RedirectResponse(there, status_code=303)


def _refusal(form: WebForm, filled: Filled) -> Mapping[str, Any]:  # Any: JSON
    language = filled.language
    wrong = general(form, filled.issues, language)
    names = {each.name for each in form.fields} | {f"consents.{each.purpose}" for each in form.agreements}
    issues = [
        {"field": each.field, "message": each.text(language)} for each in filled.issues if each.field in names
    ]
    message = filled.refusal or " ".join(wrong) or say(language, "webforms.look_again")
    return {"message": message, "issues": issues}


def _check_origin(form: WebForm, request: Request) -> None:
    """A page of ours, one of a site that may embed the form, or no page at all. Raises FormRefused."""
    origin = request.headers.get("origin", "").lower()
    if origin and origin not in form.origins and not same_origin(request.headers):
        raise FormRefused("form_elsewhere")


def _wants_data(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _data(content: Mapping[str, Any], status: int) -> Response:  # Any: JSON
    return JSONResponse(content, status_code=status)


def _offered(crm: Crm) -> Sequence[str]:
    return [each for each in crm.model.settings.languages if each in LANGUAGES] or LANGUAGES


def _language(form: WebForm, request: Request) -> str:
    wanted = request.query_params.get("language", "")
    if wanted in form.languages:
        return wanted
    return preferred(request.headers.get("accept-language", ""), form.languages or LANGUAGES)
