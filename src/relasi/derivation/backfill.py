"""Derived values of records that are there already, when a definition is new or has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from relasi.derivation.graph import Graph
from relasi.derivation.values import Linked, made
from relasi.platform.contract import Transaction
from relasi.platform.query import Asking, Query, Row
from relasi.schema.derivations import Computed, When
from relasi.schema.fields.base import Value


def backfill(
    transaction: Transaction, graph: Graph, asking: Asking, places: Collection[tuple[str, str]]
) -> None:
    """Makes the fields `places`, each an entity and a name, right for every record, and writes what differs.

    Whoever calls says every field that is not right, those made of one that was not among them. What people
    own once it is filled is left as it is.
    """
    for derived in graph.order:
        derivation = derived.field.derivation
        is_own = isinstance(derivation, Computed) and derivation.when is When.ON_CREATE
        if (derived.entity, derived.name) not in places or is_own:
            continue
        query: Query | None = Query(derived.entity, asking, limit=500)
        while query is not None:
            page = transaction.find(query)
            values = made(derived, page.rows, Linked(transaction), asking)
            transaction.put(derived.entity, _different(page.rows, derived.name, values))
            query = replace(query, after=page.next) if page.next else None


def _different(rows: Collection[Row], name: str, values: Mapping[str, Value]) -> dict[str, Row]:
    return {row["id"]: {name: values[row["id"]]} for row in rows if values[row["id"]] != row[name]}
