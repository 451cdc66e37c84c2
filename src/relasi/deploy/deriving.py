"""Derived values after an apply: made anew where their definition, or what they are made of, has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relasi.deploy.changes import AddColumn, Change, CreateTable, Derive, FillEmpty, Rewrite
from relasi.deploy.ground import Ground
from relasi.derivation import Graph, backfill
from relasi.derivation.clocks import refill
from relasi.derivation.graph import Place
from relasi.platform.query import Asking
from relasi.platform.sql.platform import SqlTransaction


def derive(ground: Ground, changes: Iterable[Change]) -> None:
    graph = Graph(ground.model)
    derived = {(each.entity, each.name) for each in graph.order}
    reached: set[Place] = set()
    waiting = list(_changed(ground, changes))
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += ((each.derived.entity, each.derived.name) for each in graph.dependents(*place))
    transaction = SqlTransaction.within(ground.connection, ground.model, ground.tables)
    asking = Asking(ground.moment.now, ground.moment.zone)
    backfill(transaction, graph, asking, reached & derived)
    clocked = [entity for entity in ground.model.entities.values() if entity.slas]
    for entity in clocked:
        refill(transaction, entity, {name for table, name in reached if table == entity.name}, asking)
    if clocked:  # once more, for what is made of what the clocks show
        backfill(transaction, graph, asking, reached & derived)


def _changed(ground: Ground, changes: Iterable[Change]) -> Iterator[Place]:
    """The fields that have other values than before."""
    for change in changes:
        match change:
            case AddColumn(table, column) | Rewrite(table, column):
                yield table, column
            case FillEmpty(table, column) | Derive(table, column):
                yield table, column
            case CreateTable(table, _, restored) if restored:
                yield from ((table, column) for column in ground.wanted[table].columns)
