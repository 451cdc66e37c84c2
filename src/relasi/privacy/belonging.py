"""Whose data records are: what belongs to a person, by the links that the Model names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relasi.errors import NotFound
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records.anonymising import Place
from relasi.records.links import link_to
from relasi.records.people import is_person, people_of
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
    follow_people = is_person(view, view.entity(entity), start)
    rows: dict[Place, Row] = {person: start}
    shared: dict[Place, Row] = {}
    level = [person]
    while level:
        found = dict(_pointing(view, level, follow_people))
        level = []
        for place, row in found.items():
            if place in rows or place in shared or is_person(view, view.entity(place[0]), row):
                continue
            whose = {(each.entity, each.id) for each in people_of(view, place[0], row)}
            if whose - {person} and follow_people:
                shared[place] = row
            else:
                rows[place] = row
                level.append(place)
    return Belongings(person, rows, shared)


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
