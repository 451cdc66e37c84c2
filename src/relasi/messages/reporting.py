"""What became of a mail, told to the record that it is about: in a choice field that the step named."""

from __future__ import annotations

from relasi.messages.opting_out import Reader
from relasi.records import Actor, Source
from relasi.records.steps.derived import put
from relasi.records.work import Work
from relasi.store.effects import Effect

TELLER = Actor(None, frozenset(), Source.RULE, everything=True)
BECAME = {
    "sent": "the mail server took it",
    "kept": "it stays in the outbox, as no mail server is set",
    "withheld": "the reader did not agree, or may not be written to",
    "failed": "it was given up",
    "bounced": "it came back",
    "opted_out": "the reader wants no more by the link in it",
}
"""The options that the field may have; what is not among them is not told."""


def tell(work: Work, effect: Effect, became: str) -> None:
    """Rules hear of it, and what is counted by it follows."""
    name = effect.payload.get("tells")
    entity = work.ground.model.entities.get(effect.entity or "")
    field = entity.fields.get(name) if entity and name else None
    if entity and field and effect.record_id and became in field.type.choices():
        put(work, entity.name, {effect.record_id: {field.name: became}})


def tell_of_opting_out(work: Work, reader: Reader) -> None:
    """The newest mail for this purpose is taken to be the one with the link."""
    for effect in work.store.effects.list(to=reader.address, limit=50):
        if effect.payload.get("tells") and effect.payload.get("purpose") == reader.purpose:
            tell(work, effect, "opted_out")
            return
