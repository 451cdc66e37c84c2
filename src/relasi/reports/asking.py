"""What a tile asks of the records, and the list that holds those behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from relasi.errors import Forbidden
from relasi.platform.query import Figure, Group, Summary
from relasi.records import ListRequest
from relasi.reports.filters import quoted
from relasi.reports.onlooker import Onlooker
from relasi.reports.spans import Span
from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Kind
from relasi.schema.model.dashboard import Showing, Tile

MOST_GROUPS = 400
"""More than anybody can look at: they are cut, and the tile says so."""
_ONE_BY_ONE = (Showing.BAR, Showing.TABLE, Showing.PIE, Showing.FUNNEL)


@dataclass(frozen=True, slots=True)
class Answer:
    """`before` are the figures of the period before, where the tile is a number that has one."""

    tile: Tile
    span: Span | None
    groups: tuple[Group, ...]
    before: Group | None = None
    owner: str | None = None
    """What the link of the tile leads to, where it stands on the page of a record."""

    @property
    def is_cut(self) -> bool:
        return len(self.groups) == MOST_GROUPS


def answer(
    onlooker: Onlooker, tile: Tile, span: Span | None, before: Span | None, owner: str | None = None
) -> Answer | None:
    """None where the tile tells of what the onlooker may not see."""
    if not onlooker.may_read(tile.entity):
        return None
    figures = tuple(Figure(each.function, each.field, each.where) for each in tile.measures)
    is_ranked = tile.top is not None or (tile.showing in _ONE_BY_ONE and len(tile.by) == 1)
    summary = Summary(figures, tile.by, top=0 if is_ranked else None)
    try:
        groups = _asked(onlooker, tile, span, summary, owner)
        earlier = _asked(onlooker, tile, before, summary, owner)[0] if before and not tile.by else None
    except Forbidden:
        return None
    return Answer(tile, span, groups, earlier, owner)


def _asked(
    onlooker: Onlooker, tile: Tile, span: Span | None, summary: Summary, owner: str | None
) -> tuple[Group, ...]:
    where: list[str | Expression] = [tile.where] if tile.where else []
    if span and tile.period:
        where.append(_within(onlooker, tile, span))
    matching = {tile.link: [owner]} if tile.link and owner else {}
    request = ListRequest(tile.entity, where=tuple(where), matching=matching, limit=_limit(tile))
    return onlooker.records.summarize(onlooker.actor, request, summary)


def _limit(tile: Tile) -> int:
    """Where groups are split again, the greatest cannot be told by their parts: then all of them come."""
    return tile.top if tile.top is not None and len(tile.by) == 1 else MOST_GROUPS


def _within(onlooker: Onlooker, tile: Tile, span: Span) -> str:
    assert tile.period is not None
    kind = onlooker.entity(tile.entity).fields[tile.period].type.storage().kind
    return span.condition(tile.period, is_moment=kind is Kind.DATETIME)


def behind(
    onlooker: Onlooker, answer: Answer, keys: Iterable[Any], measure: int = 0
) -> str:  # Any: values of the tile's `by`
    """The condition on the records that a figure of a group is made of."""
    tile, own = answer.tile, answer.tile.measures[measure].where
    parts = [each.text for each in (tile.where, own) if each]
    if answer.span and tile.period:
        parts.append(_within(onlooker, tile, answer.span))
    if tile.link and answer.owner:
        parts.append(_equal(tile.link, answer.owner))
    parts += [_equal(by.text, key) for by, key in zip(tile.by, keys, strict=False)]
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
