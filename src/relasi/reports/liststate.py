"""What a visitor has chosen on a list, as it stands in the address of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from relasi.reports.filters import Values, Way, condition
from relasi.schema.model import Field, SavedList, Sort

AT = "at"
COLUMNS = "c"
FILTER = "f."
LAYOUT = "layout"
LIST = "list"
SEARCH = "q"
SORT = "sort"
VIEW = "view"
WHERE = "where"

LEFT = "-"
"""Stands in place of a view that somebody has left."""

BOARD, CALENDAR = "board", "calendar"
"""Ways of showing a list besides rows, which have no name."""


@dataclass(frozen=True, slots=True)
class ListState:
    """`sort` is None where the saved list decides. `where` is a condition that stands in place of that of the
    saved list: what a figure is made of. `layout` is the way of showing, rows if empty, and `at` the place in
    it, in words of its own. `columns` are those of the saved list if there are none. `view` is the id of the
    view that was opened, which this may differ from by now."""

    saved: str
    search: str = ""
    sort: Sort | None = None
    filters: Mapping[str, Values] = field(default_factory=dict)
    where: str = ""
    layout: str = ""
    at: str = ""
    columns: tuple[str, ...] = ()
    view: str = ""

    @classmethod
    def read(cls, query: Mapping[str, list[str]], saved: Iterable[str], fields: Iterable[str]) -> Self:
        """From an address; names that do not exist (any more) are left out."""
        names, lists = set(fields), list(saved)
        wanted = query.get(LIST, [""])[0]
        order = query.get(SORT, [""])[0]
        return cls(
            saved=wanted if wanted in lists else lists[0],
            search=query.get(SEARCH, [""])[0],
            sort=Sort(order.removeprefix("-"), order.startswith("-"))
            if order.removeprefix("-") in names
            else None,
            filters={
                key.removeprefix(FILTER): tuple(values)
                for key, values in query.items()
                if key.startswith(FILTER) and key.removeprefix(FILTER) in names and any(values)
            },
            where=query.get(WHERE, [""])[0],
            layout=query.get(LAYOUT, [""])[0],
            at=query.get(AT, [""])[0],
            columns=tuple(dict.fromkeys(query.get(COLUMNS, ()))),
            view=query.get(VIEW, [""])[0],
        )

    def query(self, first: str) -> dict[str, list[str]]:
        """The address; what is as at the beginning (the list `first`, nothing else) is left out."""
        written: dict[str, list[str]] = {}
        if self.saved != first:
            written[LIST] = [self.saved]
        if self.search:
            written[SEARCH] = [self.search]
        if self.sort:
            written[SORT] = [("-" if self.sort.descending else "") + self.sort.field]
        texts = ((WHERE, self.where), (LAYOUT, self.layout), (AT, self.at), (VIEW, self.view))
        written |= {key: [text] for key, text in texts if text}
        if self.columns:
            written[COLUMNS] = list(self.columns)
        return written | {FILTER + name: list(values) for name, values in self.filters.items() if any(values)}

    def conditions(self, fields: Mapping[str, Field], ways: Mapping[str, Way]) -> tuple[str, ...]:
        """The filters as expressions."""
        written = (condition(fields[name], ways[name], values) for name, values in self.filters.items())
        return tuple(text for text in written if text)

    def order(self, saved: SavedList) -> tuple[Sort, ...]:
        return (self.sort, *saved.sort) if self.sort else saved.sort
