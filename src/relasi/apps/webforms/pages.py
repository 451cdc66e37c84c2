"""What people see of a web form: the questions, what is wrong with the answers, and that they arrived."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from relasi.apps.language import NAMES
from relasi.apps.plain import Fences, page, text
from relasi.apps.webforms.controls import Question
from relasi.apps.webforms.intake import AGREED, FOR, file_fields
from relasi.errors import FormRefused, Issue, NotFound
from relasi.messages.rendering import as_html
from relasi.messages.sealing import key_of
from relasi.messages.tickets import KEY, Tickets
from relasi.messages.webforms import PATH, actor_of_form, options_of, record_of
from relasi.runtime import Crm
from relasi.schema.fields.base import Value, Widget
from relasi.schema.labels import text as label_text
from relasi.schema.model.webform import Agreement, WebForm
from relasi.texts import say


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what somebody has typed into it; `refusal` is what is wrong with it as a whole."""

    language: str
    held: Mapping[str, Any]  # Any: text, a truth, or texts
    agreed: Collection[str] = frozenset()
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    refusal: str = ""
    about: str = ""
    """What the link said of the record that is filled in."""


def blank(crm: Crm, form: WebForm, language: str, about: str = "") -> Filled:
    """With what a new record starts with, or with what stands in the one that is filled in. Raises
    FormRefused where there is nothing to fill in."""
    actor = actor_of_form(form)
    if form.fills:
        key = record_of(form, about, key_of(crm.store, KEY))
        try:
            values = crm.records.get(actor, form.entity, key).values
        except NotFound as error:
            raise FormRefused("form_closed") from error
    else:
        values = crm.records.new_values(actor, form.entity)
    asked = {each.name for each in form.fields}
    held = {name: _typed(crm, form, language, name, value) for name, value in values.items() if name in asked}
    return Filled(language, held, about=about)


def _typed(crm: Crm, form: WebForm, language: str, name: str, value: Value) -> Any:  # Any: as in Filled
    type_ = crm.model.entities[form.entity].fields[name].type
    if value is None or type_.widget in (Widget.SELECT, Widget.CHECKBOX, Widget.DATE, Widget.TIME):
        return value
    if type_.widget is Widget.DATETIME:
        local = value.astimezone(crm.model.settings.zone).replace(tzinfo=None, second=0, microsecond=0)
        return local.isoformat(timespec="minutes")
    if isinstance(value, tuple):
        return list(value)
    if type_.widget is Widget.RATING:
        return str(value)
    return type_.show(value, crm.showing(language))


def form_page(crm: Crm, form: WebForm, filled: Filled, *, status: int = 200) -> Response:
    language = filled.language
    questions = _questions(crm, form, filled)
    entity = crm.model.entities[form.entity]
    has_files = bool(file_fields(form, entity))
    return page(
        "web_form",
        status=status,
        fences=_fences(form),
        language=language,
        company=text(crm.model.settings.name),
        heading=text(label_text(form.label, language)),
        text=_said(label_text(form.text, language)) if form.text else "",
        refusal=_refusal(form, filled, questions),
        action=text(f"{PATH}/{form.name}"),
        encoding="multipart/form-data" if has_files else "application/x-www-form-urlencoded",
        ticket=text(Tickets(crm.store, crm.clock()).issue(form)),
        about=text(filled.about),
        trap=text(_say(language, "trap")),
        questions="".join(each.draw() for each in questions),
        agreements="".join(_box(each, filled) for each in form.agreements),
        button=text(label_text(form.button, language) if form.button else _say(language, "send")),
        needed=text(_say(language, "needed")),
        languages=_language_links(form, language, filled.about),
        language_label=text(say(language, "apps.language")),
    )


def notice(crm: Crm, form: WebForm | None, language: str, key: str, *, status: int = 200) -> Response:
    """One sentence with its explanation: `key` and `key_more` of the texts, or what the form says itself."""
    heading, reason = _say(language, key), _say(language, f"{key}_more")
    own = form.thanks if form is not None and key == "thanks" else None
    return page(
        "question",
        status=status,
        fences=_fences(form) if form else Fences(),
        language=language,
        company=text(crm.model.settings.name),
        heading=text(heading),
        reason=text(label_text(own, language) if own else reason),
        languages="",
        form="",
    )


