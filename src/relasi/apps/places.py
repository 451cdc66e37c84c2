"""Where a page stands: which entity in which department, and the addresses of its lists, records and forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st

Query = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """The pages of one entity inside one department; `lists` are the saved lists that the menu offers, all if empty."""

    department: str
    entity: str
    lists: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.department}-{self.entity}"

    @property
    def key(self) -> str:
        """The beginning of the keys of everything on these pages."""
        return f"{self.department}.{self.entity}"


@dataclass
class Map:
    """All places that a visitor may go to, with their Streamlit pages."""

    pages: dict[Place, Any] = field(default_factory=dict)  # Any: st.Page

    def find(self, department: str, entity: str) -> Place | None:
        """The place of an entity, in the same department if it is there."""
        places = [place for place in self.pages if place.entity == entity]
        return next((place for place in places if place.department == department), next(iter(places), None))


def href(place: Place, **query: str) -> str:
    return f"/{place.path}?{urlencode(query)}"


def go(places: Map, place: Place, query: Mapping[str, Any] | None = None) -> None:
    """Opens a page of the place. Ends this run."""
    st.switch_page(places.pages[place], query_params=dict(query or {}))


def open_reference(places: Map, place: Place, reference: Mapping[str, str]) -> None:
    """Opens the record that a link on a page of `place` leads to. Ends this run."""
    target = places.find(place.department, reference["entity"])
    if target is not None:
        go(places, target, {"id": reference["id"]})
