"""What a tile asks of the records, and the list that holds those behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from relasi.errors import Forbidden
from relasi.platform.query import Figure, Group, Summary
from relasi.records import ListRequest
from relasi.reports.filters import quoted
from relasi.reports.looks import Whose, has_owner
from relasi.reports.onlooker import Onlooker
from relasi.reports.spans import Span
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Empty, Logic, Read
from relasi.schema.fields.base import Kind
from relasi.schema.model.dashboard import Showing, Tile
from relasi.schema.owners import OWNER

MOST_GROUPS = 400
"""More than anybody can look at: they are cut, and the tile says so."""
_ONE_BY_ONE = (Showing.BAR, Showing.TABLE, Showing.PIE, Showing.FUNNEL)


@dataclass(frozen=True, slots=True)
class Extent:
    """Which records a tile is about, beside what it says itself: those of some days, of some people, and
    those that belong to `owner`, the record on whose page it stands. `before` are days to compare with."""

    span: Span | None = None
    before: Span | None = None
    whose: Whose = Whose.ALL
    owner: str | None = None

    def of(self, onlooker: Onlooker, tile: Tile) -> Extent:
        """As far as it means something to the tile."""
        span, before = (self.span, self.before) if tile.period else (None, None)
        is_owned = has_owner(onlooker, tile.entity) and not _of_nobody(tile)
        whose = self.whose if is_owned else Whose.ALL
        return replace(self, span=span, before=before if not tile.by else None, whose=whose)


def _of_nobody(tile: Tile) -> bool:
    """Whether it is about records that nobody has yet."""
    root = tile.where.root if tile.where else None
    parts = root.operands if isinstance(root, Logic) and root.operator == "and" else (root,)
    return any(
        isinstance(part, Empty)
        and not part.negated
        and isinstance(part.operand, Read)
        and part.operand.path == (OWNER,)
        for part in parts
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a table with two sides: the figures of each row, of each column, and of all."""

    rows: tuple[Group, ...]
    columns: tuple[Group, ...]
    all: Group


@dataclass(frozen=True, slots=True)
class Answer:
    """`before` are the figures of the period before, where the tile is a number that has one."""

    tile: Tile
    extent: Extent
    groups: tuple[Group, ...]
    before: Group | None = None
    totals: Totals | None = None

    @property
    def is_cut(self) -> bool:
        return len(self.groups) == MOST_GROUPS


def answer(onlooker: Onlooker, tile: Tile, wanted: Extent) -> Answer | None:
    """None where the tile tells of what the onlooker may not see."""
    if not onlooker.may_read(tile.entity):
        return None
    extent = wanted.of(onlooker, tile)
    figures = tuple(Figure(each.function, each.field, each.where) for each in tile.measures)
    is_ranked = tile.top is not None or (tile.showing in _ONE_BY_ONE and len(tile.by) == 1)
    summary = Summary(figures, tile.by, top=0 if is_ranked else None)
    try:
        groups = _asked(onlooker, tile, extent, summary)
        earlier = replace(extent, span=extent.before)
        before = _asked(onlooker, tile, earlier, summary)[0] if extent.before else None
        totals = _totals(onlooker, tile, extent, figures) if tile.is_pivot else None
    except Forbidden:
        return None
    return Answer(tile, extent, groups, before, totals)


def _totals(onlooker: Onlooker, tile: Tile, extent: Extent, figures: tuple[Figure, ...]) -> Totals:
    """Asked for: averages, and counts of different values, are not the sums of their parts."""
    rows, columns, (all_,) = (
        _asked(onlooker, tile, extent, Summary(figures, by)) for by in (tile.by[:1], tile.by[1:], ())
    )
    return Totals(rows, columns, all_)


def _asked(onlooker: Onlooker, tile: Tile, extent: Extent, summary: Summary) -> tuple[Group, ...]:
    where: list[str | Expression] = [tile.where] if tile.where else []
    where += _narrowed(onlooker, tile, extent)
    matching = {tile.link: [extent.owner]} if tile.link and extent.owner else {}
    request = ListRequest(tile.entity, where=tuple(where), matching=matching, limit=_limit(tile))
    return onlooker.records.summarize(onlooker.actor, request, summary)


def _limit(tile: Tile) -> int:
    """Where groups are split again, the greatest cannot be told by their parts: then all of them come."""
    return tile.top if tile.top is not None and len(tile.by) == 1 else MOST_GROUPS


def _narrowed(onlooker: Onlooker, tile: Tile, extent: Extent) -> list[str]:
    found = []
    if extent.span and tile.period:
        kind = onlooker.entity(tile.entity).fields[tile.period].type.storage().kind
        found.append(extent.span.condition(tile.period, is_moment=kind is Kind.DATETIME))
    if condition := extent.whose.condition():
        found.append(condition)
    return found


def behind(
    onlooker: Onlooker, answer: Answer, keys: Iterable[tuple[int, Any]], measure: int = 0
) -> str:  # Any: values of the tile's `by`
    """The condition on the records that a figure is made of; `keys` say which value stands at which place of
    `by`."""
    tile, own, extent = answer.tile, answer.tile.measures[measure].where, answer.extent
    parts = [each.text for each in (tile.where, own) if each]
    parts += _narrowed(onlooker, tile, extent)
    if tile.link and extent.owner:
        parts.append(_equal(tile.link, extent.owner))
    parts += [_equal(tile.by[place].text, key) for place, key in keys]
    return " and ".join(f"({part})" for part in parts) or "true"


def _equal(text: str, value: Any) -> str:  # Any: what the expression gives
    match value:
        case None:
            return f"({text}) is empty"
        case bool():
            return f"({text}) = {'true' if value else 'false'}"
        case int() | Decimal():
            return f"({text}) = {value}"
        case date():
            return f'({text}) = "{value.isoformat()}"'
    return f"({text}) = {quoted(str(value))}"
