"""The second step of signing in: a code of the person's device. Where one is demanded and there is none yet,
it is set up here."""

from __future__ import annotations

from dataclasses import replace

import segno
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relasi.accounts import CODE, SESSION_LENGTH
from relasi.accounts.second_factor import Device
from relasi.accounts.service import Waiting
from relasi.apps.entry.entrance import Visit, let_in, route
from relasi.apps.entry.sign_in import local_path
from relasi.apps.plain import text
from relasi.apps.routes.gate import SECOND_STEP, SIGN_IN
from relasi.apps.site import Site
from relasi.errors import SignInRefused


def routes(site: Site) -> list[Route]:
    return [route(site, SECOND_STEP, _stepped)]


def _stepped(visit: Visit) -> Response:
    waiting = visit.crm.accounts.waiting(visit.token)
    if waiting is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    visit = replace(visit, own=waiting.user.language)
    if not visit.posts:
        return _asked(visit, waiting)
    try:
        return _entered(visit, waiting)
    except SignInRefused as refusal:
        return _asked(visit, waiting, refusal)


def _entered(visit: Visit, waiting: Waiting) -> Response:
    accounts, code = visit.crm.accounts, visit.entered.get("code", "")
    if waiting.waits_for == CODE:
        new = accounts.enter_code(visit.token, code, address=visit.address, agent=visit.agent)
        way = local_path(visit.entered.get("next", ""))
        return let_in(RedirectResponse(way, status_code=303), visit.request, new, SESSION_LENGTH)
    new, codes = accounts.enter_device(visit.token, code, address=visit.address, agent=visit.agent)
    return let_in(_codes(visit, codes), visit.request, new, SESSION_LENGTH)


def _asked(visit: Visit, waiting: Waiting, refusal: SignInRefused | None = None) -> Response:
    field = visit.field("accounts.code", "code", kind="one-time-code", focus=True)
    form = visit.form(SECOND_STEP, field, "apps.sign_in", refusal)
    below = f'<p class="aside"><a href="{SIGN_IN}">{visit.words("accounts.back_to_sign_in")}</a></p>'
    if waiting.waits_for == CODE:
        lead = "accounts.code_lead"
        return visit.page("accounts.code_heading", lead, form=form, below=below, refusal=refusal)
    return visit.page(
        "accounts.device_heading",
        "accounts.device_demanded",
        above=_picture(visit, visit.crm.accounts.second_factor.device(waiting.user)),
        form=form,
        below=below,
        refusal=refusal,
    )


def _picture(visit: Visit, device: Device) -> str:
    code = segno.make(device.uri, error="m").svg_data_uri(scale=5, border=2, light="#fff")
    by_hand = visit.words("accounts.device_by_hand")
    grouped = " ".join(device.secret[start : start + 4] for start in range(0, len(device.secret), 4))
    return (
        f'<p class="qr"><img src="{text(code)}" alt="{visit.words("accounts.device_picture")}"></p>'
        f'<details class="by-hand"><summary>{by_hand}</summary><code>{grouped}</code></details>'
    )


def _codes(visit: Visit, codes: tuple[str, ...]) -> Response:
    rows = "".join(f"<li>{each}</li>" for each in codes)
    way = text(local_path(visit.entered.get("next", "")))
    return visit.page(
        "accounts.codes_heading",
        "accounts.codes_lead",
        above=f'<ul class="codes">{rows}</ul>',
        below=f'<p class="aside"><a class="go" href="{way}">{visit.words("accounts.codes_go")}</a></p>',
    )
