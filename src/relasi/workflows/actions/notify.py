"""`notify`: tells people something inside the app, each in their language and within their rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from relasi.messages.rendering import Rendered
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.compiler.settings.mail import SERVICE, compile_texts
from relasi.schema.expressions import Expression, Template
from relasi.schema.labels import Label, label_of
from relasi.schema.model import expressions_of
from relasi.schema.model.mail import Message
from relasi.schema.spec.base import LabelSpec, Spec
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.people import HOW, People, compile_people

if TYPE_CHECKING:
    from relasi.store.notifications import Notification


class NotifySpec(Spec):
    to: str | list[str] = Field(description=f"{HOW}; or a list of these, each person is told once")
    message: str | None = Field(None, description="a message from config/messages/")
    text: LabelSpec | None = Field(None, description="one line with {holes}, where no message is needed")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.message is None) == (self.text is None):
            raise PydanticCustomError("notify", "it says a message or a text, one of the two")
        return self


class NotifyStep(StepSpec):
    needs_record: ClassVar[bool] = False

    notify: NotifySpec = Field(description="tells people something inside the app")

    def compile(self, at: StepDraft) -> Notify | None:
        spec = self.notify
        recipients = tuple(_compile_to(at, spec.to))
        if spec.message is not None:
            known = picked_message(at, "notify", "message", name=spec.message)
            return Notify(at.name, at.entity.name, recipients, spec.message) if known else None
        texts = compile_texts(at.page, (*at.path, "notify", "text"), spec.text or "", at.scope)
        label = label_of(None, at.entity.name, at.draft.languages)
        own = Message(
            at.name, label, at.entity.name, SERVICE, None, texts, dict.fromkeys(texts, Template("", ()))
        )
        return Notify(at.name, at.entity.name, recipients, None, own)


def _compile_to(at: StepDraft, written: str | list[str]) -> Iterator[People]:
    for index, text in enumerate(written if isinstance(written, list) else [written]):
        keys = ("notify", "to", index) if isinstance(written, list) else ("notify", "to")
        if people := compile_people(at, *keys, text=text):
            yield people


def picked_message(at: StepDraft, *keys: str, name: str) -> bool:
    """Whether there is a message of this name about the records that the step runs on, or about none."""
    entity = at.page.pick((*at.path, *keys), "unknown-message", "message", name, at.draft.messages)
    if entity and entity != at.entity.name:
        message = f'the message "{name}" tells of {entity}, not of {at.entity.name or "no record"}'
        known = [each for each, about in at.draft.messages.items() if about in ("", at.entity.name)]
        own = f"with entity: {at.entity.name}" if at.entity.name else "without entity"
        help = f"those that do: {', '.join(known)}" if known else f"write one {own}"
        at.wrong(*keys, code="other-entity", message=message, help=help)
    return entity in ("", at.entity.name)


@dataclass(frozen=True, slots=True)
class Notify(Action):
    """`text` is what it says without a message of that name."""

    recipients: tuple[People, ...]
    message: str | None
    text: Message | None = None

    def run(self, running: Running) -> Said:
        from relasi.messages.filling import for_user

        work = running.work
        message = self.text or work.ground.model.messages[self.message or ""]
        found = (each.found(work.ground.model, work.store, running.situation) for each in self.recipients)
        people = {user.id: user for group in found for user in group}
        told = [
            _notification(running, message, user.id, for_user(work, message, running.record_id, user))
            for user in people.values()
        ]
        work.store.notifications.add(told)
        return {"step": "notify", "path": self.path, "users": list(people)}

    def expressions(self) -> Iterator[Expression]:
        for each in self.recipients:
            yield from each.expressions()
        if self.text is not None:
            yield from expressions_of(self.text.subject.values())


def _notification(
    running: Running, message: Message, user_id: str, seen: Mapping[str, Rendered] | None
) -> Notification:
    """Of a record that the user may not read, only that there is something."""
    from relasi.store.notifications import Notification

    title: Label = message.label if seen is None else {each: one.subject for each, one in seen.items()}
    return Notification(
        id=running.work.ground.new_id(),
        user_id=user_id,
        at=running.work.now,
        title=dict(title),
        body={} if seen is None else {each: one.text for each, one in seen.items()},
        entity=running.entity or None,
        record_id=running.record_id or None,
        workflow=running.workflow.name,
    )
