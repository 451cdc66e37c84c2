"""Setting a password by the link in a mail, and asking for such a mail."""

from __future__ import annotations

import logging
from dataclasses import replace

from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relasi.accounts.invitations import Invited
from relasi.apps.entry.entrance import Visit, let_out, route
from relasi.apps.plain import text
from relasi.apps.routes.gate import FORGOTTEN, SIGN_IN
from relasi.apps.site import Site
from relasi.errors import Refused, RelasiError, SignInRefused
from relasi.messages.inviting import PATH, demand_patience, remind
from relasi.store.invitations import Occasion

log = logging.getLogger(__name__)

_HEADINGS = {Occasion.WELCOME: "accounts.set_welcome", Occasion.FORGOTTEN: "accounts.set_forgotten"}


def routes(site: Site) -> list[Route]:
    return [route(site, f"{PATH}/{{token}}", _welcomed), route(site, FORGOTTEN, _asked)]


def _welcomed(visit: Visit) -> Response:
    """A GET changes nothing: programs that look at mails follow every link."""
    token, invitations = visit.request.path_params["token"], visit.crm.accounts.invitations
    invited = invitations.invited(token)
    if invited is None:
        return _over(visit)
    visit = replace(visit, own=invited.user.language)
    if not visit.posts:
        return _form(visit, invited)
    try:
        invitations.accept(token, visit.entered.get("password", ""))
    except Refused as refusal:
        return _form(visit, invited, refusal)
    done = RedirectResponse(f"{SIGN_IN}?done=password&language={visit.language}", status_code=303)
    return let_out(done, visit.request)


def _form(visit: Visit, invited: Invited, refusal: Refused | None = None) -> Response:
    name = f'<input type="hidden" autocomplete="username" value="{text(invited.user.name)}">'
    fields = visit.secret("accounts.new_password", kind="new-password", focus=True)
    help = f'<p class="help">{visit.words("accounts.password_help")}</p>'
    return visit.page(
        _HEADINGS[invited.invitation.occasion],
        "accounts.set_lead",
        form=visit.form(visit.request.url.path, name + fields + help, "accounts.set_go", refusal),
        refusal=refusal,
        person=invited.user.full_name,
        name=invited.user.name,
    )


def _over(visit: Visit) -> Response:
    refusal = Refused("invitation_over")
    way = FORGOTTEN if visit.crm.model.settings.outside.delivers else SIGN_IN
    word = "accounts.forgotten_go" if way == FORGOTTEN else "apps.sign_in"
    return visit.page(
        "accounts.over",
        "errors.invitation_over",
        below=f'<p class="aside"><a href="{way}">{visit.words(word)}</a></p>',
        refusal=refusal,
    )


def _asked(visit: Visit) -> Response:
    """Says the same, and takes as long, whether there is such a user or not: who it is is looked up when the
    answer has gone."""
    crm, word = visit.crm, visit.entered.get("name", "").strip()
    if not visit.posts or not word:
        return _ask(visit)
    try:
        demand_patience(crm.store, word, visit.address, crm.clock())
    except SignInRefused as refusal:
        return _ask(visit, refusal)
    response = visit.page("accounts.asked", "accounts.asked_more", below=_back(visit))
    response.background = BackgroundTask(_remind, visit, word)
    return response


def _remind(visit: Visit, word: str) -> None:
    crm = visit.crm
    try:
        remind(crm.model, crm.store, word, crm.clock(), crm.new_id)
    except RelasiError:
        log.exception("a link for a new password could not be asked for")


def _ask(visit: Visit, refusal: SignInRefused | None = None) -> Response:
    if not visit.crm.model.settings.outside.delivers:
        return visit.page("accounts.forgotten", "accounts.forgotten_by_admin", below=_back(visit))
    fields = visit.field("accounts.name_or_mail", "name", kind="username", focus=True)
    return visit.page(
        "accounts.forgotten",
        "accounts.forgotten_lead",
        form=visit.form(FORGOTTEN, fields, "accounts.forgotten_go", refusal),
        below=_back(visit),
        refusal=refusal,
    )


def _back(visit: Visit) -> str:
    return f'<p class="aside"><a href="{SIGN_IN}">{visit.words("accounts.back_to_sign_in")}</a></p>'
