"""The answer of a tile as the page draws it: labels, series, rows, and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from relasi.platform.query import Group
from relasi.reports.asking import Answer, Totals, behind
from relasi.reports.onlooker import Onlooker
from relasi.reports.spans import following
from relasi.reports.wording import Wording, in_time, period_of
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Read
from relasi.schema.fields.base import Option
from relasi.schema.model.dashboard import Showing, Tile

CHARTS = frozenset({Showing.COLUMN, Showing.LINE, Showing.AREA, Showing.PIE})
TABLES = frozenset({Showing.TABLE, Showing.COHORT})
_MOST_SERIES, _MOST_COHORTS = 12, 25
Data = dict[str, Any]  # Any: what JSON can say
Key = Any  # what an expression gives
Address = Callable[[str, str], str]
"""Of the list of an entity whose records meet a condition."""


def _nowhere(_entity: str, _where: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Series:
    """`values` stand opposite the labels of the tile; None where there is nothing. `colors` are by label for
    a pie, else the one of the series; an empty one leaves the choice to the theme."""

    name: str
    values: Sequence[Any]  # Any: numbers
    short: Sequence[str]
    colors: Sequence[str | None] = ()


@dataclass(frozen=True)
class Telling:
    """`groups` are by the values of the tile's `by`; `address` is that of the list behind a figure."""

    onlooker: Onlooker
    answer: Answer
    wording: Wording
    groups: Mapping[tuple[Key, ...], Group]
    address: Address

    @classmethod
    def of(cls, onlooker: Onlooker, answer: Answer, address: Address = _nowhere) -> Self:
        groups = {group.by: group for group in answer.groups}
        return cls(onlooker, answer, Wording.of(onlooker, answer), groups, address)

    @property
    def tile(self) -> Tile:
        return self.answer.tile

    @cached_property
    def keys(self) -> list[Key]:
        """Of the first `by`, in the order in which they stand."""
        found = self._in_order(0)
        if self.tile.showing is Showing.COHORT:
            return [key for key in found if key is not None][-_MOST_COHORTS:]
        if len(self.tile.by) < 2 or self.tile.top is None:
            return found
        return sorted(found, key=lambda key: -self._total(key))[: self.tile.top]

    @cached_property
    def split(self) -> list[Key]:
        """Of the second `by`."""
        return self._in_order(1)[:_MOST_SERIES] if len(self.tile.by) > 1 else []

    @property
    def labels(self) -> list[str]:
        return [self.wording.key(self.tile.by[0], key) for key in self.keys]

    @property
    def series(self) -> list[Series]:
        """One for each part of the groups; without parts, one for each figure."""
        return [
            Series(name, values, [self._short(value) for value in values], colors)
            for (name, values), colors in zip(self._columns(), self._colors(), strict=True)
        ]

    @property
    def alt(self) -> str:
        label = self.onlooker.label(self.tile.label)
        told = (f"{each['label']}: {each['cells'][0]['text']}" for each in self.data()["rows"][:12])
        return f"{label}. {'; '.join(told)}"

    def behind(self, series: int, place: int) -> dict[str, str]:
        """The list behind a part of the drawing."""
        if self.split:
            return self._link(enumerate((self.keys[place], self.split[series])))
        return self._link([(0, self.keys[place])], series)

    def data(self) -> Data:
        """For the component."""
        label = self.onlooker.label(self.tile.label)
        if self.tile.showing is Showing.NUMBER and (len(self.tile.measures) == 1 or self.tile.share):
            return {"label": label, "number": self._number(), "heads": [], "rows": [], "bars": False}
        return {
            "label": label,
            "number": None,
            "heads": self._heads(),
            "rows": self._rows(),
            "bars": self.tile.showing in (Showing.BAR, Showing.FUNNEL) and not self.split,
        }

    def sheet(self) -> Iterator[list[str | float]]:
        """The rows with figures that can be reckoned with; parts of a cohort are parts of one."""
        for row in self._rows():
            yield [
                row["label"],
                *(each["text"] if each["size"] is None else each["size"] for each in row["cells"]),
            ]

    def _in_order(self, place: int) -> list[Key]:
        by, found = self.tile.by[place], dict.fromkeys(group.by[place] for group in self.answer.groups)
        if period_of(by):
            return in_time(by, found)
        options = self._options(by)
        is_ranked = self.tile.showing is not Showing.FUNNEL and len(self.tile.by) == 1
        if not options or is_ranked:
            return list(found)
        return [*(key for key in options if key in found), *(key for key in found if key not in options)]

    def _total(self, key: Key) -> float:
        totals = self.answer.totals
        groups = [(each.by, each) for each in totals.rows] if totals else self.groups.items()
        parts = (size_of(group.figures[0]) for by, group in groups if by[0] == key)
        return sum(part for part in parts if part)

    def _options(self, by: Expression) -> Mapping[str, Option]:
        if not isinstance(by.root, Read):
            return {}
        entity = self.onlooker.entity(by.root.entities[-1])
        return entity.fields[by.root.path[-1]].type.choices()

    def _figures(self, *keys: Key) -> tuple[Any, ...]:  # Any: numbers, None where there is nothing
        group = self.groups.get(keys)
        return group.figures if group else (None,) * len(self.tile.measures)

    def _columns(self) -> list[tuple[str, list[Any]]]:
        if self.split:
            second = self.tile.by[1]
            return [
                (self.wording.key(second, part), [self._figures(key, part)[0] for key in self.keys])
                for part in self.split
            ]
        label = self.onlooker.label
        return [
            (label(measure.label), [self._figures(key)[n] for key in self.keys])
            for n, measure in enumerate(self.tile.measures)
        ]

    def _short(self, value: Any) -> str:  # Any: what a figure gives
        """Lengths of time have no short form; the axis tells them."""
        return self.wording.short(float(value)) if value and isinstance(value, (int, Decimal)) else ""

    def _colors(self) -> list[list[str | None]]:
        place = 1 if self.split else 0
        options = self._options(self.tile.by[place])
        colors = [options[key].color if key in options else None for key in self.split or self.keys]
        return [[color] for color in colors] if self.split else [colors for _ in self.tile.measures]

    def _heads(self) -> list[str]:
        if not self.tile.by:
            return ["", ""]
        first = self.wording.called(self.tile.by[0])
        if self.tile.showing is Showing.COHORT:
            later = (f"+{self.onlooker.number(n)}" for n in range(1, len(self._stretches)))
            return [first, self.onlooker.say("dashboard_beginning"), *later]
        total = [self.onlooker.say("dashboard_total")] if self.answer.totals else []
        return [first, *(name for name, _ in self._columns()), *total]

    def _rows(self) -> list[Data]:
        if not self.tile.by:
            return [self._row_of_measure(n) for n in range(len(self.tile.measures))]
        if not self.groups:
            return []
        if self.tile.showing is Showing.COHORT:
            return [{**self._row(key, 0.0), "cells": list(self._cohort(key))} for key in self.keys]
        if self.answer.totals:
            return [*self._pivoted(self.answer.totals)]
        sizes = {key: size_of(self._figures(key)[0]) or 0.0 for key in self.keys}
        greatest = max(sizes.values(), default=0.0)
        return [self._row(key, sizes[key] / greatest if greatest > 0 else 0.0) for key in self.keys]

    def _row(self, key: Key, part: float) -> Data:
        options, label = self._options(self.tile.by[0]), self.wording.key(self.tile.by[0], key)
        return {
            "label": label,
            "color": options[key].color if key in options else None,
            "part": part,
            "cells": self._cells(key),
        }

    def _pivoted(self, totals: Totals) -> Iterator[Data]:
        """A row for each group, with its total, and the totals of the columns below them."""
        rows = {each.by[0]: each.figures[0] for each in totals.rows}
        columns = {each.by[0]: each.figures[0] for each in totals.columns}
        inner = [size_of(self._figures(key, part)[0]) or 0.0 for key in self.keys for part in self.split]
        greatest = max(inner, default=0.0)
        for key in self.keys:
            values = [self._figures(key, part)[0] for part in self.split]
            cells = [
                {**self._cell((key, part), 0, value), "heat": _part_of(value, greatest)}
                for part, value in zip(self.split, values, strict=True)
            ]
            yield {**self._row(key, 0.0), "cells": [*cells, self._cell((key,), 0, rows.get(key))]}
        below = [self._cell_at([(1, part)], 0, columns.get(part)) for part in self.split]
        label = self.onlooker.say("dashboard_total")
        end = self._cell((), 0, totals.all.figures[0])
        yield {"label": label, "color": None, "part": 0.0, "cells": [*below, end], "is_total": True}

    @cached_property
    def _stretches(self) -> list[int]:
        """How many periods after the beginning there can be anything, counted from none."""
        days = [day for by in self.groups if None not in by for day in by]
        operation = period_of(self.tile.by[0])
        if operation is None or not days or not self.keys:
            return []
        day, last, count = self.keys[0], max(days), 1
        while day < last and count <= _MOST_SERIES:
            day, count = following(operation, day), count + 1
        return list(range(count))

    def _cohort(self, began: Key) -> Iterator[Data]:
        """How many began, then which part of them there was in each period after it."""
        operation, day = period_of(self.tile.by[0]), began
        first = self._figures(began, began)[0]
        yield self._cell((began, began), 0, first)
        for _ in self._stretches[1:]:
            if operation is None or day is None:
                return
            day = following(operation, day)
            value = self._figures(began, day)[0]
            part = _part_of(value, size_of(first) or 0.0)
            text = self.wording.share(part) if part else ""
            link = self._link(enumerate((began, day))) if part else None
            yield {"text": text, "size": part or None, "link": link, "heat": part}

    def _cells(self, key: Key) -> list[Data]:
        measures = self.tile.measures
        if self.split:
            return [self._cell((key, part), 0, self._figures(key, part)[0]) for part in self.split]
        return [self._cell((key,), n, self._figures(key)[n]) for n in range(len(measures))]

    def _cell(self, keys: tuple[Key, ...], measure: int, value: Any) -> Data:
        return self._cell_at(list(enumerate(keys)), measure, value)

    def _cell_at(self, keys: list[tuple[int, Key]], measure: int, value: Any) -> Data:
        text = self.wording.figure(self.tile.measures[measure], value)
        link = None if value is None else self._link(keys, measure)
        return {"text": text, "size": size_of(value), "link": link}

    def _row_of_measure(self, place: int) -> Data:
        measure, value = self.tile.measures[place], self.answer.groups[0].figures[place]
        label = self.onlooker.label(measure.label)
        return {"label": label, "color": None, "part": 0.0, "cells": [self._cell((), place, value)]}

    def _number(self) -> Data:
        figures, share = self.answer.groups[0].figures, self.tile.share
        before = self.answer.before.figures if self.answer.before else None
        now = _part(figures, share) if share else figures[0]
        then = (_part(before, share) if share else before[0]) if before else None
        if share:
            told = (self.wording.figure(self.tile.measures[n], figures[n]) for n in share)
            text, note = "–" if now is None else self.wording.share(float(now)), " / ".join(told)
        else:
            text, note = self.wording.figure(self.tile.measures[0], now), None
        goal = self.tile.goal
        if goal is not None:
            note = self.onlooker.say("dashboard_goal", goal=self.wording.figure(self.tile.measures[0], goal))
        return {
            "text": text,
            "link": self._link([], share[0] if share else 0),
            "note": note,
            "change": self._points(now, then) if share else self._change(now, then),
            "reached": float(now / goal) if goal and isinstance(now, (int, Decimal)) else None,
        }

    def _change(self, now: Any, then: Any) -> Data | None:  # Any: numbers
        """In per cent of what it was."""
        after, before = size_of(now), size_of(then)
        return _told(after / before - 1, self.wording.share) if after and before else None

    def _points(self, now: Decimal | None, then: Decimal | None) -> Data | None:
        """A change of what is in per cent itself."""
        if now is None or then is None:
            return None
        return _told(float(now - then), lambda change: self.wording.points(change * 100))

    def _link(self, keys: Iterable[tuple[int, Key]], measure: int = 0) -> dict[str, str]:
        entity, where = self.tile.entity, behind(self.onlooker, self.answer, keys, measure)
        return {"entity": entity, "where": where, "href": self.address(entity, where)}


def _part_of(value: Any, whole: float) -> float:  # Any: what a figure gives
    size = size_of(value)
    return size / whole if size and size > 0 and whole > 0 else 0.0


def _told(change: float, told: Callable[[float], str]) -> Data:
    icon = "trending_up" if change > 0 else "trending_down" if change < 0 else "trending_flat"
    return {"text": f"{'+' if change > 0 else ''}{told(change)}", "icon": icon, "color": "gray"}


def _part(figures: tuple[Any, ...], share: tuple[int, int]) -> Decimal | None:
    part, whole = (figures[place] for place in share)
    return Decimal(part or 0) / Decimal(whole) if whole else None


def size_of(value: Any) -> float | None:  # Any: what a figure gives
    """How long its bar is; None for what has no size, such as the latest of some days."""
    match value:
        case int() | Decimal():
            return float(value)
        case timedelta():
            return value.total_seconds()
    return None
