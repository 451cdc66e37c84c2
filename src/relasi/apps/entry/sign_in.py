"""Signing in and out: a plain form, a random token in an HttpOnly cookie, and nothing of it inside
Streamlit."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relasi.accounts import HALFWAY, SESSION_LENGTH
from relasi.apps.closed import closed_page
from relasi.apps.entry.entrance import Visit, let_in, let_out, route
from relasi.apps.plain import text
from relasi.apps.routes.gate import FORGOTTEN, PROVIDER, SECOND_STEP, SIGN_IN, SIGN_OUT
from relasi.apps.site import Site, token_of
from relasi.errors import RelasiError, SignInRefused
from relasi.schema.labels import text as label_text

_ANYWAY = "password"
"""What the address of the page says where passwords are asked for although a provider is there for most."""


def routes(site: Site) -> list[Route]:
    async def leave(request: Request) -> Response:
        return await _left(site, request)

    return [route(site, SIGN_IN, _signed_in), Route(SIGN_OUT, leave, methods=["POST"])]


def _signed_in(visit: Visit) -> Response:
    if not visit.posts:
        return _form(visit)
    accounts, entered = visit.crm.accounts, visit.entered
    try:
        token = accounts.sign_in(
            entered.get("name", ""),
            entered.get("password", ""),
            address=visit.address,
            agent=visit.agent,
            language=visit.chosen,
        )
    except SignInRefused as refusal:
        return _form(visit, refusal)
    if visit.token:
        accounts.sign_out(visit.token)  # this browser keeps one session
    wanted = local_path(entered.get("next", ""))
    if accounts.waiting(token) is None:
        return let_in(RedirectResponse(wanted, status_code=303), visit.request, token, SESSION_LENGTH)
    way = RedirectResponse(f"{SECOND_STEP}?{urlencode({'next': wanted})}", status_code=303)
    return let_in(way, visit.request, token, HALFWAY)


async def _left(site: Site, request: Request) -> Response:
    token = token_of(request)
    if token:
        try:
            await run_in_threadpool(lambda: site.crm().accounts.sign_out(token))
        except RelasiError as failure:
            return closed_page(failure, request.headers)
    return let_out(RedirectResponse(SIGN_IN, status_code=303), request)


def local_path(wanted: str) -> str:
    """The page to go to after signing in; "/" for anything that could lead to another site."""
    return wanted if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", wanted) else "/"


def _form(visit: Visit, refusal: SignInRefused | None = None) -> Response:
    if not _offers_passwords(visit):
        anyway = text(f"{SIGN_IN}?{urlencode(_kept(visit) | {_ANYWAY: '1'})}")
        below = f'<p class="aside"><a href="{anyway}">{visit.words("accounts.password_instead")}</a></p>'
        return visit.page("apps.sign_in", "accounts.provider_alone", above=_provider(visit), below=below)
    name = visit.entered.get("name", "")
    fields = visit.field("apps.name", "name", kind="username", focus=not name, value=name)
    fields += visit.secret("apps.password", kind="current-password", focus=bool(name))
    done = f'<p class="done" role="status">{visit.words("accounts.password_set")}</p>'
    return visit.page(
        "apps.sign_in",
        "apps.sign_in_lead",
        above=(done if visit.entered.get("done") == "password" else "") + _provider(visit),
        form=visit.form(SIGN_IN, fields, "apps.sign_in", refusal),
        below=_forgotten(visit) + _people(visit),
        refusal=refusal,
    )


def _offers_passwords(visit: Visit) -> bool:
    """Where they are for administrators alone, they stand behind a link."""
    return visit.crm.model.settings.sign_in.local or visit.posts or _ANYWAY in visit.entered


def _kept(visit: Visit) -> dict[str, str]:
    """What other ways in are told."""
    return {"next": local_path(visit.entered.get("next", "")), "language": visit.chosen or ""}


def _provider(visit: Visit) -> str:
    """The button that leads to the provider, above the password if there is one."""
    settings = visit.crm.model.settings.sign_in
    if settings.oidc is None:
        return ""
    address = text(f"{PROVIDER}?{urlencode(_kept(visit))}")
    label = label_text(settings.oidc.label, visit.language)
    go = visit.words("accounts.provider_go", provider=label)
    either = f'<p class="or"><span>{visit.words("accounts.provider_or")}</span></p>'
    quiet = " quiet" if _offers_passwords(visit) else ""
    return f'<p class="provider"><a class="go{quiet}" href="{address}">{go}</a></p>' + (
        either if quiet else ""
    )


def _forgotten(visit: Visit) -> str:
    settings = visit.crm.model.settings
    if not settings.outside.delivers or not settings.sign_in.local:
        return ""
    return f'<p class="aside"><a href="{FORGOTTEN}">{visit.words("accounts.forgotten")}</a></p>'


def _people(visit: Visit) -> str:
    """The sample users, ready to be clicked, while the project runs on sample data."""
    model = visit.crm.model
    if not model.platform.sample_data or not model.sample.users:
        return ""
    rows = []
    for person in model.sample.users:
        roles = ", ".join(label_text(model.roles[role].label, visit.language) for role in person.roles)
        initials = "".join(word[0] for word in person.full_name.split()[:2]).upper()
        rows.append(
            f'<li><button type="button" aria-pressed="false" data-name="{text(person.name)}" '
            f'data-password="{text(person.password)}">'
            f'<span class="face" aria-hidden="true">{text(initials)}</span>'
            f'<span class="who"><b>{text(person.full_name)}</b><span>{text(roles)}</span></span>'
            f'<span class="key">{text(person.name)}</span></button></li>'
        )
    lead = visit.words("apps.sample_people")
    return f'<section class="people"><p>{lead}</p><ul>{"".join(rows)}</ul></section>'
