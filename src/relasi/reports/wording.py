"""How groups and figures are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from relasi.records.links import references_of
from relasi.reports.asking import MOST_GROUPS, Answer
from relasi.reports.onlooker import Onlooker
from relasi.reports.spans import following
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression
from relasi.schema.expressions.describe import described
from relasi.schema.expressions.operations import MONTH, QUARTER, WEEK, YEAR, Operation
from relasi.schema.expressions.tree import Call, Constant, Read
from relasi.schema.expressions.types import Date, DateTime, Type, User
from relasi.schema.fields.base import Showing
from relasi.schema.model import Field
from relasi.schema.model.dashboard import Measure, Tile
from relasi.schema.words import ModelLabels

_SKELETONS = {YEAR.name: "y", QUARTER.name: "QQQ y", MONTH.name: "MMM y", WEEK.name: "d MMM y"}


@dataclass(frozen=True, slots=True)
class Wording:
    """For one tile; the titles of all records that its groups name were fetched at once."""

    onlooker: Onlooker
    tile: Tile
    showing: Showing

    @classmethod
    def of(cls, onlooker: Onlooker, answer: Answer) -> Self:
        wanted = set(_named(onlooker, answer))
        titles = onlooker.records.titles(onlooker.actor, wanted) if wanted else {}
        return cls(onlooker, answer.tile, onlooker.showing(titles))

    def key(self, by: Expression, value: Any) -> str:  # Any: what the expression gives
        """What a group is called."""
        if value is None:
            return unfilled(self.onlooker, by.type)
        if (operation := period_of(by)) is not None:
            return format_date(value, _SKELETONS[operation.name], locale=self.showing.locale)
        if field := _field(self.onlooker, by):
            return field.type.show(value, self.showing)
        labels = ModelLabels(self.onlooker.model, self.onlooker.language)
        return described(Constant(value=value, at=by.root.at, type=by.type), self.onlooker.language, labels)

    def figure(self, measure: Measure, value: Any) -> str:  # Any: what the measure gives
        """In full."""
        if value is None:
            return "–"
        field = measure.field and self.onlooker.entity(self.tile.entity).fields[measure.field]
        if not field or measure.function is Function.DISTINCT:
            return self.onlooker.number(value)
        if measure.function is Function.AVERAGE and isinstance(value, Decimal):
            value = round(value, max(field.type.storage().places, 1))
            if field.type.storage().places == 0:
                return str(format_decimal(value, locale=self.showing.locale))
        return field.type.show(value, self.showing)

    def short(self, value: float) -> str:
        """As it fits above a column."""
        return str(format_compact_decimal(value, locale=self.showing.locale, fraction_digits=1))

    def called(self, by: Expression) -> str:
        """What the groups are."""
        if field := _field(self.onlooker, by):
            return self.onlooker.field_label(field)
        labels = ModelLabels(self.onlooker.model, self.onlooker.language)
        words = described(by.root, self.onlooker.language, labels)
        return words[:1].upper() + words[1:]

    def points(self, change: float) -> str:
        """Of per cent."""
        number = format_decimal(change, "#,##0.#", locale=self.showing.locale)
        return self.onlooker.say("dashboard_points", n=number)

    def share(self, part: float) -> str:
        return str(format_percent(part, "#,##0.#%", locale=self.showing.locale))


def unfilled(onlooker: Onlooker, type_: Type) -> str:
    """What those are called that have no value of such a type."""
    if isinstance(type_, User):
        return onlooker.say("nobody")
    return onlooker.say("undated" if isinstance(type_, (Date, DateTime)) else "unfilled")


def period_of(by: Expression) -> Operation | None:
    """What makes groups that follow one another in time."""
    root = by.root
    return root.operation if isinstance(root, Call) and root.operation.name in _SKELETONS else None


def _named(onlooker: Onlooker, answer: Answer) -> Iterator[tuple[str, str]]:
    for place, by in enumerate(answer.tile.by):
        if field := _field(onlooker, by):
            values: Iterable[Any] = {group.by[place] for group in answer.groups}
            for value in values:
                yield from references_of(field, value)


def _field(onlooker: Onlooker, by: Expression) -> Field | None:
    """The field whose values the groups have, where they have those of one."""
    if not isinstance(by.root, Read):
        return None
    return onlooker.entity(by.root.entities[-1]).fields[by.root.path[-1]]


def in_time(by: Expression, keys: Iterable[Any]) -> list[Any]:  # Any: days, or None
    """The keys in their order, with those between them for which there is nothing."""
    found, operation = list(dict.fromkeys(keys)), period_of(by)
    days: list[date] = sorted(key for key in found if key is not None)
    if operation is None or not days:
        return found
    filled = [days[0]]
    while filled[-1] < days[-1] and len(filled) < MOST_GROUPS:
        filled.append(following(operation, filled[-1]))
    return [*filled, *(None for key in found if key is None)]
