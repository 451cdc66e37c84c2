"""How a person stands with us: what they have agreed to, for which purposes, and whether their data are
restricted. People note here what the person has said elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from relasi.errors import Forbidden, Invalid, Issue, NotFound
from relasi.platform.again import begun_again
from relasi.platform.query import Row
from relasi.records import Actor, Records
from relasi.records.access.rights import holds
from relasi.records.people import addresses_of, is_person, stands
from relasi.records.work import Work
from relasi.schema.model import Entity
from relasi.schema.model.mail import Consent as Asks
from relasi.schema.model.mail import Purpose
from relasi.schema.model.privacy import BECAUSE, RESTRICTED
from relasi.store.consents import Consent


@dataclass(frozen=True, slots=True)
class Agreed:
    """A purpose, what the person has said about it, newest first, and whether we may act on it."""

    purpose: Purpose
    said: tuple[Consent, ...]
    stands: bool


@dataclass(frozen=True, slots=True)
class Standing:
    agreed: tuple[Agreed, ...]
    restricted: bool
    because: str | None
    may_note: bool
    """Whether whoever looks may note what the person says."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person has said about a purpose: `channel` is None for every way, `proof` where it can be looked
    up."""

    purpose: str
    given: bool
    source: str
    wording: str
    channel: str | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """All errors are those of `relasi.errors`."""

    records: Records
    new_id: Callable[[], str]

    def of(self, actor: Actor, entity: str, key: str) -> Standing | None:
        """None where the record is no person. Raises NotFound."""
        with self.records.work(actor, write=False) as work:
            definition, row = work.entity(entity), _read(work, entity, key)
            if not is_person(work, definition, row):
                return None
            agreed = tuple(_agreed(work, definition, row))
            may_note = holds(work.rights(entity).update, work.situation(row))
            return Standing(agreed, bool(row[RESTRICTED]), row[BECAUSE], may_note)

    @begun_again
    def note(self, actor: Actor, entity: str, key: str, word: Word) -> None:
        """Notes it for all addresses of the person, and for the record. Raises NotFound, Forbidden,
        Invalid."""
        with self.records.work(actor) as work:
            definition, row = work.entity(entity), _changed(work, entity, key)
            missing = [name for name in ("source", "wording") if not getattr(word, name).strip()]
            if missing or word.purpose not in work.ground.model.settings.outside.purposes:
                raise Invalid([Issue(name, "required") for name in missing or ("purpose",)])
            for address in addresses_of(definition, row):
                work.store.consents.add(
                    Consent(
                        id=self.new_id(),
                        address=address,
                        purpose=word.purpose,
                        given=word.given,
                        at=work.now,
                        source=word.source,
                        wording=word.wording,
                        user_id=actor.user_id,
                        channel=word.channel,
                        proof=word.proof,
                    )
                )

    @begun_again
    def restrict(self, actor: Actor, entity: str, key: str, because: str | None) -> None:
        """Restricts the data of a person, or lifts that where no reason is given; the audit log has both.
        Raises NotFound, Forbidden."""
        with self.records.work(actor) as work:
            row = _changed(work, entity, key)
            values = {RESTRICTED: because is not None, BECAUSE: because}
            work.as_definition().update(entity, key, row["version"], values)


def _agreed(work: Work, entity: Entity, row: Row) -> Iterator[Agreed]:
    """The purposes for which people are asked, or may object, and those that the entity names."""
    addresses = addresses_of(entity, row)
    said = work.store.consents.of(*addresses)
    named = {name for field in entity.own_fields for name in field.purposes}
    for purpose in work.ground.model.settings.outside.purposes.values():
        words = tuple(each for each in said if each.purpose == purpose.name)
        if words or purpose.name in named or purpose.consent is not Asks.NOT_NEEDED:
            general = next((each for each in words if each.channel is None), None)
            yield Agreed(purpose, _once(words), stands(purpose, general))


def _once(words: tuple[Consent, ...]) -> tuple[Consent, ...]:
    """What was noted for several addresses at a time counts once."""
    return tuple({(each.at, each.channel, each.given): each for each in words}.values())


def _read(work: Work, entity: str, key: str) -> Row:
    row = work.follow(entity, key)
    if row is None or not holds(work.rights(entity).read, work.situation(row)):
        raise NotFound("not_found")
    return row


def _changed(work: Work, entity: str, key: str) -> Row:
    row = _read(work, entity, key)
    if not is_person(work, work.entity(entity), row):
        raise NotFound("not_found")
    if not holds(work.rights(entity).update, work.situation(row)):
        raise Forbidden("may_not_update")
    return row
