"""What somebody can open by typing a part of its name: records, pages, and forms for new records; and what
they open often, where nothing is typed. It knows nothing that its visitor may not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from relasi.apps.icons import known
from relasi.apps.places import Place, desks, overviews
from relasi.apps.visitor import Visitor
from relasi.records import ListRequest
from relasi.schema.model import Sort

Found = dict[str, Any]
"""As JSON says it: `title`, `note`, `icon`, and where it leads: `path` with `query`, or `new`, an entity."""

EACH = 5
"""Records of one entity."""
MOST = 8
"""Of everything else."""
NEWEST = (Sort("id", descending=True),)


@dataclass(frozen=True, slots=True)
class Finder:
    """`entered` are the places that the visitor may enter, by department; `places` of them the nearest one of
    each entity."""

    visitor: Visitor
    entered: Mapping[str, Sequence[Place]]
    places: Mapping[str, Place]

    @classmethod
    def of(cls, visitor: Visitor, entered: Mapping[str, Sequence[Place]], department: str) -> Self:
        """`department` is the one that the visitor is in."""
        near = {place.entity: place for place in entered.get(department, ())}
        every = {place.entity: place for places in reversed(list(entered.values())) for place in places}
        return cls(visitor, entered, {**near, **every, **near})

    def typed(self, text: str) -> list[Found]:
        """The groups of what is called so; pages whose names begin with it come first."""
        named = [each for each in _pages(self.visitor, self.entered) if _has(each["title"], text)]
        first = [each for each in named if each["title"].casefold().startswith(text.casefold())]
        rest = [each for each in named if each not in first]
        say = self.visitor.say
        groups = [(say("find_pages"), first[:MOST]), *self._records(text)]
        return _filled([*groups, (say("find_more_pages"), rest[:MOST]), (say("find_new"), self.new(text))])

    def untyped(self) -> list[Found]:
        """What the visitor opens often, and what can be made."""
        starred, recent = self.kept()
        say = self.visitor.say
        groups = [(say("favourites"), starred), (say("recent"), recent), (say("find_new"), self.new())]
        return _filled(groups)

    def kept(self) -> tuple[list[Found], list[Found]]:
        """The records with a star, and those that were opened last: of both, what may be read now."""
        user = self.visitor.user.id
        with self.visitor.crm.store.session(write=False) as session:
            starred, recent = session.visits.starred(user), session.visits.recent(user)
        lately = [place for place in recent if place not in starred][:MOST]
        titles = self.visitor.crm.records.titles(self.visitor.actor, [*starred, *lately])

        def named(places: Sequence[tuple[str, str]]) -> list[Found]:
            there = ((entity, key) for entity, key in places if (entity, key) in titles)
            return [
                self._record(entity, key, titles[entity, key])
                for entity, key in there
                if entity in self.places
            ]

        return named(starred), named(lately)

    def new(self, text: str = "") -> list[Found]:
        """The forms for new records, of what stands in the menus first."""
        entities = sorted(self.places, key=lambda name: not self.places[name].listed)
        rows = (
            {"title": self.visitor.of("new", entity), "icon": known(entity.icon), "new": entity.name}
            for entity in map(self.visitor.entity, entities)
            if self.visitor.rights(entity.name).create
        )
        return [each for each in rows if _has(each["title"], text)][: 2 * MOST]

    def _records(self, text: str) -> Iterator[tuple[str, list[Found]]]:
        visitor = self.visitor
        with visitor.crm.records.reader(visitor.actor) as reader:
            for name in self.places:
                entity = visitor.entity(name)
                if not reader.is_searched(name):
                    continue
                request = ListRequest(name, search=text, sort=NEWEST, fields=(), limit=EACH)
                rows = [self._record(name, each.id, each.title) for each in reader.nearest(request)]
                yield visitor.label(entity.plural), rows

    def _record(self, entity: str, key: str, title: str) -> Found:
        found = self.visitor.entity(entity)
        return {
            "title": title or self.visitor.say("untitled"),
            "note": self.visitor.label(found.label),
            "icon": known(found.icon),
            "path": self.places[entity].path,
            "query": {"id": key},
        }


def _filled(groups: Iterable[tuple[str, list[Found]]]) -> list[Found]:
    return [{"label": label, "rows": rows} for label, rows in groups if rows]


def _has(title: str, text: str) -> bool:
    folded = title.casefold()
    return all(word in folded for word in text.casefold().split())


def _pages(visitor: Visitor, found: Mapping[str, Sequence[Place]]) -> Iterator[Found]:
    """The lists of the menus, the dashboards and the desks."""
    departments = visitor.crm.model.departments
    for name, places in found.items():
        note = visitor.label(departments[name].label)
        for path, each in overviews(visitor, name).items():
            yield _page(visitor.label(each.label), note, known(each.icon), path)
        for place in places:
            entity = visitor.entity(place.entity)
            if place.listed:
                yield _page(visitor.label(entity.plural), note, known(entity.icon), place.path)
    for path in desks(visitor):
        yield _page(visitor.say(path), "", "arrow_forward", path)


def _page(title: str, note: str, icon: str, path: str) -> Found:
    return {"title": title, "note": note, "icon": icon, "path": path, "query": {}}
