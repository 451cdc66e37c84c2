"""Signing in by the provider of the settings: the way there, and the way back.

A cookie binds the two to one browser; nothing is kept by this process, so that any other may answer.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, replace
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relasi.accounts import HALFWAY, SESSION_LENGTH, provider
from relasi.accounts.identity import person_of
from relasi.apps.entry.entrance import Visit, let_in, route
from relasi.apps.entry.sign_in import local_path
from relasi.apps.routes.gate import PROVIDER, PROVIDER_BACK, SECOND_STEP, SIGN_IN
from relasi.apps.site import Site, is_secure
from relasi.errors import DuplicateValue, SignInRefused
from relasi.schema.model.sign_in import Oidc
from relasi.schema.secrets import reveal

_COOKIE = "relasi_journey"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the cookie says: `wanted` is the page to go to, `language` the one that was chosen, if any."""

    journey: provider.Journey
    wanted: str
    language: str


def routes(site: Site) -> list[Route]:
    return [route(site, PROVIDER, _sent), route(site, PROVIDER_BACK, _back)]


def _sent(visit: Visit) -> Response:
    oidc = visit.crm.model.settings.sign_in.oidc
    if oidc is None or visit.posts:
        return RedirectResponse(SIGN_IN, status_code=303)
    kept = _Kept(provider.begin(), local_path(visit.entered.get("next", "")), visit.chosen or "")
    try:
        way = _provider(visit, oidc).way(kept.journey)
    except SignInRefused as refusal:
        return _refused(visit, refusal)
    response = RedirectResponse(way, status_code=303)
    response.set_cookie(
        _name(visit.request),
        base64.urlsafe_b64encode(json.dumps(asdict(kept)).encode()).decode(),
        max_age=int(HALFWAY.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(visit.request),
    )
    return response


def _back(visit: Visit) -> Response:
    """A way back counts once: the cookie goes with it, whatever comes of it."""
    oidc = visit.crm.model.settings.sign_in.oidc
    if oidc is None or visit.posts:
        return RedirectResponse(SIGN_IN, status_code=303)
    kept = _kept(visit.request)
    chosen = {"language": kept.language if kept else visit.entered.get("language", "")}
    try:
        response = _entered(visit, oidc, kept)
    except SignInRefused as refusal:
        response = _refused(replace(visit, entered=chosen), refusal)
    response.delete_cookie(_name(visit.request), secure=is_secure(visit.request))
    return response


def _entered(visit: Visit, oidc: Oidc, kept: _Kept | None) -> Response:
    said, accounts = visit.entered, visit.crm.accounts
    if kept is None or not compare_digest(said.get("state", "").encode(), kept.journey.state.encode()):
        raise SignInRefused("provider_over")
    if said.get("iss", oidc.issuer) != oidc.issuer:  # RFC 9207
        raise SignInRefused("provider_over")
    if not said.get("code"):
        raise SignInRefused("provider_denied")
    accounts.demand_patience(visit.address)
    try:
        claims = _provider(visit, oidc).redeem(said["code"], kept.journey)
    except SignInRefused:
        accounts.count_refusal(visit.address)
        raise
    chosen = replace(visit, entered={"language": kept.language}).chosen
    person = person_of(oidc, claims)
    try:
        token = accounts.sign_in_as(person, address=visit.address, agent=visit.agent, language=chosen)
    except DuplicateValue as error:  # two windows of one newcomer
        raise SignInRefused("provider_over") from error
    if visit.token:
        accounts.sign_out(visit.token)  # this browser keeps one session
    wanted = local_path(kept.wanted)
    if accounts.waiting(token) is None:
        return let_in(RedirectResponse(wanted, status_code=303), visit.request, token, SESSION_LENGTH)
    way = RedirectResponse(f"{SECOND_STEP}?{urlencode({'next': wanted})}", status_code=303)
    return let_in(way, visit.request, token, HALFWAY)


def _provider(visit: Visit, oidc: Oidc) -> provider.Provider:
    crm = visit.crm
    back = f"{crm.model.settings.outside.address}{PROVIDER_BACK}"
    secret = reveal(oidc.client_secret, crm.root) if oidc.client_secret else None
    return provider.Provider(oidc, back, secret, crm.clock())


def _refused(visit: Visit, refusal: SignInRefused) -> Response:
    holes: dict[str, Any] = refusal.params  # Any: what the sentence needs
    return visit.page(
        "accounts.provider_refused",
        f"errors.{refusal.code}",
        below=f'<p class="aside"><a href="{SIGN_IN}">{visit.words("accounts.back_to_sign_in")}</a></p>',
        refusal=refusal,
        **holes,
    )


def _kept(request: Request) -> _Kept | None:
    """What this browser brings back; it may say anything, so it is only ever compared or looked at again."""
    try:
        found = json.loads(base64.urlsafe_b64decode(request.cookies.get(_name(request), "")))
        journey = provider.Journey(*(str(found["journey"][each]) for each in ("state", "nonce", "verifier")))
        return _Kept(journey, str(found["wanted"]), str(found["language"]))
    except (ValueError, TypeError, KeyError):
        return None


def _name(request: Request) -> str:
    return f"__Host-{_COOKIE}" if is_secure(request) else _COOKIE
