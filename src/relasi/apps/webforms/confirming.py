"""The page behind the link in a mail that asks whether its reader has really agreed."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from relasi.apps.closed import closed_page
from relasi.apps.plain import page, text
from relasi.apps.site import Site
from relasi.errors import RelasiError
from relasi.messages.sealing import key_of, unseal
from relasi.messages.tickets import KEY
from relasi.messages.webforms import Asked, asked_by
from relasi.platform.again import begun_again
from relasi.runtime import Crm
from relasi.store.consents import Consent
from relasi.texts import LANGUAGES, say


async def answered(site: Site, request: Request) -> Response:
    """A GET changes nothing: programs that look at mails follow every link."""
    try:
        crm = await run_in_threadpool(site.crm)
        key = await run_in_threadpool(key_of, crm.store, KEY)
        asked = asked_by(unseal(request.path_params["token"], key), crm.model.webforms, crm.clock)
        if asked is not None and request.method == "POST":
            await run_in_threadpool(_note, crm, asked)
        is_given = asked is not None and await run_in_threadpool(_is_given, crm, asked)
    except RelasiError as failure:
        return closed_page(failure, request.headers)
    return _page(crm, asked, is_given=is_given)


def _is_given(crm: Crm, asked: Asked) -> bool:
    with crm.store.session(write=False) as session:
        latest = session.consents.latest(asked.address, asked.purpose)
    return latest is not None and latest.given


@begun_again
def _note(crm: Crm, asked: Asked) -> None:
    """The same twice is noted once."""
    with crm.store.session() as session:
        latest = session.consents.latest(asked.address, asked.purpose)
        if latest is None or not latest.given:
            said = (
                crm.new_id(),
                asked.address,
                asked.purpose,
                True,
                crm.clock(),
                asked.source,
                asked.wording,
            )
            proof = f"link in the mail of {asked.asked_at}"
            session.consents.add(Consent(*said, proof=proof))


def _page(crm: Crm, asked: Asked | None, *, is_given: bool) -> Response:
    language = asked.language if asked and asked.language in LANGUAGES else crm.model.settings.languages[0]
    state = "confirm_unknown" if asked is None else "confirm_done" if is_given else "confirm_ask"
    names = {} if asked is None else {"address": asked.address, "wording": asked.wording}
    word = text(say(language, "webforms.confirm_button"))
    button = f'<form method="post"><button class="go">{word}</button></form>'
    return page(
        "question",
        status=404 if asked is None else 200,
        language=language,
        company=text(crm.model.settings.name),
        heading=text(say(language, f"webforms.{state}")),
        reason=text(say(language, f"webforms.{state}_more", company=crm.model.settings.name, **names)),
        languages="",
        form=button if state == "confirm_ask" else "",
    )
