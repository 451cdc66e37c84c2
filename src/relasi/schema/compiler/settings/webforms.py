"""Web forms: that they ask what anybody may answer, leave nothing out that a record needs, and show nothing
else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.compiler.page import Page, Path
from relasi.schema.derivations import is_binding
from relasi.schema.expressions import Truth
from relasi.schema.fields.base import FieldType, Value, ValueProblem, Widget, quoted
from relasi.schema.fields.email import EmailField
from relasi.schema.labels import Label, LabelSpec, label_of
from relasi.schema.model.access import Grant
from relasi.schema.model.entity import Entity
from relasi.schema.model.webform import Agreement, Asked, WebForm
from relasi.schema.spec.webform import AskedSpec, FormSpec
from relasi.texts import LANGUAGES

_NOT_FOR_ALL = {
    Widget.USER: "who works here is nobody else's business",
    Widget.SIGNATURE: "a signature is given on the page of a record",
    Widget.NONE: "nobody enters it",
    Widget.CONDITION: "visitors know nothing of what is kept",
}
_ALWAYS = frozenset({"id", "version", "updated_at"})
"""What the choice of a record goes by; no page shows it."""
_NO_VALUE_OF_YAML = frozenset({Widget.LINK, Widget.USER, Widget.FILES, Widget.SIGNATURE, Widget.NONE})


def compile_webform(
    draft: Draft, spec: FormSpec, page: Page, entities: Mapping[str, Entity]
) -> WebForm | None:
    """`entities` are those that are sound."""
    entity = draft.pick_entity(page, ("entity",), spec.entity)
    if entity is None:
        return None
    written = _Written(draft, spec, page, entity)
    asked, values = tuple(written.asked()), dict(written.values())
    filled = {each.name for each in asked} | values.keys()
    if spec.fills is None:
        written.check_complete(filled)
    return WebForm(
        name=spec.form,
        label=label_of(spec.label, spec.form, draft.languages),
        text=written.text(spec.text),
        entity=entity.name,
        fields=asked,
        values=MappingProxyType(values),
        agreements=tuple(written.agreements()),
        button=written.text(spec.button),
        thanks=written.text(spec.thanks),
        then=written.then(),
        languages=written.languages(),
        origins=tuple(written.origins()),
        is_open=spec.open,
        grants=MappingProxyType({entity.name: written.grant(filled), **written.chosen(asked, entities)}),
        fills=spec.fills is not None,
    )


def _grant(
    entity: EntityDraft, fields: set[str], *, create: bool = False, read: Truth = False, update: Truth = False
) -> Grant:
    """All other fields do not exist."""
    hidden = dict.fromkeys(entity.types.keys() - fields - _ALWAYS, True)
    return Grant(create=create, read=read, update=update, delete=False, hidden=hidden)


@dataclass(frozen=True, slots=True)
class _Written:
    """A form as written, about records of `entity`."""

    draft: Draft
    spec: FormSpec
    page: Page
    entity: EntityDraft

    def text(self, spec: LabelSpec | None) -> Label | None:
        return None if spec is None else label_of(spec, "", self.draft.languages)

    def grant(self, filled: set[str]) -> Grant:
        """What it lets people do with records of its own entity."""
        if self.spec.fills is None:
            return _grant(self.entity, filled, create=True)
        scope = self.draft.scope(self.entity.name, has_user=False)
        fills = self.spec.fills
        truth: Truth = True if fills is True else self.page.condition(("fills",), fills, scope) or False
        return _grant(self.entity, filled, read=truth, update=truth)

    def asked(self) -> Iterator[Asked]:
        """The fields that are sound; the name of a group stands for each of its fields."""
        known = {**self.entity.types, **dict.fromkeys(self.entity.groups), **self.entity.tables}
        for name, written in self.spec.fields.items():
            path = ("fields", name)
            if name not in known:
                what = f"field of {self.entity.name}"
                self.page.pick(path, "unknown-field", what, name, known, at_key=True)
            elif name in self.entity.tables:
                self._refuse(name, "a table is filled in on the page of a record")
            else:
                for part in self.entity.members(name):
                    type_ = self.entity.types.get(part)
                    if type_ is not None and self._may_ask(path, part, type_):
                        yield self._one(part, type_, written or AskedSpec())

    def _one(self, name: str, type_: FieldType, written: AskedSpec) -> Asked:
        help = written.help if written.help is not None else type_.help
        return Asked(
            name=name,
            label=label_of(written.label or type_.label, name, self.draft.languages),
            help=self.text(help),
            required=bool(written.required) or (type_.required and type_.visible_when is None),
        )

    def _may_ask(self, path: Path, name: str, type_: FieldType) -> bool:
        process = self.entity.spec.process
        is_state = process is not None and process.field == name
        if is_state or type_.read_only or self._is_given(name, type_):
            message, help = f'"{name}" is not entered by people', "take the line away"
            self.page.wrong(path, "read-only", message, help=help, at_key=True)
            return False
        together = {each for group in self.entity.spec.unique for each in group}
        if type_.unique or name in together:
            self._refuse(name, "it is unique, so whoever tries values would learn which there are")
            return False
        if type_.widget in _NOT_FOR_ALL:
            self._refuse(name, _NOT_FOR_ALL[type_.widget])
            return False
        return True

    def _refuse(self, name: str, why: str) -> None:
        message, help = f'"{name}" is not for a web form: {why}', "take the line away"
        self.page.wrong(("fields", name), "not-for-all", message, help=help, at_key=True)

    def _is_given(self, name: str, type_: FieldType) -> bool:
        made = is_binding(self.draft.derivations.get((self.entity.name, name)))
        return name in SYSTEM_TYPES or type_.computed or made

    def values(self) -> Iterator[tuple[str, Value]]:
        for name, written in self.spec.set.items():
            path, what = ("set", name), f"field of {self.entity.name}"
            type_ = self.page.pick(path, "unknown-field", what, name, self.entity.types, at_key=True)
            if type_ is None:
                continue
            if name in self.spec.fields:
                message, help = f'"{name}" is asked for above', "let people fill it in, or set it"
                self.page.wrong(path, "contradiction", message, help=help, at_key=True)
            elif self._is_given(name, type_):
                message, help = f'"{name}" is given by Relasi', "take the line away"
                self.page.wrong(path, "read-only", message, help=help, at_key=True)
            elif type_.widget in _NO_VALUE_OF_YAML:
                message = f'"{name}" refers to something outside of this file'
                self.page.wrong(path, "bad-value", message, help="let a rule fill it", at_key=True)
            else:
                yield from self._value(name, type_, written)

    def _value(self, name: str, type_: FieldType, written: Value) -> Iterator[tuple[str, Value]]:
        try:
            yield name, type_.accept(tuple(written) if isinstance(written, list) else written)
        except ValueProblem as problem:
            message = f'"{name}" cannot be "{quoted(written)}"'
            self.page.wrong(("set", name), "bad-value", message, help=problem.text())

    def check_complete(self, filled: set[str]) -> None:
        """Reports what every record needs and this form leaves out."""
        for name in self.entity.wanting(filled):
            message = f'every {self.entity.name} needs "{name}", which this form leaves out'
            help = f"add {name}, or a value below set"
            self.page.wrong(("fields",), "missing-field", message, help=help, at_key=True)

    def chosen(self, asked: tuple[Asked, ...], entities: Mapping[str, Entity]) -> Mapping[str, Grant]:
        """What may be seen of the records that links may lead to: the titles of those that can be chosen."""
        grants: dict[str, Grant] = {}
        for each in asked:
            name, type_ = each.name, self.entity.types[each.name]
            written = self.spec.fields.get(name) or AskedSpec()
            path = ("fields", name, "choose")
            if type_ is None or type_.widget is not Widget.LINK:
                if written.choose is not None:
                    help = "take the line away"
                    self.page.wrong(path, "not-a-link", f'"{name}" is no link', help=help, at_key=True)
                continue
            target = type_.targets()[0]
            if len(type_.targets()) != 1:
                self._refuse(name, "it may lead to several entities")
            elif target in (self.entity.name, *grants):
                self._refuse(name, f"the form is about {target} already")
            elif written.choose is None:
                message = f'"{name}" would show every {target} to everybody'
                help = "add choose: and a condition, or choose: true if anybody may see them all"
                self.page.wrong(path[:-1], "open-link", message, help=help, at_key=True)
            elif target in entities:
                grants[target] = self._open(path, entities[target], written.choose)
        return grants

    def _open(self, path: Path, target: Entity, written: str | bool) -> Grant:
        scope = self.draft.scope(target.name, has_user=False)
        read = True if written is True else self.page.condition(path, written, scope)
        pairs = (pair for each in target.title.expressions for pair in each.reads)
        shown = {field for owner, field in pairs if owner == target.name}
        return _grant(self.draft.entities[target.name], shown, read=read or False)

    def agreements(self) -> Iterator[Agreement]:
        for purpose, written in self.spec.consents.items():
            path = ("consents", purpose)
            self.page.pick(path, "unknown-purpose", "purpose", purpose, self.draft.purposes, at_key=True)
            where = (*path, "address")
            self.page.pick(where, "unknown-field", "field of this form", written.address, self.spec.fields)
            type_ = self.entity.types.get(written.address)
            if type_ is not None and not isinstance(type_, EmailField):
                message = f'"{written.address}" holds no e-mail address'
                self.page.wrong(where, "no-recipient", message, help="name a field of the type email")
            text = label_of(written.text, "", self.draft.languages)
            yield Agreement(purpose, text, written.address, written.required)

    def languages(self) -> tuple[str, ...]:
        known = {each: each for each in self.draft.languages if each in LANGUAGES}
        what = "language of the project"
        for index, each in enumerate(self.spec.languages or ()):
            self.page.pick(("languages", index), "unknown-language", what, each, known)
        return tuple(each for each in self.spec.languages or known if each in known)

    def then(self) -> str | None:
        address = self.spec.then
        if address is not None and (urlsplit(address).scheme != "https" or not urlsplit(address).netloc):
            help = "write the whole address: https://www.example.com/thanks"
            self.page.wrong(("then",), "bad-value", f'"then" cannot be "{quoted(address)}"', help=help)
        return address

    def origins(self) -> Iterator[str]:
        for index, written in enumerate(self.spec.embed):
            parts = urlsplit(written)
            if parts.scheme in ("http", "https") and written == f"{parts.scheme}://{parts.netloc}":
                yield written.lower()
            else:
                help = "write scheme and host alone: https://www.example.com"
                self.page.wrong(("embed", index), "bad-value", f'"{quoted(written)}" is no site', help=help)
