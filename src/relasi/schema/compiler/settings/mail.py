"""Messages, purposes, and the settings of mail and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from types import MappingProxyType
from urllib.parse import urlsplit

from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import lookup
from relasi.schema.compiler.draft import Draft, EntityDraft, ProjectScope
from relasi.schema.compiler.page import Page, Path
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.types import Choice, Text, type_name
from relasi.schema.labels import LabelSpec, label_of
from relasi.schema.model.mail import (
    Basis,
    Consent,
    Letterhead,
    Mail,
    Message,
    MessageTable,
    Outside,
    Purpose,
    Smtp,
    Tls,
)
from relasi.schema.model.webform import WebForm
from relasi.schema.secrets import Secret
from relasi.schema.spec.mail import MailSpec, MessageSpec, MessageTableSpec, PurposeSpec, SecretSpec, SmtpSpec
from relasi.schema.spec.project import CrmSpec

SERVICE = "service"
"""The purpose of a message that names none: what somebody has asked for and must be told."""


def compile_outside(spec: CrmSpec, page: Page) -> Outside:
    purposes = compile_purposes(spec)
    asks = any(each.consent is not Consent.NOT_NEEDED for each in purposes.values())
    if spec.address is None and asks and spec.mail and spec.mail.smtp:
        help = "add address: https://…, where people open this CRM; opt-out links lead there"
        page.wrong(("mail",), "no-address", "mails need links to opt out", help=help, at_key=True)
    if spec.address is not None and not _is_web(spec.address):
        help = "write it as in a browser: https://crm.example.com"
        page.wrong(("address",), "bad-value", f'"address" cannot be "{spec.address}"', help=help)
    return Outside(
        address=(spec.address or Outside().address).rstrip("/"),
        mail=_mail(spec.mail, page) if spec.mail else None,
        letterhead=Letterhead(tuple(spec.letterhead.lines), spec.letterhead.place, spec.letterhead.logo),
        purposes=purposes,
        private_hosts=private_hosts(spec),
    )


def private_hosts(spec: CrmSpec) -> frozenset[str]:
    return frozenset(host.lower() for host in spec.webhooks.private)


def compile_purposes(spec: CrmSpec) -> Mapping[str, Purpose]:
    written = {
        SERVICE: PurposeSpec(),
        **{name: each or PurposeSpec() for name, each in spec.purposes.items()},
    }
    return MappingProxyType(
        {name: _purpose(name, each, tuple(spec.languages)) for name, each in written.items()}
    )


def _purpose(name: str, spec: PurposeSpec, languages: tuple[str, ...]) -> Purpose:
    label, consent = label_of(spec.label, name, languages), Consent(spec.consent)
    usual = Basis.CONSENT if consent is Consent.REQUIRED else Basis.CONTRACT if name == SERVICE else None
    return Purpose(
        name,
        label,
        consent,
        spec.confirm,
        basis=Basis(spec.basis) if spec.basis else usual,
        wording=label_of(spec.wording, name, languages) if spec.wording else label,
    )


def compile_message(
    draft: Draft, spec: MessageSpec, page: Page, webforms: Mapping[str, WebForm]
) -> Message | None:
    """`webforms` are those that are sound."""
    entity = draft.entity_of(page, spec.entity)
    page.pick(("purpose",), "unknown-purpose", "purpose", spec.purpose, draft.purposes)
    if entity is None:
        return None
    scope = draft.scope(entity.name)
    if spec.closing and not spec.table:
        help = "write it at the end of the body"
        page.wrong(("closing",), "contradiction", '"closing" without "table"', help=help, at_key=True)
    return Message(
        name=spec.message,
        label=label_of(spec.label, spec.message, draft.languages),
        entity=entity.name,
        purpose=spec.purpose,
        language=_language(page, spec, scope),
        subject=compile_texts(page, ("subject",), spec.subject, scope),
        body=compile_texts(page, ("body",), spec.body, scope),
        signature=compile_texts(page, ("signature",), spec.signature, scope) if spec.signature else None,
        table=_table(draft, spec.table, page, entity) if spec.table else None,
        closing=compile_texts(page, ("closing",), spec.closing, scope) if spec.closing else None,
        asks=_asked(spec, page, entity.name, webforms) if spec.asks else None,
        by_person=spec.written_by == "person",
    )


def _table(draft: Draft, spec: MessageTableSpec, page: Page, entity: EntityDraft) -> MessageTable | None:
    rows = page.pick(
        ("table", "rows"), "unknown-field", f"table of {entity.name}", spec.rows, entity.rows_types
    )
    if rows is None:
        return None

    def read(key: str, names: list[str], owner: EntityDraft) -> Mapping[str, Expression]:
        scope, what, found = draft.scope(owner.name), f"field of {owner.name}", {}
        for index, name in enumerate(names):
            path: Path = ("table", key, index)
            if page.pick(path, "unknown-field", what, name, owner.types) and (
                reads := page.expression(path, name, scope, None)
            ):
                found[name] = reads
        return MappingProxyType(found)

    columns = read("columns", spec.columns, draft.entities[rows.entity])
    return MessageTable(spec.rows, columns, read("below", spec.below, entity))


def _asked(spec: MessageSpec, page: Page, entity: str, webforms: Mapping[str, WebForm]) -> WebForm | None:
    fitting = {name: each for name, each in webforms.items() if each.fills and each.entity == entity}
    return page.pick(("asks",), "unknown-form", f"form that fills in a {entity}", spec.asks or "", fitting)


def _language(page: Page, spec: MessageSpec, scope: ProjectScope) -> Expression | None:
    if spec.language is None:
        return None
    found = page.expression(("language",), spec.language, scope, None)
    if found is not None and not isinstance(found.type, Text | Choice):
        message = f"a language is a word such as {scope.draft.languages[0]}, not {type_name(found.type)}"
        page.wrong(("language",), "not-a-language", message, help="name a text or choice field that holds it")
    return found


def compile_texts(page: Page, path: Path, written: LabelSpec, scope: ProjectScope) -> Mapping[str, Template]:
    """A template for each language; where one is missing, that of the first language that is there."""
    languages = scope.draft.languages
    is_map = isinstance(lookup(page.document.root, path), MappingNode)
    made = {
        language: template
        for language, text in (written.items() if isinstance(written, dict) else [("", written)])
        if (template := page.template((*path, language) if is_map else path, text, scope))
    }
    first = next((made[each] for each in (*languages, "") if each in made), Template("", ()))
    return MappingProxyType({language: made.get(language, first) for language in languages})


def _mail(spec: MailSpec, page: Page) -> Mail:
    for key, written in (("from", spec.from_), ("reply_to", spec.reply_to)):
        if written is not None and not _is_sender(written):
            help = 'write an address, or "Name <address@example.com>"'
            page.wrong(("mail", key), "bad-value", f'"{key}" cannot be "{written}"', help=help)
    return Mail(spec.from_, spec.reply_to, _smtp(spec.smtp, page) if spec.smtp else None)


def _smtp(spec: SmtpSpec, page: Page) -> Smtp:
    written = {key for key in ("user", "password") if lookup(page.document.root, ("mail", "smtp", key))}
    if len(written) == 1:
        there, missing = ("password", "user") if "password" in written else ("user", "password")
        message, help = f'"{there}" without "{missing}"', f"add {missing}, or take {there} away"
        page.wrong(("mail", "smtp", there), "contradiction", message, help=help, at_key=True)
    password = secret_of(spec.password)
    return Smtp(spec.host, spec.port, Tls(spec.tls), spec.user, password, patience=spec.patience)


def secret_of(spec: SecretSpec | None) -> Secret | None:
    return None if spec is None else Secret(spec.env, spec.file)


def _is_sender(written: str) -> bool:
    if not written.isprintable():
        return False
    try:
        return bool(Address(addr_spec=parseaddr(written)[1]).domain)
    except (HeaderParseError, ValueError, IndexError):
        return False


def _is_web(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
