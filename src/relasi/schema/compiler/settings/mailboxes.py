"""Mailboxes: that each part of a mail fits the field that gets it, and that threads lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.derivations import is_binding
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Boolean, Choice, DateTime, Files, Text, Type
from relasi.schema.fields.base import FieldType, Kind, Value, ValueProblem, quoted
from relasi.schema.labels import label_of
from relasi.schema.model.mail import Tls
from relasi.schema.model.mailbox import FOUND_BY, Imap, Mailbox, Thread
from relasi.schema.secrets import Secret
from relasi.schema.spec.hook import ValueSpec
from relasi.schema.spec.mail import SecretSpec
from relasi.schema.spec.mailbox import MailboxSpec, ServerSpec, ThreadSpec

_HOLDS: Mapping[str, type[Type]] = {
    "date": DateTime,
    "files": Files,
    "automatic": Boolean,
    "found by": Choice,
}
"""The part of a mail -> what a field must hold to get it; text where nothing is said."""


def compile_mailbox(draft: Draft, spec: MailboxSpec, page: Page) -> Mailbox | None:
    entity = draft.pick_entity(page, ("entity",), spec.entity)
    if entity is None:
        return None
    parts = {part: name for name, part in _parts(draft, spec, page, entity)}
    values = dict(_values(spec, page, entity))
    every = compile_timespan(page, ("every",), spec.every, {})
    for name in entity.wanting(spec.set):
        message = f'every {entity.name} needs "{name}", which no mail fills'
        page.wrong(("set",), "missing-field", message, help=f"add {name} below set", at_key=True)
    return Mailbox(
        name=spec.mailbox,
        label=label_of(spec.label, spec.mailbox, draft.languages),
        entity=entity.name,
        address=None if spec.address is None else _given(spec.address),
        server=_server(spec.server) if spec.server else None,
        every=every.length if every else timedelta(minutes=1),
        largest=spec.largest * 1024 * 1024,
        most=spec.most,
        parts=MappingProxyType(parts),
        values=MappingProxyType(values),
        thread=_thread(draft, spec.thread, page, entity) if spec.thread else None,
    )


def _parts(draft: Draft, spec: MailboxSpec, page: Page, entity: EntityDraft) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for name, part in spec.set.items():
        type_ = _settable(draft, page, entity, name)
        if type_ is None or isinstance(part, ValueSpec):
            continue
        held = type_.expression_type()
        if not isinstance(held, _HOLDS.get(part, Text)) or not _tells(held, part):
            message = f'"{name}" does not take the {part} of a mail'
            page.wrong(("set", name), "bad-value", message, help=_wanted(part))
        elif part in seen:
            message = f'"{seen[part]}" gets the {part} of a mail already'
            page.wrong(("set", name), "contradiction", message, help="take one of the two lines away")
        else:
            seen[part] = name
            yield name, part


def _tells(held: Type, part: str) -> bool:
    return part != "found by" or (isinstance(held, Choice) and set(held.options) >= set(FOUND_BY))


def _wanted(part: str) -> str:
    if part == "found by":
        return f"name a choice with the options {' and '.join(FOUND_BY)}"
    kinds = {"date": "datetime", "files": "files", "automatic": "boolean"}
    return f"name a field of the type {kinds.get(part, 'text, long_text or email')}"


def _values(spec: MailboxSpec, page: Page, entity: EntityDraft) -> Iterator[tuple[str, Value]]:
    for name, written in spec.set.items():
        type_ = entity.types.get(name)
        if type_ is None or not isinstance(written, ValueSpec):
            continue
        value = written.value
        try:
            yield name, type_.accept(tuple(value) if isinstance(value, list) else value)
        except ValueProblem as problem:
            message = f'"{name}" cannot be "{quoted(value)}"'
            page.wrong(("set", name, "value"), "bad-value", message, help=problem.text())


def _settable(draft: Draft, page: Page, entity: EntityDraft, name: str) -> FieldType | None:
    path = ("set", name)
    type_ = page.pick(path, "unknown-field", f"field of {entity.name}", name, entity.types, at_key=True)
    if type_ is None:
        return None
    if name in SYSTEM_TYPES or type_.computed or is_binding(draft.derivations.get((entity.name, name))):
        help = "take the line away"
        page.wrong(path, "read-only", f'"{name}" is given by Relasi', help=help, at_key=True)
        return None
    return type_


def _thread(draft: Draft, spec: ThreadSpec, page: Page, entity: EntityDraft) -> Thread | None:
    path = ("thread", "link")
    type_ = page.pick(path, "unknown-field", f"field of {entity.name}", spec.link, entity.types)
    if type_ is None:
        return None
    if len(type_.targets()) != 1:
        message, help = f'"{spec.link}" does not link to one entity', "name a link to what mails are about"
        page.wrong(path, "not-a-link", message, help=help)
        return None
    target = draft.entities[type_.targets()[0]]
    if spec.number is not None:
        what = f"field of {target.name}"
        number = page.pick(("thread", "number"), "unknown-field", what, spec.number, target.types)
        if number is not None and number.storage().kind is not Kind.TEXT:
            message, help = f'"{spec.number}" is nothing that stands in a subject', "name a series or a text"
            page.wrong(("thread", "number"), "bad-value", message, help=help)
    elif spec.number_in_address:
        message, help = "there is no number that could stand in the address", "say number: FIELD beside it"
        page.wrong(("thread", "number_in_address"), "contradiction", message, help=help)
    people = tuple(_people(draft, spec, page, target))
    return Thread(entity.name, spec.link, target.name, spec.number, spec.number_in_address, people)


def _people(draft: Draft, spec: ThreadSpec, page: Page, target: EntityDraft) -> Iterator[Expression]:
    scope = draft.scope(target.name, has_user=False)
    for index, written in enumerate(spec.people):
        found = page.expression(("thread", "people", index), written, scope, Text())
        if found is not None:
            yield found


def _server(spec: ServerSpec) -> Imap:
    return Imap(
        host=_given(spec.host),
        port=spec.port,
        tls=Tls(spec.tls),
        user=_given(spec.user),
        password=Secret(spec.password.env, spec.password.file),
        folder=spec.folder,
        move_to=spec.move_to,
        patience=spec.patience,
    )


def _given(written: str | SecretSpec) -> str | Secret:
    return written if isinstance(written, str) else Secret(written.env, written.file)
