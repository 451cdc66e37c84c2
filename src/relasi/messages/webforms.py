"""What people send by a web form: checked, and made into a record, or put into one, by the recipe that serves
everybody else.

Whoever fills in a form may do what the form lets in and nothing else, so no field of it can tell of the rest
of the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from relasi.errors import Forbidden, FormRefused, Invalid, Issue, NotFound
from relasi.messages.incoming import KEPT, Received
from relasi.messages.sealing import key_within, seal, unseal
from relasi.messages.sender import EMAIL
from relasi.messages.tickets import KEY
from relasi.platform.again import begun_again
from relasi.records import Accepted, Actor, Records, Source, Work
from relasi.schema.fields.base import FieldType, Reading, Value, ValueProblem, Widget
from relasi.schema.fields.notation.markup import Span
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity
from relasi.schema.model.webform import Agreement, WebForm
from relasi.store.consents import Consent
from relasi.store.effects import Effect
from relasi.store.mail import Delivery
from relasi.texts import say

PATH = "/form"
CONFIRM = f"{PATH}/confirm"
_MOST_OPTIONS = 200
_CHOSEN = frozenset({Widget.SELECT, Widget.MULTISELECT, Widget.LINK, Widget.RATING, Widget.FILES})
"""What is not typed."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`values` are read already; `agreed` are the purposes whose boxes were ticked, in `language`. `key` is
    of this sending alone."""

    values: Mapping[str, Value]
    agreed: Collection[str]
    language: str
    key: str
    about: str | None = None
    """The id of the record that the form fills in."""


def actor_of_form(form: WebForm) -> Actor:
    return Actor(None, frozenset(), Source.FORM, hook=form.way_in, grants=form.grants)


def link_to_form(work: Work, form: WebForm, record_id: str, language: str) -> Span:
    """The way to the form that fills in this record."""
    token = seal((form.way_in, record_id), key_within(work.store, KEY))
    address = work.ground.model.settings.outside.address
    return {
        "text": label_text(form.label, language),
        "href": f"{address}{PATH}/{form.name}?language={language}&for={token}",
    }


def record_of(form: WebForm, token: str, key: bytes) -> str:
    """The id of the record to which such a link leads. Raises FormRefused."""
    content = unseal(token, key)
    if content is None or len(content) != 2 or content[0] != form.way_in:
        raise FormRefused("form_closed")
    return content[1]


def options_of(records: Records, form: WebForm, entity: Entity, name: str) -> tuple[tuple[str, str], ...]:
    """(id, title) of the records that a link of the form may lead to."""
    target = entity.fields[name].links_to[0]
    found = records.options(actor_of_form(form), target, limit=_MOST_OPTIONS)
    return tuple(sorted(found, key=lambda each: each[1].casefold()))


def read_answers(
    form: WebForm, entity: Entity, written: Mapping[str, Any], reading: Reading
) -> tuple[dict[str, Value], list[Issue]]:
    """The values of what was typed and chosen, and what is wrong with the others."""
    values: dict[str, Value] = {}
    issues = []
    for each in form.fields:
        type_ = entity.fields[each.name].type
        if each.name not in written and type_.default is not None:
            continue
        try:
            values[each.name] = _read(type_, written.get(each.name), reading)
        except ValueProblem as problem:
            issues.append(Issue(each.name, problem.code, problem.params))
            continue
        if each.required and values[each.name] is None:
            issues.append(Issue(each.name, "required"))
    return values, issues


def _read(type_: FieldType, written: Any, reading: Reading) -> Value:  # Any: text, or JSON
    if isinstance(written, str) and type_.widget not in _CHOSEN:
        return type_.read(written, reading)
    return type_.accept(tuple(written) if isinstance(written, list) else written)


@begun_again
def submit(records: Records, form: WebForm, answers: Answers, issues: Collection[Issue] = ()) -> Received:
    """The record that came of it; what is sent twice makes nothing twice. `issues` are those found before.

    Raises Invalid, FormRefused.
    """
    with records.work(actor_of_form(form)) as work:
        digest = _digest(answers)
        known = work.store.correspondence.delivered(form.way_in, answers.key)
        if known is not None:
            if known.digest != digest:
                raise FormRefused("form_sent")
            return Received(known.record_id, again=True)
        record_id = _written(work, form, answers, [*issues, *_unagreed(form, answers)])
        for agreement in form.agreements:
            if agreement.purpose in answers.agreed:
                _note(work, form, agreement, answers, record_id)
        delivery = Delivery(form.way_in, answers.key, work.now, digest, record_id)
        work.store.correspondence.note_delivery(delivery, forget_before=work.now - KEPT)
        return Received(record_id)


def _written(work: Work, form: WebForm, answers: Answers, issues: list[Issue]) -> str:
    """All that is wrong is told at once, also what the recipe finds."""
    wrong = {each.field for each in issues}
    values = {name: value for name, value in answers.values.items() if name not in wrong}
    given = Accepted({**form.values, **values})
    if not issues:
        return _put(work, form, answers.about, given)
    try:
        with work.attempt():
            _put(work, form, answers.about, given)
            raise Invalid(issues)
    except Invalid as invalid:
        found = [each for each in invalid.issues if each not in issues and each.field not in wrong]
        raise Invalid([*issues, *found]) from invalid


def _put(work: Work, form: WebForm, about: str | None, given: Accepted) -> str:
    """The id of the record that is made, or filled in. Raises Invalid, and FormRefused where there is nothing
    to fill in any more."""
    if not form.fills:
        return work.create(form.entity, given)
    row = work.transaction.get(form.entity, [about or ""], hold=True).get(about or "")
    try:
        work.update(form.entity, about or "", row["version"] if row else 0, given)
    except (NotFound, Forbidden) as error:
        raise FormRefused("form_closed") from error
    return about or ""


def _unagreed(form: WebForm, answers: Answers) -> list[Issue]:
    missing = [each for each in form.agreements if each.required and each.purpose not in answers.agreed]
    unsaid = [
        each.address
        for each in form.agreements
        if each.purpose in answers.agreed and not answers.values.get(each.address)
    ]
    return [*(Issue(f"consents.{each.purpose}", "form_agree") for each in missing)] + [
        Issue(name, "required") for name in dict.fromkeys(unsaid)
    ]


def _digest(answers: Answers) -> str:
    content = [sorted((name, str(value)) for name, value in answers.values.items()), sorted(answers.agreed)]
    return sha256(json.dumps(content).encode()).hexdigest()


def _note(work: Work, form: WebForm, agreement: Agreement, answers: Answers, record_id: str) -> None:
    """Notes what was agreed to. Where that could be said for somebody else's address, the reader of the
    address is asked first: for purposes that want it, and where the reader had opted out before."""
    address = str(answers.values[agreement.address])
    latest = work.store.consents.latest(address, agreement.purpose)
    purpose = work.ground.model.settings.outside.purposes[agreement.purpose]
    if purpose.confirm or (latest is not None and not latest.given):
        _ask(work, form, agreement, answers)
        return
    wording = label_text(agreement.text, answers.language)
    said = (work.ground.new_id(), address, agreement.purpose, True, work.now, form.way_in, wording)
    work.store.consents.add(Consent(*said, proof=f"{form.entity}/{record_id}"))


def _ask(work: Work, form: WebForm, agreement: Agreement, answers: Answers) -> None:
    """One mail a day at most, whoever fills in the form how often."""
    language, settings = answers.language, work.ground.model.settings
    address = str(answers.values[agreement.address])
    said = (form.name, agreement.purpose, address, language, work.now.isoformat())
    token = seal(said, key_within(work.store, KEY))
    link = f"{settings.outside.address}{CONFIRM}/{token}"
    wording = label_text(agreement.text, language)
    names = {"company": settings.name, "wording": wording}
    body = say(language, "webforms.confirm_body", **names)
    last = say(language, "webforms.confirm_last")
    day = work.now.date().isoformat()
    mark = sha256(f"{agreement.purpose} {address.casefold()} {day}".encode()).hexdigest()[:32]
    effect = Effect(
        id=f"{form.way_in}:confirm:{mark}",
        kind=EMAIL,
        to=address,
        payload={
            "subject": say(language, "webforms.confirm_subject", **names),
            "text": f"{body}\n\n{link}\n\n{last}",
            "html": f"<p>{escape(body)}</p><p><a href='{escape(link)}'>{escape(link)}</a></p><p>{last}</p>",
            "language": language,
            "purpose": "service",
            "message": "",
        },
        at=work.now,
    )
    work.store.effects.add(effect)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link in a mail asks its reader to agree to."""

    address: str
    purpose: str
    language: str
    wording: str
    source: str
    asked_at: str


def asked_by(
    content: list[str] | None, forms: Mapping[str, WebForm], now: Callable[[], datetime]
) -> Asked | None:
    """None for a link that was made up, is too old, or asks what is asked no longer."""
    if content is None or len(content) != 5:
        return None
    name, purpose, address, language, at = content
    form = forms.get(name)
    agreement = next((each for each in form.agreements if each.purpose == purpose), None) if form else None
    if form is None or agreement is None or now() - datetime.fromisoformat(at) > KEPT:
        return None
    return Asked(address, purpose, language, label_text(agreement.text, language), form.way_in, at)
