"""Where a visitor is: which entity in which department, and the way from there to every other page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

import streamlit as st

from relasi.apps.visitor import Visitor
from relasi.records.actor import is_outside
from relasi.records.quality import may_look
from relasi.schema.model import Entity
from relasi.schema.model.dashboard import Dashboard

PERSONAL_DATA, DATA_QUALITY = "personal_data", "data_quality"
INBOX, OUTBOX, ABSENCE, AUTOMATION, FORMS = "inbox", "outbox", "absence", "automation", "forms"
ACCOUNT, PEOPLE, STUDIO = "account", "people", "studio"


@dataclass(frozen=True, slots=True)
class Place:
    """The pages of one entity inside one department.

    `lists` are the saved lists that the menu offers, all if empty. What is not `listed` is reached by links
    only.
    """

    department: str
    entity: str
    lists: tuple[str, ...] = ()
    listed: bool = True

    @property
    def path(self) -> str:
        return f"{self.department}-{self.entity}"


def reachable(visitor: Visitor, only: str | None) -> dict[str, list[Place]]:
    """The places that the visitor may enter, by department, those of the menu first; `only` leaves one
    department."""
    found: dict[str, list[Place]] = {}
    for department in visitor.departments(only):
        menu = {item.entity: item.lists for item in department.menu}
        names = [*menu, *(name for name in visitor.crm.model.entities if name not in menu)]
        found[department.name] = [
            Place(department.name, name, menu.get(name, ()), name in menu)
            for name in names
            if visitor.may_read(name)
        ]
    return found


def overviews(visitor: Visitor, department: str) -> dict[str, Dashboard]:
    """The dashboards of a department of which the visitor may see something, by their addresses."""
    return {
        f"{department}-dashboard-{each.name}": each
        for each in visitor.crm.model.dashboards.values()
        if department in each.departments and any(visitor.may_read(tile.entity) for tile in each.tiles)
    }


def beginning(visitor: Visitor, found: Mapping[str, list[Place]]) -> str:
    """The address of the page that the visitor's day begins with, among the places of `reachable`."""
    for role in visitor.crm.model.roles.values():
        if role.start and role.name in visitor.user.roles:
            if role.start.page == INBOX:
                return INBOX
            department = role.start.department or next(iter(found))
            boards = overviews(visitor, department) if role.start.page == "dashboard" else ()
            starts: tuple[str, ...] = (*boards, *(place.path for place in found.get(department, ())))
            if department in found and starts:
                return starts[0]
    return next(place.path for places in found.values() for place in places)


def addresses(visitor: Visitor, only: str | None) -> set[str]:
    """Those of all pages that the visitor may enter."""
    found = reachable(visitor, only)
    places = {place.path for each in found.values() for place in each}
    return places.union(desks(visitor), *(overviews(visitor, department) for department in found))


def desks(visitor: Visitor) -> tuple[str, ...]:
    """The addresses of the pages that belong to no department: a person's own, the administrators', and one
    for those who answer for people's data."""
    entities = visitor.crm.model.entities.values()
    data: tuple[str, ...]
    people = any(
        each.person is not False and visitor.rights(each.name).erase is not False for each in entities
    )
    data = (PERSONAL_DATA,) if people else ()
    if any(each.quality and may_look(visitor.crm.records, visitor.actor, each.name) for each in entities):
        data = (*data, DATA_QUALITY)
    if is_outside(visitor.actor, visitor.crm.model):
        return (INBOX, ACCOUNT, *data)
    if not visitor.actor.everything:
        return (INBOX, ABSENCE, ACCOUNT, *data)
    forms = (FORMS,) if visitor.crm.model.webforms else ()
    studio = (STUDIO,) if visitor.crm.model.settings.studio else ()
    return (INBOX, ABSENCE, ACCOUNT, PEOPLE, *studio, AUTOMATION, OUTBOX, *forms, *data)


def address_of(visitor: Visitor, entity: str, key: str) -> str | None:
    """That of a record, on the first page that the visitor has for such records."""
    for places in reachable(visitor, None).values():
        for place in places:
            if place.entity == entity:
                return f"/{place.path}?{urlencode({'id': key})}"
    return None


@dataclass(frozen=True, slots=True)
class Here:
    """A visitor at a place, with Streamlit's pages of all places that they may enter, and of their desks by
    their addresses."""

    visitor: Visitor
    place: Place
    pages: Mapping[Place, st.Page]
    desks: Mapping[str, st.Page] = field(default_factory=dict)

    @property
    def entity(self) -> Entity:
        return self.visitor.entity(self.place.entity)

    def key(self, *parts: str) -> str:
        """The key of a part of these pages."""
        return ".".join((self.place.department, self.place.entity, *parts))

    def at(self, entity: str) -> Self | None:
        """The place of another entity, in the same department if it is there; None where there is none."""
        places = [place for place in self.pages if place.entity == entity]
        near = [place for place in places if place.department == self.place.department]
        return replace(self, place=(near or places)[0]) if places else None

    def link(self, entity: str, key: str) -> dict[str, str] | None:
        """Where a record is opened, for the components; None where the visitor has no page for such
        records."""
        there = self.at(entity)
        return {"entity": entity, "id": key, "href": there.address(id=key)} if there else None

    def address(self, **query: str) -> str:
        return f"/{self.place.path}?{urlencode(query)}"

    def go(self, query: Mapping[str, Any] | None = None) -> None:  # Any: text, or a list of texts
        """Opens a page of this place. Ends the run: before anything is drawn where a button tells it."""
        st.switch_page(self.pages[self.place], query_params=dict(query or {}))

    def open(self, reference: Mapping[str, str]) -> None:
        """Opens the record that a link of a component leads to. Ends the run."""
        there = self.at(reference["entity"])
        if there is not None:
            there.go({"id": reference["id"]})

    def back(self) -> None:
        """Opens the list as it was left. Ends the run."""
        self.go(st.session_state.get(self.key("address")))
