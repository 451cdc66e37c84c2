"""`email`: puts a mail into the outbox, filled in as the record is now. Whether it may be sent is asked when
it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from relasi.errors import WorkflowError
from relasi.messages.rendering import Rendered
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Text, User, type_name
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import ValueProblem
from relasi.schema.fields.email import EmailField
from relasi.schema.model import Outgoing
from relasi.schema.model.mail import Message
from relasi.schema.spec.base import Spec
from relasi.texts import LANGUAGES
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.actions.notify import picked_message
from relasi.workflows.people import GROUPS, HOW, People, compile_people

_ADDRESS = EmailField(type="email")


class EmailSpec(Spec):
    to: str = Field(description=f"an address, such as sender.email; or {HOW}")
    message: str = Field(description="a message from config/messages/")
    tells: str | None = Field(
        None,
        description="a choice field that gets what became of the mail: sent, kept, withheld, failed, "
        "bounced, opted_out; what is not among its options is not told",
    )
    copies: str | None = Field(
        None,
        description="expression for further addresses, one in each line, such as a field of the type emails: "
        "each gets a copy of a mail to an address, and all see to whom it went",
    )
    attach: str | None = Field(
        None, description="a field whose files go along with a mail to an address: those that are in it now"
    )


class EmailStep(StepSpec):
    needs_record: ClassVar[bool] = False

    email: EmailSpec = Field(description="sends a message by e-mail")

    def compile(self, at: StepDraft) -> Email | None:
        spec = self.email
        is_known = picked_message(at, "email", "message", name=spec.message)
        to = _compile_to(at, spec.to)
        copies = None if spec.copies is None else _compile_copies(at, spec.copies, to)
        if spec.attach is not None and not _goes_along(at, spec.attach, to):
            return None
        if spec.tells is not None and not _can_be_told(at, spec.tells):
            return None
        if not is_known or to is None:
            return None
        return Email(at.name, at.entity.name, to, spec.message, copies, spec.attach, spec.tells)


def _can_be_told(at: StepDraft, name: str) -> bool:
    from relasi.messages.reporting import BECAME

    type_ = at.field("email", "tells", name=name)
    if type_ is None:
        return False
    if type_.choices().keys() & BECAME:
        return True
    help = f"name a choice with some of the options {', '.join(BECAME)}"
    message = f'"{name}" cannot say what became of a mail'
    at.wrong("email", "tells", code="not-a-choice", message=message, help=help)
    return False


def _goes_along(at: StepDraft, name: str, to: People | Expression | None) -> bool:
    type_ = at.field("email", "attach", name=name)
    if type_ is None:
        return False
    if not isinstance(type_, Attached):
        fits = [each for each, one in at.entity.types.items() if isinstance(one, Attached)]
        help = f"fields that do: {', '.join(fits)}" if fits else f"add one to {at.entity.name}, of type files"
        at.wrong("email", "attach", code="no-files", message=f'"{name}" keeps no files', help=help)
        return False
    if isinstance(to, People):
        message = "files go along with mails to an address only"
        help = "take it away: people who use the CRM find them with the record"
        at.wrong("email", "attach", code="contradiction", message=message, help=help, at_key=True)
        return False
    return True


def _compile_copies(at: StepDraft, written: str, to: People | Expression | None) -> Expression | None:
    if isinstance(to, People):
        message, help = "copies are of mails to an address only", "name all the people below to"
        at.wrong("email", "copies", code="contradiction", message=message, help=help, at_key=True)
    return at.expression("email", "copies", text=written, type=Text())


def _compile_to(at: StepDraft, written: str) -> People | Expression | None:
    if written.partition(".")[0] in GROUPS and written.partition(".")[0] not in at.entity.types:
        return compile_people(at, "email", "to", text=written)
    found = at.expression("email", "to", text=written)
    if found is None or isinstance(found.type, Text):
        return found
    if isinstance(found.type, User):
        return People(written, person=found)
    message = f"a mail goes to an address or to people, not to {type_name(found.type)}"
    at.wrong("email", "to", code="no-recipient", message=message, help=f"name a field for e-mail, or {HOW}")
    return None


@dataclass(frozen=True, slots=True)
class Email(Action):
    """`to` is an address outside, or people who use the CRM."""

    to: People | Expression
    message: str
    copies: Expression | None = None
    attach: str | None = None
    tells: str | None = None

    def run(self, running: Running) -> Said:
        message = running.work.ground.model.messages[self.message]
        if isinstance(self.to, People):
            keys = list(self._to_users(running, message, self.to))
        else:
            keys = list(self._to_outsider(running, message, self.to))
        return {"step": "email", "path": self.path, "message": self.message, "effects": keys}

    def _to_outsider(self, running: Running, message: Message, to: Expression) -> Iterator[str]:
        from relasi.messages.filling import for_outsider

        situation = running.situation()
        address = accepted(to.evaluate(situation))
        if address is None:
            return
        language, rendered = for_outsider(running.work, message, situation)
        copies = _others(self.copies.evaluate(situation), address) if self.copies else ()
        files, key = running.record()[self.attach] if self.attach else None, running.key(self)
        yield _put(running, message, key, Outbound(address, language, rendered, files, self.tells, copies))
        for copy in copies:
            mail = Outbound(copy, language, rendered, files, copies=copies, main=address)
            yield _put(running, message, f"{key}:{copy}", mail)

    def _to_users(self, running: Running, message: Message, to: People) -> Iterator[str]:
        """Nothing for those who have no address, or may not read the record."""
        from relasi.messages.filling import for_user

        work = running.work
        for user in to.found(work.ground.model, work.store, running.situation):
            seen = for_user(work, message, running.record_id, user)
            if not user.email or seen is None:
                continue
            language = user.language if user.language in seen else next(iter(seen))
            key = f"{running.key(self)}:{user.id}"
            yield _put(running, message, key, Outbound(user.email, language, seen[language]))

    def outgoing(self) -> Iterator[Outgoing]:
        if not isinstance(self.to, People):
            yield Outgoing("email", self.message)

    def expressions(self) -> Iterator[Expression]:
        if isinstance(self.to, People):
            yield from self.to.expressions()
        else:
            yield self.to
        if self.copies is not None:
            yield self.copies


def accepted(address: object) -> str | None:
    """An address as mails take it. Raises WorkflowError for what is none."""
    try:
        found: str | None = _ADDRESS.accept(address)
    except ValueProblem as problem:
        reason = {language: problem.text(language) for language in LANGUAGES}
        raise WorkflowError("not_an_address", reason=reason) from problem
    return found


def _others(written: str | None, address: str) -> tuple[str, ...]:
    """Whom copies go to, none twice. Raises WorkflowError as `accepted` does."""
    from relasi.store.consents import folded

    found = (accepted(each) for each in (written or "").split("\n"))
    others = {folded(each): each for each in found if each is not None}
    return tuple(each for key, each in others.items() if key != folded(address))


@dataclass(frozen=True, slots=True)
class Outbound:
    """`files` are the ids of those that go along, `tells` the field that gets what became of it; a copy names
    the `main` reader."""

    to: str
    language: str
    rendered: Rendered
    files: Sequence[str] | None = None
    tells: str | None = None
    copies: Sequence[str] = ()
    main: str | None = None


def _put(running: Running, message: Message, key: str, mail: Outbound) -> str:
    from relasi.messages.sender import EMAIL
    from relasi.store.effects import Effect

    running.work.store.effects.add(
        Effect(
            id=key,
            kind=EMAIL,
            to=mail.to,
            payload={
                "subject": mail.rendered.subject,
                "text": mail.rendered.text,
                "html": mail.rendered.html,
                "language": mail.language,
                "purpose": message.purpose,
                "message": message.name,
                **({"files": list(mail.files)} if mail.files else {}),
                **({"tells": mail.tells} if mail.tells else {}),
                **({"copies": list(mail.copies)} if mail.copies else {}),
                **({"main": mail.main} if mail.main else {}),
                **({"by_person": True} if message.by_person else {}),
            },
            at=running.work.now,
            entity=running.entity or None,
            record_id=running.record_id or None,
            workflow=running.workflow.name,
        )
    )
    return key
