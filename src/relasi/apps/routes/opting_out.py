"""The page behind the link in a mail: opting out, and back in. The link says who it is for, so nobody signs
in."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relasi.apps.closed import closed_page
from relasi.apps.language import NAMES, preferred
from relasi.apps.plain import page, text
from relasi.apps.site import Site
from relasi.errors import RelasiError
from relasi.messages.opting_out import BY_MAIL, PATH, Reader, reader_of, signing_key
from relasi.messages.reporting import TELLER, tell_of_opting_out
from relasi.platform.again import begun_again
from relasi.runtime import Crm
from relasi.store.consents import Consent
from relasi.texts import LANGUAGES, say

_LARGEST_FORM = 4 * 1024
_BACK = "back"
_SOURCE = "opt-out link"


def routes(site: Site) -> list[Route]:
    async def answer(request: Request) -> Response:
        return await _answered(site, request)

    return [Route(f"{PATH}/{{token}}", answer, methods=["GET", "POST"])]


async def _answered(site: Site, request: Request) -> Response:
    """A GET changes nothing: programs that look at mails follow every link. A POST without more opts out,
    which is what readers' programs send (RFC 8058)."""
    form = await _read(request) if request.method == "POST" else {}
    try:
        crm = await run_in_threadpool(site.crm)
        reader = await run_in_threadpool(_reader, crm, request.path_params["token"])
        if reader is not None and request.method == "POST":
            language = _language(crm, request)
            await run_in_threadpool(_note, crm, reader, _BACK in form, language)
        is_out = reader is not None and await run_in_threadpool(_is_out, crm, reader)
    except RelasiError as failure:
        return closed_page(failure, request.headers)
    return _page(crm, request, reader, is_out=is_out)


async def _read(request: Request) -> dict[str, list[str]]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    return parse_qs(body.decode("utf-8", "replace"))


@begun_again
def _reader(crm: Crm, token: str) -> Reader | None:
    """None also where the purpose is no longer among the settings: then nothing of it is sent either."""
    with crm.store.session() as session:
        reader = reader_of(token, signing_key(session))
    known = crm.model.settings.outside.purposes
    return reader if reader is not None and reader.purpose in known else None


def _is_out(crm: Crm, reader: Reader) -> bool:
    with crm.store.session(write=False) as session:
        latest = session.consents.latest(reader.address, reader.purpose, BY_MAIL)
    return latest is not None and not latest.given


@begun_again
def _note(crm: Crm, reader: Reader, back: bool, language: str) -> None:
    """Notes what the person wants, in the words that were on the page; the same twice is noted once."""
    wording = say(language, f"messages.{'back_in' if back else 'opt_out_question'}", **_names(crm, reader))
    with crm.records.work(TELLER) as work:
        session = work.store
        latest = session.consents.latest(reader.address, reader.purpose, BY_MAIL)
        if latest is None or latest.given != back:
            entry = Consent(crm.new_id(), reader.address, reader.purpose, back, crm.clock(), _SOURCE, wording)
            session.consents.add(entry)
            if not back:
                tell_of_opting_out(work, reader)


def _names(crm: Crm, reader: Reader) -> dict[str, object]:
    settings = crm.model.settings
    purpose = settings.outside.purposes[reader.purpose].label
    return {"purpose": purpose, "company": settings.name, "address": reader.address}


def _language(crm: Crm, request: Request) -> str:
    offered = [each for each in crm.model.settings.languages if each in LANGUAGES]
    wanted = request.query_params.get("language", "")
    return wanted if wanted in offered else preferred(request.headers.get("accept-language", ""), offered)


def _page(crm: Crm, request: Request, reader: Reader | None, *, is_out: bool) -> Response:
    language = _language(crm, request)
    state = "opt_out_unknown" if reader is None else "opt_out_done" if is_out else "opt_out_ask"
    names = {} if reader is None else _names(crm, reader)
    form = ""
    if reader is not None:
        word = say(language, f"messages.{'back_in_button' if is_out else 'opt_out_button'}")
        kept = f'<input type="hidden" name="{_BACK}" value="1">' if is_out else ""
        look = "go quiet" if is_out else "go"
        button = f'{kept}<button class="{look}">{text(word)}</button>'
        form = f'<form method="post" action="?language={language}">{button}</form>'
    return page(
        "question",
        status=404 if reader is None else 200,
        language=language,
        company=text(crm.model.settings.name),
        heading=text(_say(language, state)),
        reason=text(_say(language, f"{state}_more", **names)),
        languages=_languages(crm, language),
        form=form,
    )


def _say(language: str, key: str, **names: object) -> str:
    return say(language, f"messages.{key}", **names)


def _languages(crm: Crm, current: str) -> str:
    offered = [each for each in crm.model.settings.languages if each in NAMES]
    return "".join(
        f'<a href="?language={each}" lang="{each}"{" aria-current=true" if each == current else ""}>'
        f"{text(NAMES[each])}</a>"
        for each in (offered if len(offered) > 1 else ())
    )
