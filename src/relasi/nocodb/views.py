"""The views of a table: the lists that an admin wrote, the board of the process, a calendar, and a form.

A list is made where NocoDB can say its condition as it is meant; one that asks who is looking is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from relasi.nocodb.cells import Choice
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Compare, Constant, Empty, KindOf, Logic, Node, Read, Today, Within
from relasi.schema.fields.base import Kind
from relasi.schema.labels import text
from relasi.schema.model import Entity, Model
from relasi.texts import say

_SIGNS = {"=": "eq", "!=": "neq", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_BACKWARDS = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MOST_COLUMNS = 12


class Shown(Protocol):
    """A column, as far as views ask."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def options(self) -> tuple[Choice, ...]: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on the column `name`; `day` is a word of NocoDB's for a day that moves."""

    name: str
    sign: str
    value: str | None = None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class WantedView:
    """`name` is ours. `columns` are the physical names of what is shown, `by` that of the column which the
    board's stacks or the calendar's days come from."""

    name: str
    title: str
    kind: Literal["grid", "kanban", "calendar", "form"]
    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    """Columns with whether they go downwards."""
    by: str | None = None


class _Unsaid(Exception):
    """NocoDB has no words for the condition."""


def wanted_views(
    model: Model, entity: Entity, columns: Mapping[str, Shown], names: Mapping[str, str]
) -> tuple[WantedView, ...]:
    """`columns` by their fields; `names` are those of the columns by which people read a field."""
    language = model.settings.languages[0]
    views: list[WantedView] = []
    for each in entity.lists.values():
        try:
            filters = _filters(each.where, columns)
        except _Unsaid:
            continue
        views.append(
            WantedView(
                f"list.{each.name}",
                text(each.label, language),
                "grid",
                tuple(names[name] for name in each.columns if name in names),
                filters,
                tuple((columns[s.field].name, s.descending) for s in each.sort if s.field in columns),
            )
        )
    views += _board(entity, columns, language)
    views += _calendar(entity, columns, language)
    asked = [name for section in entity.forms[-1].sections for row in section.rows for name in row]
    open_ = (name for name in asked if name in columns and not entity.fields[name].computed)
    views.append(
        WantedView("form", say(language, "nocodb.form"), "form", tuple(columns[each].name for each in open_))
    )
    return _told_apart(views, {text(entity.plural, language), entity.name})


def _board(entity: Entity, columns: Mapping[str, Shown], language: str) -> list[WantedView]:
    if entity.process is None or entity.process.field not in columns:
        return []
    title = say(language, "nocodb.board", field=entity.fields[entity.process.field].label)
    return [WantedView("board", title, "kanban", by=columns[entity.process.field].name)]


def _calendar(entity: Entity, columns: Mapping[str, Shown], language: str) -> list[WantedView]:
    """By the first date that people enter."""
    dates = (Kind.DATE, Kind.DATETIME)
    for field in entity.own_fields:
        if field.name in columns and not field.computed and field.type.storage().kind in dates:
            title = say(language, "nocodb.calendar", field=field.label)
            return [WantedView("calendar", title, "calendar", by=columns[field.name].name)]
    return []


def _told_apart(views: list[WantedView], taken: set[str]) -> tuple[WantedView, ...]:
    """NocoDB wants another title for each, and calls the view that a table begins with as the table."""
    apart = []
    for view in views:
        title = view.title if view.title not in taken else f"{view.title} ({view.name})"
        taken.add(title)
        apart.append(replace(view, title=title, columns=view.columns[:_MOST_COLUMNS]))
    return tuple(apart)


def _filters(where: Expression | None, columns: Mapping[str, Shown]) -> tuple[Filter, ...]:
    """All of which must hold. Raises _Unsaid."""
    if where is None:
        return ()
    root = where.root
    parts = root.operands if isinstance(root, Logic) and root.operator == "and" else (root,)
    return tuple(_filter(part, columns) for part in parts)


def _filter(node: Node, columns: Mapping[str, Shown]) -> Filter:
    match node:
        case Compare(operator=sign, left=Constant() | Today(), right=Read()) if sign in _BACKWARDS:
            turned = Compare(operator=_BACKWARDS[sign], left=node.right, right=node.left, at=node.at)  # type: ignore[arg-type]  # a sign again
            return _filter(turned, columns)
        case Compare(left=Read() as field, right=Constant(value=value)) if node.ranks is None:
            return _compared(_column(field, columns), node.operator, value)
        case Compare(left=Read() as field, right=Today()):
            return Filter(_column(field, columns).name, _SIGNS[node.operator], day="today")
        case Compare(operator="=", left=KindOf(field=field, kinds=kinds), right=Constant(value=kind)):
            meant = [option for option, each in kinds.items() if each == kind]
            return _one_of(_column(field, columns), meant, negated=False)
        case Compare(operator="!=", left=KindOf(field=field, kinds=kinds), right=Constant(value=kind)):
            meant = [option for option, each in kinds.items() if each == kind]
            return _one_of(_column(field, columns), meant, negated=True)
        case Within(operand=Read() as field, items=items, negated=negated):
            return _one_of(_column(field, columns), [_constant(each) for each in items], negated=negated)
        case Empty(operand=Read() as field, negated=negated):
            return Filter(_column(field, columns).name, "notblank" if negated else "blank")
        case Read() as field:
            return _compared(_column(field, columns), "=", True)
    raise _Unsaid


def _compared(column: Shown, sign: str, value: Any) -> Filter:  # Any: a Python value
    if column.kind == "Checkbox" and sign in ("=", "!="):
        return Filter(column.name, "checked" if bool(value) == (sign == "=") else "notchecked")
    if column.options and sign in ("=", "!="):
        return _one_of(column, [value], negated=sign == "!=")
    if column.kind in ("SingleLineText", "LongText", "Number", "Decimal") and value is not None:
        return Filter(column.name, _SIGNS[sign], str(value))
    raise _Unsaid


def _one_of(column: Shown, options: list[Any], *, negated: bool) -> Filter:  # Any: a Python value
    titles = {each.key: each.title for each in column.options}
    if not titles or not set(options) <= titles.keys():
        raise _Unsaid
    return Filter(column.name, "nanyof" if negated else "anyof", ",".join(titles[each] for each in options))


def _column(field: Read, columns: Mapping[str, Shown]) -> Shown:
    if len(field.path) > 1 or field.old or field.path[0] not in columns:
        raise _Unsaid
    return columns[field.path[0]]


def _constant(node: Node) -> Any:  # Any: a Python value
    if isinstance(node, Constant):
        return node.value
    raise _Unsaid
