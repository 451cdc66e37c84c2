"""Whose data records are: what belongs to a person, by the links that the Model names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relasi.errors import NotFound
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records.anonymising import Place
from relasi.records.links import link_to, target_of
from relasi.records.view import View
from relasi.schema.model import Inbound, OnDelete


@dataclass(frozen=True, slots=True)
class Belongings:
    """`rows` is the record of the person with all that is about nobody else, in the order in which they were
    found; `shared` are records that are about other people, too."""

    person: Place
    rows: Mapping[Place, Row]
    shared: Mapping[Place, Row]


def belongings(view: View, entity: str, key: str) -> Belongings:
    """What belongs to a person; of another record, only what goes with it. Raises NotFound."""
    person, start = (entity, key), view.follow(entity, key)
    if start is None:
        raise NotFound("not_found")
    follow_people = is_person(view, entity, start)
    rows: dict[Place, Row] = {person: start}
    shared: dict[Place, Row] = {}
    level = [person]
    while level:
        found = dict(_pointing(view, level, follow_people))
        level = []
        for place, row in found.items():
            if place in rows or place in shared or is_person(view, place[0], row):
                continue
            if people_of(view, place[0], row) - {person} and follow_people:
                shared[place] = row
            else:
                rows[place] = row
                level.append(place)
    return Belongings(person, rows, shared)


def is_person(view: View, entity: str, row: Row) -> bool:
    person = view.entity(entity).person
    return person if isinstance(person, bool) else bool(person.evaluate(view.situation(row)))


def people_of(view: View, entity: str, row: Row) -> set[Place]:
    """The people whom a record is about; a person is about nobody else."""
    people: set[Place] = set()
    level, seen = [(entity, row)], {(entity, row["id"])}
    while level:
        name, each = level.pop()
        if is_person(view, name, each):
            people.add((name, each["id"]))
            continue
        for link in view.entity(name).belongs_to:
            if (value := each.get(link)) is None:
                continue
            place = target_of(view.entity(name).fields[link], value)
            target = view.follow(*place)
            if target is not None and place not in seen:
                seen.add(place)
                level.append((place[0], target))
    return people


def _pointing(view: View, places: list[Place], follow_people: bool) -> Iterator[tuple[Place, Row]]:
    """The records one link behind these that belong to whom they belong to, or go with them."""
    keys: dict[str, list[str]] = {}
    for entity, key in places:
        keys.setdefault(entity, []).append(key)
    for entity, some in keys.items():
        for inbound in view.entity(entity).inbound:
            if _binds(view, inbound, follow_people):
                yield from pointing(view, entity, inbound, some)


def _binds(view: View, inbound: Inbound, follow_people: bool) -> bool:
    belongs = follow_people and inbound.field in view.entity(inbound.entity).belongs_to
    return belongs or inbound.on_delete is OnDelete.CASCADE


def pointing(view: View, entity: str, inbound: Inbound, keys: list[str]) -> Iterator[tuple[Place, Row]]:
    """The records that lead to one of these by the link."""
    values = [link_to(view.entity(inbound.entity), inbound, entity, key) for key in keys]
    query = Query(inbound.entity, view.asking)
    for row in matching_rows(view.transaction, query, inbound.field, values):
        yield (inbound.entity, row["id"]), row
