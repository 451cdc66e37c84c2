"""What is deleted together with a record, and what becomes of the links to all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from relasi.errors import InUse
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records.links import link_to, target_of
from relasi.records.steps import auditing, derived, pairs
from relasi.schema.model import Inbound, OnDelete

if TYPE_CHECKING:
    from relasi.records.work import Work

Place = tuple[str, str]
"""An entity and the id of a record."""

_CAP = 1000
"""Beyond so many records in the way, nobody needs to know the number."""


def delete(work: Work, asked: Sequence[Place]) -> None:
    """Takes records away, and does with those that link to them what their links say. Raises InUse."""
    places = leaving(work, asked)
    release(work, places)
    held = {place: work.transaction.get(place[0], [place[1]], hold=True) for place in reversed(places)}
    rows = {place: found[place[1]] for place, found in held.items() if place[1] in found}
    versions = untie(work, rows)
    entries = []
    for (owner, each), row in rows.items():
        work.transaction.delete(owner, each, versions[owner, each])
        work.linked.forget((owner, each))
        recipe = work.ground.recipe(owner)
        fields = {name: (row[name], None) for name in recipe.own if row[name] is not None}
        last = {**row, "version": row["version"] + 1}
        entries.append(auditing.entry(work, recipe, "deleted", last, fields))
    for (owner, _), row in rows.items():
        entries += pairs.told_to_ends(work, work.entity(owner), [(row, None)])
    for told in (work.store.likeness, work.store.follows, work.store.notifications):
        told.forget([key for _, key in rows])
    changes, events = derived.audited(work, derived.spread_from_deleted(work, rows))
    work.store.audit.append([*entries, *changes])
    work.tell(events)
    work.ground.rules.deleted(work, rows)


def leaving(work: Work, places: Sequence[Place]) -> list[Place]:
    """The records, and by the links that cascade whatever goes with them; each of these behind one that it
    links to."""
    found: dict[Place, None] = dict.fromkeys(places)
    level = list(found)
    while level:
        level = [
            (inbound.entity, row["id"])
            for inbound, rows in _pointing(work, level, OnDelete.CASCADE)
            for row in rows
            if (inbound.entity, row["id"]) not in found
        ]
        found |= dict.fromkeys(level)
    return list(found)


def wanted_by_others(work: Work, places: Sequence[Place]) -> set[Place]:
    """Those of the records to which others than these link, whatever that link says about deletes."""
    among, wanted = set(places), set()
    for kind in OnDelete:
        for inbound, rows in _pointing(work, places, kind):
            link = work.entity(inbound.entity).fields[inbound.field]
            others = (row for row in rows if (inbound.entity, row["id"]) not in among)
            wanted |= {target_of(link, row[inbound.field]) for row in others}
    return wanted


def release(work: Work, places: list[Place]) -> None:
    """Frees the records from the links of those that stay. Raises InUse where a link forbids it, or cannot
    be emptied."""
    gone = set(places)
    for inbound, rows in _pointing(work, places, OnDelete.RESTRICT):
        _refuse_if_any(work, inbound, (row for row in rows if (inbound.entity, row["id"]) not in gone))
    for inbound, rows in _pointing(work, places, OnDelete.CLEAR):
        staying = [row for row in rows if (inbound.entity, row["id"]) not in gone]
        emptied = [(row["id"], row["version"], {inbound.field: None}) for row in staying]
        results = work.as_definition().update_many(inbound.entity, emptied)
        kept = [row for row, result in zip(staying, results, strict=True) if result.issues]
        _refuse_if_any(work, inbound, iter(kept))


def untie(work: Work, rows: Mapping[Place, Row]) -> dict[Place, int]:
    """Empties the links of records to others that are deleted before them, in the order of `rows`, as
    databases demand where links go in a circle. The versions that the records then have."""
    versions = {place: row["version"] for place, row in rows.items()}
    before: set[Place] = set()
    for place, row in rows.items():
        links = [field for field in work.entity(place[0]).own_fields if len(field.links_to) == 1]
        tied = [each for each in links if row[each.name] and target_of(each, row[each.name]) in before]
        if tied:
            work.transaction.update(*place, row["version"], {each.name: None for each in tied})
            versions[place] += 1
        before.add(place)
    return versions


def _pointing(
    work: Work, places: Sequence[Place], on_delete: OnDelete
) -> Iterator[tuple[Inbound, Iterator[Row]]]:
    """The links of this kind to any of the records, and the records that have them."""
    keys: dict[str, list[str]] = {}
    for entity, key in places:
        keys.setdefault(entity, []).append(key)
    for entity in keys:
        for inbound in work.entity(entity).inbound:
            if inbound.on_delete is on_delete:
                source = work.entity(inbound.entity)
                values = [link_to(source, inbound, entity, key) for key in keys[entity]]
                query = Query(inbound.entity, work.asking, fields=(inbound.field,))
                yield inbound, matching_rows(work.transaction, query, inbound.field, values)


def _refuse_if_any(work: Work, inbound: Inbound, rows: Iterator[Row]) -> None:
    """Whoever acts is told of those only that they may read."""
    keys = [row["id"] for row in islice(rows, _CAP)]
    if keys:
        seen = len(work.readable(inbound.entity, keys))
        raise InUse(seen, work.entity(inbound.entity).counted(seen))
