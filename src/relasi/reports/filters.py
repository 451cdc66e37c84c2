"""The filters of a list: what a field can be filtered by, how that stands in the address, and what it means.

A filter is the values that stand in the address after `f.<field>`; an empty tuple is no filter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import assert_never

from relasi.schema.expressions import types
from relasi.schema.expressions.tokens import LONGEST_NUMBER
from relasi.schema.fields.base import Widget
from relasi.schema.model import Entity, Field

Values = tuple[str, ...]
ME = "me"
BELOW = "below"
"""Stands behind a record where those below it are meant too."""
MOST = 20
"""Values of one filter; an address that somebody made up may not make a query without end."""
LONGEST = 60
"""Characters of one value."""


class Way(Enum):
    """How a field is filtered."""

    ONE_OF = "one_of"
    PEOPLE = "people"
    RECORD = "record"
    LINKED = "linked"
    """What stands on the other side of pairs."""
    BRANCH = "branch"
    """A record of a tree, alone or with all below it."""
    YES_NO = "yes_no"
    DAYS = "days"
    NUMBERS = "numbers"
    WORDS = "words"
    WHOLE = "whole"
    """By the whole value and nothing less."""


def way_of(field: Field, trees: Collection[str] = ()) -> Way | None:
    """None for a field that cannot be filtered by; `trees` are the entities whose records form a tree."""
    if field.type.is_encrypted:
        return Way.WHOLE if field.type.searchable else None
    if field.type.choices():
        return Way.ONE_OF
    match field.type.widget:
        case Widget.USER:
            return Way.PEOPLE
        case Widget.LINK:
            return Way.BRANCH if len(field.links_to) == 1 and field.links_to[0] in trees else Way.RECORD
        case Widget.CHECKBOX:
            return Way.YES_NO
        case Widget.DATE | Widget.DATETIME:
            return Way.DAYS
        case Widget.NUMBER | Widget.RATING:
            return Way.NUMBERS
        case Widget.TEXT | Widget.TEXT_AREA | Widget.CONDITION:
            return Way.WORDS
        case _:
            return Way.WORDS if isinstance(field.type.expression_type(), types.Text) else None


def filterable(
    entity: Entity, hidden: Iterable[str], trees: Collection[str] = (), linked: Iterable[str] = ()
) -> dict[str, Way]:
    """The fields that a visitor can filter by, in the order of the file, when they were made last; then the
    tables of pairs, `linked`."""
    out = {"id", "version", *hidden}
    ways = ((field.name, way_of(field, trees)) for field in entity.fields.values() if field.name not in out)
    return {name: way for name, way in ways if way is not None} | dict.fromkeys(linked, Way.LINKED)


def condition(field: Field, way: Way, values: Values) -> str | None:
    """The filter as an expression; None where it says nothing, or nothing that makes sense (somebody's old
    link)."""
    name, filled = field.name, [value for value in values if value][:MOST]
    match way:
        case Way.ONE_OF:
            return _one_of(field, [key for key in filled if key in field.type.choices()])
        case Way.PEOPLE:
            return _either([f"{name} = {'user' if value == ME else quoted(value)}" for value in filled])
        case Way.RECORD:
            return _either([f"{name} = {quoted(value)}" for value in filled])
        case Way.LINKED:
            return _either([f"{name} contains {quoted(value)}" for value in filled])
        case Way.BRANCH:
            return _branch(name, filled)
        case Way.YES_NO:
            return {"yes": f"{name} = true", "no": f"not {name}"}.get(filled[0]) if filled else None
        case Way.DAYS:
            return _days(field, *_ends(values))
        case Way.NUMBERS:
            return _between(name, *(_number(end) for end in _ends(values)))
        case Way.WHOLE:
            return f"{name} = {quoted(' '.join(filled))}" if filled else None
        case Way.WORDS:
            words = " ".join(filled).split()[:MOST]
            return _every([f"{name} contains {quoted(word)}" for word in words])
    assert_never(way)


def quoted(text: str) -> str:
    """A text literal of the expression language, cut where it is too long."""
    return '"' + text[:LONGEST].replace("\\", "\\\\").replace('"', '\\"') + '"'


def _one_of(field: Field, keys: list[str]) -> str | None:
    if not keys:
        return None
    if field.type.widget is Widget.MULTISELECT:
        return _either([f"{field.name} contains {quoted(key)}" for key in keys])
    return f"{field.name} in [{', '.join(map(quoted, keys))}]"


def _branch(name: str, values: list[str]) -> str | None:
    keys = [quoted(value) for value in values if value != BELOW]
    if BELOW in values:
        return _either([f"under({name}, {key})" for key in keys])
    return _either([f"{name} = {key}" for key in keys])


def _either(parts: list[str]) -> str | None:
    return " or ".join(parts) if parts else None


def _every(parts: list[str]) -> str | None:
    return " and ".join(parts) if parts else None


def _ends(values: Values) -> tuple[str, str]:
    first, last = (*values, "", "")[:2]
    return first, last


def _days(field: Field, first: str, last: str) -> str | None:
    start, end = _day(first), _day(last)
    if field.type.widget is Widget.DATE:
        return _between(field.name, quoted(f"{start}") if start else None, quoted(f"{end}") if end else None)
    parts = [f'{field.name} >= "{start} 00:00"'] if start else []
    parts += [f'{field.name} < "{end + timedelta(days=1)} 00:00"'] if end else []
    return _every(parts)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) >= LONGEST_NUMBER:
        return None
    written = f"{number:f}"
    return written if len(written.lstrip("-")) <= LONGEST_NUMBER else None


def _between(name: str, first: str | None, last: str | None) -> str | None:
    return _every(([f"{name} >= {first}"] if first else []) + ([f"{name} <= {last}"] if last else []))
