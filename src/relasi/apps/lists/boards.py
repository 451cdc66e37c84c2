"""The records of a list as a board: columns of cards, with counts and sums of all that stand in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from relasi.apps.components import Data
from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.apps.words.clocks import with_due
from relasi.platform.query import Figure, Group, Summary
from relasi.records import ListRequest, Record
from relasi.records.placing import Placing
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression
from relasi.schema.expressions.types import Boolean, Number
from relasi.schema.model import Field
from relasi.schema.model.layout import Board
from relasi.schema.scope import ModelScope

CARDS = 20
"""So many stand in a column at first, and so many more come with each "more"."""
NOTHING = ""
"""The key of the column of records that have no value."""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the value that its records have; `total` is None where there is nothing to add up."""

    key: str
    count: int
    total: Any  # Any: a value of the field that is added up
    records: tuple[Record, ...]


def columns_of(
    here: Here, board: Board, request: ListRequest, sizes: Mapping[str, int]
) -> tuple[Column, ...]:
    """Those of all options, and one of the records without a value where there are some. `sizes` are by
    column. All is read in one transaction, so the figures go with the cards."""
    visitor, options = here.visitor, here.entity.fields[board.by].type.choices()
    secret = visitor.secret(here.entity)
    figures = [Figure(Function.COUNT)]
    if board.sum and board.sum not in secret:
        figures.append(Figure(Function.SUM, board.sum))
    by = Expression.parse(board.by, ModelScope(visitor.crm.model, request.entity))
    with visitor.crm.records.reader(visitor.actor) as reader:
        every = replace(request, limit=len(options) + 1)
        groups = {group.by[0]: group for group in reader.summarize(every, Summary(tuple(figures), (by,)))}
        keys = [*options, *([None] if None in groups else [])]
        return tuple(
            Column(key or NOTHING, *_figures(groups.get(key)), reader.list(each).records if each else ())
            for key in keys
            for each in [_request(board, request, key, sizes) if key in groups else None]
        )


def _figures(group: Group | None) -> tuple[int, Any]:  # Any: as above
    """The count, and the total where there is one."""
    count, total = (*(group.figures if group else (0,)), None)[:2]
    return count, total


def _request(board: Board, request: ListRequest, key: str | None, sizes: Mapping[str, int]) -> ListRequest:
    narrowed = replace(request, limit=sizes.get(key or NOTHING, CARDS))
    if key is None:
        return replace(narrowed, where=(*request.where, f"{board.by} is empty"))
    return replace(narrowed, matching={**request.matching, board.by: [key]})


def card_fields(here: Here, board: Board) -> tuple[str, ...]:
    hidden = here.visitor.hidden(here.entity)
    return tuple(name for name in board.card if name not in hidden)


def needed(here: Here, board: Board) -> tuple[str, ...]:
    """The fields that are read of each record."""
    return with_due(here.entity, (*card_fields(here, board), board.by))


def board_data(here: Here, board: Board, columns: Iterable[Column], drawn: int) -> Data:
    """What the component draws. `drawn` is another number each time that all has to be drawn anew, although
    nothing may have changed."""
    visitor, entity, found = here.visitor, here.entity, list(columns)
    records = [record for column in found for record in column.records]
    names = card_fields(here, board)
    display = Display.of(here, records, names)
    placings = visitor.crm.records.placings(
        visitor.actor, entity.name, board.by, [record.id for record in records]
    )
    options = entity.fields[board.by].type.choices()
    total = entity.fields[board.sum] if board.sum else None
    return {
        "drawn": drawn,
        "columns": [
            {
                "key": column.key,
                "label": visitor.label(options[column.key].label)
                if column.key in options
                else visitor.say("unfilled"),
                "color": options[column.key].color if column.key in options else None,
                "count": visitor.number(column.count),
                "sum": display.text(total, column.total) if total else "",
                "more": column.count > len(column.records),
                "cards": [
                    _card(display, names, record, placings.get(record.id)) for record in column.records
                ],
            }
            for column in found
        ],
        "words": {
            "untitled": visitor.say("untitled"),
            **{name: visitor.say(f"board_{name}") for name in ("move", "more", "closed", "help")},
        },
    }


def _card(display: Display, names: Iterable[str], record: Record, placing: Placing | None) -> Data:
    here = display.here
    fields = (here.entity.fields[name] for name in names if record.values.get(name) is not None)
    facts = ((field, display.cell(field, record, short=True)) for field in fields)
    closed = placing.closed if placing else {}
    return {
        "id": record.id,
        "version": record.version,
        "title": record.title,
        "link": here.link(record.entity, record.id),
        "facts": [
            {"label": here.visitor.field_label(field), "value": value, "is_bare": _is_bare(field)}
            for field, value in facts
        ],
        "open": sorted(placing.open) if placing else [],
        "closed": {value: why.text(here.visitor.language) for value, why in closed.items()},
    }


def _is_bare(field: Field) -> bool:
    """Whether its values do not tell what they are: a number, yes or no."""
    type_ = field.type.expression_type()
    return isinstance(type_, Boolean) or (isinstance(type_, Number) and type_.kind != "money")
