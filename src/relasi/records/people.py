"""Whose data a record holds: those of the person that it is, or of the people that it belongs to, also by way
of other records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records.links import target_of
from relasi.records.view import View
from relasi.schema.fields.email import EmailField
from relasi.schema.fields.emails import EmailsField
from relasi.schema.model import Entity, Field, Model
from relasi.schema.model.mail import Consent as Asks
from relasi.schema.model.mail import Purpose
from relasi.schema.model.privacy import RESTRICTED
from relasi.store.consents import Consent, folded


@dataclass(frozen=True, slots=True)
class Person:
    entity: str
    id: str
    row: Row

    @property
    def is_restricted(self) -> bool:
        """Whether the data are kept and nothing else is done with them."""
        return bool(self.row[RESTRICTED])


def is_person(view: View, entity: Entity, row: Row) -> bool:
    if isinstance(entity.person, bool):
        return entity.person
    return bool(entity.person.evaluate(view.situation(row)))


def people_of(view: View, entity: str, row: Row) -> tuple[Person, ...]:
    """Whoever may read them; in the order in which the links name them."""
    found: dict[tuple[str, str], Person] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(entity, row)]
    while waiting:
        name, current = waiting.pop(0)
        place, definition = (name, current["id"]), view.entity(name)
        if place in seen:
            continue
        seen.add(place)
        if is_person(view, definition, current):
            found[place] = Person(name, current["id"], current)
            continue
        for link in definition.belongs_to:
            if (value := current[link]) is not None:
                target = target_of(definition.fields[link], value)
                if (linked := view.follow(*target)) is not None:
                    waiting.append((target[0], linked))
    return tuple(found.values())


def tells_of_people(model: Model, entity: str) -> bool:
    """Whether records of the entity can be, or belong to, people."""
    found = model.entities[entity]
    return found.person is not False or bool(found.belongs_to)


def addresses_of(entity: Entity, row: Row) -> tuple[str, ...]:
    """What consents of the person are kept under: the e-mail addresses, and the record itself."""
    written: list[str] = []
    for field in entity.own_fields:
        if isinstance(field.type, EmailField) and row[field.name]:
            written.append(row[field.name])
        elif isinstance(field.type, EmailsField):
            written += (row[field.name] or "").splitlines()
    return (*dict.fromkeys(map(folded, written)), f"{entity.name}/{row['id']}")


def restricted(view: View, entity: str, keys: Iterable[str]) -> set[str]:
    """Those of the records that are, or belong to, people whose data are restricted."""
    if not tells_of_people(view.ground.model, entity):
        return set()
    return {key for key in keys if is_restricted(view, entity, view.follow(entity, key))}


def is_restricted(view: View, entity: str, row: Row | None) -> bool:
    """Whether the data of one of the people are restricted whose record it is."""
    return row is not None and any(each.is_restricted for each in people_of(view, entity, row))


def anybody_restricted(view: View) -> bool:
    entities = view.ground.model.entities.values()
    queries = (
        Query(each.name, view.asking, matching={RESTRICTED: [True]}, fields=(), limit=1)
        for each in entities
        if each.person is not False
    )
    return any(view.transaction.find(query).rows for query in queries)


def is_restricted_address(view: View, address: str) -> bool:
    """Whether somebody whose data are restricted has this address."""
    wanted = folded(address)
    for entity in view.ground.model.entities.values():
        if entity.person is not False:
            query = Query(entity.name, view.asking)
            for row in matching_rows(view.transaction, query, RESTRICTED, [True]):
                if wanted in addresses_of(entity, row):
                    return True
    return False


def stands(purpose: Purpose, said: Consent | None) -> bool:
    """Whether what was said last, if anything, allows the purpose."""
    if said is not None and purpose.consent is not Asks.NOT_NEEDED:
        return said.given
    return purpose.consent is not Asks.REQUIRED


def may_leave(view: View, entity: str, row: Row, purpose: str | None) -> bool:
    """Whether a record may be taken out for a purpose: its people are not restricted, and nothing that they
    said stands against it."""
    wanted = view.ground.model.settings.outside.purposes[purpose] if purpose else None
    for person in people_of(view, entity, row):
        addresses = addresses_of(view.entity(person.entity), person.row)
        if person.is_restricted:
            return False
        if wanted and not stands(wanted, view.store.consents.last_said(addresses, wanted.name)):
            return False
    return True


def agrees(view: View, entity: str, row: Row, purpose: str) -> bool:
    """Whether a record may be chosen for a purpose: as `may_leave`; where it is about no person, its own
    address has the word."""
    if people_of(view, entity, row):
        return may_leave(view, entity, row, purpose)
    wanted = view.ground.model.settings.outside.purposes[purpose]
    addresses = addresses_of(view.entity(entity), row)
    return stands(wanted, view.store.consents.last_said(addresses, wanted.name))


def refused_purposes(view: View, entity: str, row: Row, field: Field) -> tuple[Purpose, ...]:
    """The purposes of a field that need the consent of the people whose record it is, and lack it."""
    known = view.ground.model.settings.outside.purposes
    asking = [known[name] for name in field.purposes if known[name].consent is not Asks.NOT_NEEDED]
    people = people_of(view, entity, row) if asking else ()
    groups = [addresses_of(view.entity(each.entity), each.row) for each in people]
    consents = view.store.consents
    return tuple(
        purpose
        for purpose in asking
        if not groups or not all(stands(purpose, consents.last_said(group, purpose.name)) for group in groups)
    )
