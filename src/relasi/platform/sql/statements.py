"""The statements that a Query becomes. Nothing here talks to a database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from relasi.platform.query import Query, Search
from relasi.platform.sql.ciphers import demand_searchable
from relasi.platform.sql.cursors import Cursors
from relasi.platform.sql.expressions import to_sql
from relasi.platform.sql.functions import found_in
from relasi.platform.sql.orders import SortKey, in_order, sort_keys
from relasi.platform.sql.parts import Environment
from relasi.platform.sql.tables import KEY, VERSION, Tables
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import CurrentUser, Empty, Now, Read, TeamOf, Today, walk

_MATCHED = "matched_"


def shape(tables: Tables, query: Query, others: Iterable[Expression] = ()) -> tuple[Hashable, ...] | None:
    """The same for questions whose statements are the same but for what `matched` gives. None where they
    change with each question: with the moment, or with words or encrypted values that are looked for.
    `others` are expressions that stand in the statement as well."""
    expressions = (*query.where, *others)
    kinds = {type(node) for expression in expressions for node in walk(expression.root)}
    is_marked = bool(query.matching) and not tables.ciphers(query.entity).keys().isdisjoint(query.matching)
    if is_marked or query.search or kinds & {Now, Today}:
        return None
    matching = tuple(
        (field, None in values, len(_there(values)) == 1) for field, values in query.matching.items()
    )
    asking = query.asking
    user = asking.user_id if CurrentUser in kinds else None
    teams = frozenset(asking.teams().items()) if TeamOf in kinds else None
    texts = tuple(expression.text for expression in expressions)
    return query.entity, texts, matching, query.sort, query.fields, asking.zone, user, teams


@dataclass(frozen=True, slots=True)
class Paging:
    """What the pages of one shape have in common."""

    names: tuple[str, ...]
    keys: tuple[SortKey, ...]
    cursors: Cursors


def paging(tables: Tables, query: Query) -> Paging:
    """That of the query."""
    keys = sort_keys(tables.table(query.entity), query.sort, _filled(query))
    storages = [tables.storage(query.entity, key.column.name) for key in keys]
    return Paging(fields_of(tables, query), keys, Cursors(storages))


def _filled(query: Query) -> set[str]:
    """The fields that no record of the query has empty, as a condition of it says."""
    told = (expression.root for expression in query.where)
    asked = (node.operand for node in told if isinstance(node, Empty) and node.negated)
    return {read.path[0] for read in asked if isinstance(read, Read) and len(read.path) == 1}


def page(
    tables: Tables, query: Query, keys: tuple[SortKey, ...], after: tuple[Any, ...] | None
) -> tuple[Select[Any], ...]:
    """Statements which together give the rows of the page in order, and one more: the fields asked for, then
    those of the order that are not among these. They take the values of `behind`."""
    table = tables.table(query.entity)
    names = dict.fromkeys((*fields_of(tables, query), *(key.column.name for key in keys)))
    statement = select(*(table.columns[name] for name in names)).where(*conditions(tables, query))
    marks = after and tuple(
        _mark(key, n, value) for n, (key, value) in enumerate(zip(keys, after, strict=True))
    )
    return tuple(each.limit(query.limit + 1) for each in in_order(statement, keys, marks))


def behind(after: tuple[Any, ...] | None) -> dict[str, Any]:
    """What the statements of a page behind a row take, from its values in the fields of the order."""
    return {f"after_{n}": value for n, value in enumerate(after or ())}


def matched(query: Query) -> dict[str, Any]:
    """What statements that were built for a question of the same shape take from this one."""
    sought = {_MATCHED + field: _there(values) for field, values in query.matching.items()}
    return {name: values[0] if len(values) == 1 else values for name, values in sought.items()}


def _there(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _mark(key: SortKey, n: int, value: Any) -> ColumnElement[Any] | None:
    return None if value is None else bindparam(f"after_{n}", type_=key.column.type)


def fields_of(tables: Tables, query: Query) -> tuple[str, ...]:
    """The names of the fields that the rows have."""
    names = (
        tables.table(query.entity).columns.keys() if query.fields is None else (KEY, VERSION, *query.fields)
    )
    return tuple(dict.fromkeys(names))


def capped_count(tables: Tables, query: Query, cap: int) -> Select[Any]:
    """Counts to one more than the cap and no further, however many there are."""
    some = (
        select(literal(1))
        .select_from(tables.table(query.entity))
        .where(*conditions(tables, query))
        .limit(cap + 1)
    )
    return select(func.count()).select_from(some.subquery())


def some(tables: Tables, query: Query, most: int) -> Select[Any]:
    """The keys of records that match, in no order, as many as come first."""
    return select(tables.table(query.entity).columns[KEY]).where(*conditions(tables, query)).limit(most)


def environment(query: Query) -> Environment:
    """Who asks the query and when."""
    asking = query.asking
    return Environment(asking.now, asking.zone, asking.user_id, asking.teams)


def conditions(tables: Tables, query: Query) -> Iterator[ColumnElement[bool]]:
    for expression in query.where:
        yield to_sql(expression, tables, environment(query))
    for field, values in query.matching.items():
        yield _is_one_of(tables, query.entity, field, values)
    if query.search is not None:
        yield _found(tables, query.entity, query.search)


def _is_one_of(tables: Tables, entity: str, field: str, values: Sequence[Any]) -> ColumnElement[bool]:
    column, cipher = tables.table(entity).columns[field], tables.ciphers(entity).get(field)
    there = _there(values)
    filled: ColumnElement[bool]
    if cipher is not None:
        filled = demand_searchable(cipher).is_one_of(column, there)
    elif len(there) == 1:  # cheaper: a list has to be written into the statement each time
        filled = column == bindparam(_MATCHED + field, there[0], type_=column.type)
    else:
        filled = column.in_(bindparam(_MATCHED + field, there, type_=column.type, expanding=True))
    return or_(filled, column.is_(None)) if None in values else filled


def _found(tables: Tables, entity: str, search: Search) -> ColumnElement[bool]:
    """All words in the fields together, or the whole text in one that is encrypted, or what was meant in one
    that writes it in its own way, or nothing but it."""
    table, ciphers = tables.table(entity), tables.ciphers(entity)
    plain = [name for name in search.fields if name not in ciphers]
    words = (_contains(tables, table, entity, plain, word) for word in search.text.split())
    whole = {**search.whole, **{name: (search.text,) for name in search.fields if name in ciphers}}
    meant = (
        demand_searchable(ciphers[name]).is_one_of(table.columns[name], [written])
        if name in ciphers
        else _contains(tables, table, entity, [name], written)
        for name, written in search.written.items()
    )
    exact = (
        demand_searchable(ciphers[name]).is_one_of(table.columns[name], [*texts])
        if name in ciphers
        else table.columns[name].in_(texts)
        for name, texts in whole.items()
    )
    return or_(and_(true(), *words) if plain else false(), *meant, *exact)


def _contains(
    tables: Tables, source: FromClause, entity: str, names: Iterable[str], word: str
) -> ColumnElement[bool]:
    """Where one of the fields has the word: one of the row, or of what the row links to."""
    own: list[ColumnElement[str]] = []
    through: dict[str, list[str]] = {}
    for name in names:
        link, dot, rest = name.partition(".")
        if dot:
            through.setdefault(link, []).append(rest)
        else:
            own.append(source.c[name])
    found = [found_in(own, word)] if own else []
    for link, inner in through.items():
        (target,) = tables.targets(entity, link)
        linked = tables.table(target).alias()
        there = select(linked.c[KEY]).where(_contains(tables, linked, target, inner, word))
        found.append(source.c[link].in_(there))
    return or_(*found)