def description(crm: Crm, form: WebForm, filled: Filled) -> Mapping[str, Any]:  # Any: JSON
    """The form as data, for a page of the company's own."""
    language = filled.language
    return {
        "ticket": Tickets(crm.store, crm.clock()).issue(form),
        "label": label_text(form.label, language),
        "fields": [
            {
                "name": each.asked.name,
                "label": each.label,
                "type": each.field.type.name,
                "required": each.asked.required,
                "options": each.choices or None,
            }
            for each in _questions(crm, form, filled)
        ],
        "consents": [
            {"purpose": each.purpose, "text": label_text(each.text, language), "required": each.required}
            for each in form.agreements
        ],
    }


def _questions(crm: Crm, form: WebForm, filled: Filled) -> list[Question]:
    entity, issues = crm.model.entities[form.entity], {each.field: each for each in reversed(filled.issues)}
    return [
        Question(
            asked=each,
            field=entity.fields[each.name],
            language=filled.language,
            held=filled.held.get(each.name),
            issue=issues[each.name].text(filled.language) if each.name in issues else "",
            options=dict(options_of(crm.records, form, entity, each.name))
            if entity.fields[each.name].type.widget is Widget.LINK
            else None,
            kept=filled.kept.get(each.name),
        )
        for each in form.fields
    ]


def general(form: WebForm, issues: Collection[Issue], language: str) -> list[str]:
    """What is wrong with the answers as a whole. What only people inside could mend is told as one thing."""
    known = {*(each.name for each in form.fields), *(f"{AGREED}{each.purpose}" for each in form.agreements)}
    rest = [each for each in issues if each.field not in known]
    said = [each.text(language) for each in rest if each.code == "refused"]
    return said + ([_say(language, "not_taken")] if len(said) < len(rest) else [])


def _refusal(form: WebForm, filled: Filled, questions: list[Question]) -> str:
    language = filled.language
    if filled.refusal:
        return f'<div class="refused" role="alert">{text(filled.refusal)}</div>'
    if not filled.issues:
        return ""
    links = [
        f'<li><a href="#{each.id}">{text(each.label)}: {text(each.issue)}</a></li>'
        for each in questions
        if each.issue
    ]
    links += [
        f'<li><a href="#{_box_id(each)}">{text(issue.text(language))}</a></li>'
        for each in form.agreements
        for issue in filled.issues
        if issue.field == AGREED + each.purpose
    ]
    links += [f"<li>{text(each)}</li>" for each in general(form, filled.issues, language)]
    heading, lead = text(_say(language, "look_again")), text(_say(language, "nothing_lost"))
    return f'<div class="refused" role="alert"><b>{heading}</b><p>{lead}</p><ul>{"".join(links)}</ul></div>'


def _box(agreement: Agreement, filled: Filled) -> str:
    ticked = " checked" if agreement.purpose in filled.agreed else ""
    required = " required" if agreement.required else ""
    mark = ' <span aria-hidden="true">*</span>' if agreement.required else ""
    return (
        f'<div class="box"><label><input type="checkbox" id="{_box_id(agreement)}" value="yes" '
        f'name="{AGREED}{text(agreement.purpose)}"{ticked}{required}>'
        f"<span>{text(label_text(agreement.text, filled.language))}{mark}</span></label></div>"
    )


def _box_id(agreement: Agreement) -> str:
    return f"c-{agreement.purpose}"


def _said(written: str) -> str:
    return f'<div class="said">{as_html(written)}</div>'


def _fences(form: WebForm) -> Fences:
    """Chrome asks of a redirect, too, whether forms may lead there."""
    then = urlsplit(form.then) if form.then else None
    action = f"'self' {then.scheme}://{then.netloc}" if then else "'self'"
    return Fences(" ".join(("'self'", *form.origins)), action)


def _language_links(form: WebForm, current: str, about: str) -> str:
    rest = f"&amp;{FOR}={text(about)}" if about else ""
    return "".join(
        f'<a href="?language={each}{rest}" lang="{each}"{" aria-current=true" if each == current else ""}>'
        f"{text(NAMES[each])}</a>"
        for each in (form.languages if len(form.languages) > 1 else ())
    )


def embedding(address: str, form: WebForm) -> str:
    """What goes into a page of another site."""
    title = json.dumps(label_text(form.label, form.languages[0]), ensure_ascii=False)
    source = f"{address}{PATH}/{form.name}"
    return f'<iframe src="{source}" title={title} style="width:100%;height:900px;border:0"></iframe>'


def _say(language: str, key: str, **params: object) -> str:
    return say(language, f"webforms.{key}", **params)
