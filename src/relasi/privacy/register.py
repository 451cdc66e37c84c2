"""The register of processing activities: what people's data are kept for, by which law, whose they are, who
reads them, how long they stay, and who gets them. All of it follows from the Model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from relasi.schema.labels import Label
from relasi.schema.model import Entity, Field, Model, Personal, Retention, walk
from relasi.schema.model.mail import Purpose


@dataclass(frozen=True, slots=True)
class Kept:
    """What records of one entity say about people. `own` is whether these records are people; otherwise they
    belong to some. `readers` are roles that may read at least some of them."""

    entity: Entity
    own: bool
    fields: tuple[Field, ...]
    readers: tuple[Label, ...]

    @property
    def special(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.personal is Personal.SPECIAL)

    @property
    def ends(self) -> tuple[tuple[Field | None, Retention], ...]:
        """When the data go: those of a field before those of the record, which stand last without one."""
        own = [(field, field.keep) for field in self.fields if field.keep]
        return (*own, *([(None, self.entity.keep)] if self.entity.keep else []))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody outside: `way` is email, letter, webhook or nocodb; `name` a message's label, or a host."""

    way: str
    name: Label


@dataclass(frozen=True, slots=True)
class Activity:
    """All that is done with people's data for one purpose."""

    purpose: Purpose
    kept: tuple[Kept, ...]
    recipients: tuple[Recipient, ...]


def register_of(model: Model) -> tuple[Activity, ...]:
    """In the order of the settings; purposes for which nothing is kept and nothing sent are left out."""
    found = (_activity(model, purpose) for purpose in model.settings.outside.purposes.values())
    return tuple(each for each in found if each.kept or each.recipients)


def without_purpose(model: Model) -> tuple[tuple[Entity, Field], ...]:
    """Personal fields of which nobody has said what they are kept for."""
    return tuple(
        (entity, field)
        for entity in model.entities.values()
        for field in entity.own_fields
        if field.personal and not field.purposes
    )


def _activity(model: Model, purpose: Purpose) -> Activity:
    kept = tuple(_kept(model, purpose.name))
    found = {(each.way, *each.name.values()): each for each in _recipients(model, purpose.name, kept)}
    return Activity(purpose, kept, tuple(found.values()))


def _kept(model: Model, purpose: str) -> Iterator[Kept]:
    for entity in model.entities.values():
        fields = tuple(each for each in entity.own_fields if each.personal and purpose in each.purposes)
        if fields:
            yield Kept(entity, entity.person is not False, fields, tuple(_readers(model, entity)))


def _readers(model: Model, entity: Entity) -> Iterator[Label]:
    for role in model.roles.values():
        grants = [entity.access[name] for name in role.includes if name in entity.access]
        if role.everything or any(grant.read is not False for grant in grants):
            yield role.label


def _recipients(model: Model, purpose: str, kept: tuple[Kept, ...]) -> Iterator[Recipient]:
    """Whoever gets messages for the purpose, and other systems that are told of what is kept for it."""
    held = {(each.entity.name, field.name) for each in kept for field in each.fields}
    for workflow in model.workflows.values():
        for step in walk(workflow.steps):
            told = held.intersection(pair for each in step.expressions() for pair in each.reads)
            for sent in step.outgoing():
                message = model.messages.get(sent.message or "")
                if message is not None and message.purpose == purpose:
                    yield Recipient(sent.way, message.label)
                elif sent.host is not None and told:
                    yield Recipient(sent.way, _everywhere(model, sent.host))
    mirror = model.platform.nocodb
    names = {each.entity.name for each in kept}
    if mirror is not None and names & (set(mirror.entities) or names):
        yield Recipient("nocodb", _everywhere(model, urlsplit(mirror.url).hostname or mirror.url))


def _everywhere(model: Model, text: str) -> Label:
    return dict.fromkeys(model.settings.languages, text)
