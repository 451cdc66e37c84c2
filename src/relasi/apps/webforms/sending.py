"""One sending of a web form: from the request to the record, with all that a second try needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from relasi.apps.webforms.intake import Sent, file_fields, taken
from relasi.apps.webforms.pages import Filled
from relasi.errors import FormRefused, Invalid, Issue
from relasi.messages.sealing import key_of, seal, unseal
from relasi.messages.tickets import KEY, Tickets
from relasi.messages.webforms import Answers, actor_of_form, read_answers, record_of, submit
from relasi.runtime import Crm
from relasi.schema.model.webform import WebForm

_PIECE = 256 * 1024
_Kept = Mapping[str, Mapping[str, str]]
"""By field: what stands for each file on the page, with the name of the file."""


@dataclass(slots=True)
class Sending:
    """`language` is that of the browser until the page says otherwise."""

    crm: Crm
    form: WebForm
    language: str
    sent: Sent = field(default_factory=lambda: Sent({}))
    kept: _Kept = field(default_factory=dict)

    async def take(self, request: Request) -> None:
        """Raises FormRefused, Invalid."""
        tickets = Tickets(self.crm.store, self.crm.clock())
        host = request.client.host if request.client else ""
        await run_in_threadpool(tickets.count, self.form, host)
        self.sent = await taken(request, self.form, self.crm.model.entities[self.form.entity])
        if self.sent.language in self.form.languages:
            self.language = self.sent.language
        try:
            await run_in_threadpool(self._submit, tickets)
        finally:
            self.sent.close()

    def filled(self, issues: Sequence[Issue], refusal: FormRefused | None = None) -> Filled:
        """The form as it is shown again."""
        told = refusal.text(self.language) if refusal else ""
        sent, wrong = self.sent, tuple(issues)
        return Filled(self.language, sent.written, sent.agreed, self.kept, wrong, told, sent.about)

    def _submit(self, tickets: Tickets) -> None:
        files = _Files(self.crm, self.form)
        self.kept, issues = files.arrive(self.sent)
        if self.sent.trap:
            raise FormRefused("form_trapped")
        key = tickets.admit(self.form, self.sent.ticket)
        about = None
        if self.form.fills:
            about = record_of(self.form, self.sent.about, key_of(self.crm.store, KEY))
        entity, reading = self.crm.model.entities[self.form.entity], self.crm.reading(self.language)
        written = {**self.sent.written, **files.ids(self.kept)}
        values, wrong = read_answers(self.form, entity, written, reading)
        answers = Answers(values, self.sent.agreed, self.language, key, about)
        submit(self.crm.records, self.form, answers, [*issues, *wrong])


class _Files:
    """The files of one sending: they are kept when they arrive, so that a mistake elsewhere costs no second
    upload. What stands for them on the page is sealed, so that nobody attaches files of others."""

    def __init__(self, crm: Crm, form: WebForm) -> None:
        self._crm = crm
        self._form = form
        self._key = key_of(crm.store, KEY)

    def arrive(self, sent: Sent) -> tuple[_Kept, list[Issue]]:
        """By field: seal -> name of each file that is there now; and what was not taken."""
        kept: dict[str, Mapping[str, str]] = {}
        issues: list[Issue] = []
        for name in file_fields(self._form, self._crm.model.entities[self._form.entity]):
            found = dict(self._known(name, sent.kept.get(name, ())))
            for upload in sent.uploads.get(name, ()):
                try:
                    found |= self._keep(name, upload)
                except Invalid as invalid:
                    issues += invalid.issues
            kept[name] = found
        return kept, issues

    def ids(self, kept: _Kept) -> Mapping[str, list[str]]:
        return {field: [self._opened(seal_)[2] for seal_ in found] for field, found in kept.items()}

    def _keep(self, field: str, upload: UploadFile) -> Mapping[str, str]:
        coming = self._crm.files.arrival(actor_of_form(self._form), self._form.entity, field)
        with coming as arrival:
            while piece := upload.file.read(_PIECE):
                arrival.write(piece)
            file = arrival.finish(upload.filename or "")
        return {seal((self._form.name, field, file.id, file.name), self._key): file.name}

    def _known(self, field: str, seals: Sequence[str]) -> Iterator[tuple[str, str]]:
        for each in seals:
            content = self._opened(each)
            if content[:2] == [self._form.name, field]:
                yield each, content[3]

    def _opened(self, sealed: str) -> list[str]:
        content = unseal(sealed, self._key)
        return content if content is not None and len(content) == 4 else [""] * 4
