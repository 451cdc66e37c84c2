"""`letter`: puts a letter into the outbox, filled in as the record is now. A worker makes a PDF of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import Field

from relasi.messages.rendering import lines_of
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression, Format, Situation, Template
from relasi.schema.expressions.types import Text
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import FieldType
from relasi.schema.model import Outgoing, Writing, expressions_of
from relasi.schema.model.mail import Consent
from relasi.schema.spec.base import Spec
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.actions.notify import picked_message

if TYPE_CHECKING:
    from relasi.messages.rendering import Rendered


class LetterSpec(Spec):
    message: str = Field(description="a message from config/messages/")
    to: str = Field(description="whom it is for: text with {holes}, a line each; empty lines are left out")
    address: str | None = Field(
        None,
        description="a field of type address, such as sender.home; its lines follow as its country "
        "writes them",
    )
    attach: str = Field(description="the field for files that gets the PDF")
    person: str | None = Field(
        None,
        description="the e-mail address by which the person is known: consent is asked of it, where the "
        "purpose of the message needs consent",
    )


class LetterStep(StepSpec):
    letter: LetterSpec = Field(description="writes a letter and keeps it as a PDF with the record")

    def compile(self, at: StepDraft) -> Letter | None:
        spec = self.letter
        is_known = picked_message(at, "letter", "message", name=spec.message)
        to = at.template("letter", "to", text=spec.to)
        address = _compile_address(at, spec.address) if spec.address else None
        person = at.expression("letter", "person", text=spec.person, type=Text()) if spec.person else None
        takes = _takes_letters(at, spec.attach)
        if spec.person is None:
            _refuse_asking_nobody(at, spec.message)
        if not (is_known and to and takes) or (spec.address and address is None):
            return None
        return Letter(at.name, at.entity.name, spec.message, to, spec.attach, address, person)


def _takes_pdf(type_: FieldType) -> bool:
    return isinstance(type_, Attached) and type_.takes_pdf


def _takes_letters(at: StepDraft, name: str) -> bool:
    type_ = at.field("letter", "attach", name=name)
    if type_ is None:
        return False
    if _takes_pdf(type_):
        return True
    fits = [each for each, one in at.entity.types.items() if one and _takes_pdf(one)]
    help = f"fields that do: {', '.join(fits)}" if fits else f"add one to {at.entity.name}, of type files"
    at.wrong("letter", "attach", code="no-pdf", message=f'"{name}" does not take a PDF', help=help)
    return False


def _refuse_asking_nobody(at: StepDraft, message: str) -> None:
    purpose = at.draft.purposes.get(at.draft.purposes_of.get(message, ""))
    if purpose is not None and purpose.consent is not Consent.NOT_NEEDED:
        words = f'the message "{message}" needs consent, and nobody is named who could give it'
        at.wrong(
            "letter", code="no-person", message=words, help="add person: the e-mail address of the reader"
        )


@dataclass(frozen=True, slots=True)
class Address:
    """A field of several parts, of the entity that the links lead to: `parts` reads each of them."""

    entity: str
    name: str
    parts: tuple[tuple[str, Expression], ...]

    def lines(self, running: Running, situation: Situation, write: Format) -> list[str]:
        groups = running.work.entity(self.entity).groups
        found = {name: (part, part.evaluate(situation)) for name, part in self.parts}
        values = {name: value for name, (_, value) in found.items() if value is not None}
        texts = {name: write(value, found[name][0]) for name, value in values.items()}
        return next(each.lines(values, texts) for each in groups if each.name == self.name)


def _compile_address(at: StepDraft, written: str) -> Address | None:
    *links, name = written.split(".")
    here = at
    for link in links:
        entity = here.linked("letter", "address", link=link)
        if entity is None:
            return None
        here = replace(here, entity=entity)
    what = f"address of {here.entity.name}"
    group = at.page.pick((*at.path, "letter", "address"), "unknown-field", what, name, here.entity.groups)
    parts = [
        (part, at.expression("letter", "address", text=".".join([*links, part])))
        for part in (group.fields if group else ())
    ]
    sound = tuple((part, read) for part, read in parts if read is not None)
    return Address(here.entity.name, name, sound) if sound else None


@dataclass(frozen=True, slots=True)
class Letter(Action):
    """`person` is asked for consent, `field` gets the PDF."""

    message: str
    to: Template
    field: str
    address: Address | None = None
    person: Expression | None = None

    def run(self, running: Running) -> Said:
        from relasi.messages.filling import for_outsider, writing_in

        message, situation = running.work.ground.model.messages[self.message], running.situation()
        language, rendered = for_outsider(running.work, message, situation, on_paper=True)
        write = writing_in(running.work, language)
        to = list(lines_of(self.to.render(situation, write)))
        if to and self.address is not None:
            to += self.address.lines(running, situation, write)
        keys = [self._put(running, to, language, rendered)] if to else []
        return {"step": "letter", "path": self.path, "message": self.message, "effects": keys}

    def _put(self, running: Running, to: Sequence[str], language: str, rendered: Rendered) -> str:
        from relasi.messages.letters import LETTER
        from relasi.store.effects import Effect

        work, key = running.work, running.key(self)
        person = self.person.evaluate(running.situation()) if self.person else None
        payload = {
            "message": self.message,
            "purpose": work.ground.model.messages[self.message].purpose,
            "person": person or "",
            "language": language,
            "to": list(to),
            "subject": rendered.subject,
            "text": rendered.text,
            "blocks": list(rendered.blocks),
            "signature": list(rendered.signature),
            "field": self.field,
            "file": work.ground.new_id(),
            "user": work.actor.user_id,
            "version": running.workflow.version,
            "chain": list(work.chain),
        }
        work.store.effects.add(
            Effect(
                id=key,
                kind=LETTER,
                to=to[0],
                payload=payload,
                at=work.now,
                entity=running.entity,
                record_id=running.record_id,
                workflow=running.workflow.name,
            )
        )
        return key

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of([self.to, self.person])
        for _, read in self.address.parts if self.address else ():
            yield read

    def outgoing(self) -> Iterator[Outgoing]:
        yield Outgoing("letter", self.message)

    def writes(self) -> Iterator[Writing]:
        yield Writing(self.entity, {self.field: None})
