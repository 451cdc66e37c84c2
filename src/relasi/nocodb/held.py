"""Reads the base that was made, with the tables in it that are ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from relasi.nocodb.difference import BASE, Held
from relasi.nocodb.failures import Missing
from relasi.nocodb.meta import HeldTable, Meta
from relasi.store.places import Place


def read_held(places: Mapping[str, Place], meta: Meta, names: Collection[str]) -> Held | None:
    """`names` are those that the tables were made with. None where the base was not made yet, or is gone."""
    known = places.get(BASE)
    if known is None:
        return None
    try:
        tables = meta.tables(known.key)
    except Missing:
        return None
    ours = {each.key for each in places.values()}
    whole = (_whole(each, meta) if each.id in ours or each.is_called(names) else each for each in tables)
    return Held(known.key, {each.id: each for each in whole})


def _whole(table: HeldTable, meta: Meta) -> HeldTable:
    """With its columns and views; without them where it was deleted this very moment."""
    try:
        return meta.table(table.id)
    except Missing:
        return replace(table, columns=(), views=())
