"""What the audit log says of a pair on both of its sides: that they were linked, or are no longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from relasi.platform.query import Row
from relasi.records.links import target_of
from relasi.records.steps.auditing import entry
from relasi.schema.model import Entity, RowTable
from relasi.store.audit import Change, ChangeKind

if TYPE_CHECKING:
    from relasi.records.work import Work


def told_to_ends(work: Work, pairs: Entity, writes: Sequence[tuple[Row | None, Row | None]]) -> list[Change]:
    """`writes` are pairs as they were and as they are, None where there was or is none."""
    ends = work.ground.ends(pairs.name)
    return [
        change
        for owner, table in ends
        for old, new in writes
        for change in _told(work, owner, table, old, new)
    ]


def _told(work: Work, owner: str, table: RowTable, old: Row | None, new: Row | None) -> Iterator[Change]:
    before, after = _sides(table, old), _sides(table, new)
    if before == after:
        return
    if before is not None:
        yield from _entry(work, owner, table, "unlinked", before)
    if after is not None:
        yield from _entry(work, owner, table, "linked", after)


def _sides(table: RowTable, pair: Row | None) -> tuple[str, str] | None:
    return None if pair is None or table.other is None else (pair[table.link], pair[table.other])


def _entry(
    work: Work, owner: str, table: RowTable, kind: ChangeKind, sides: tuple[str, str]
) -> Iterator[Change]:
    """Nothing where this side is gone, or is a record of another entity."""
    entity, key = target_of(work.entity(table.entity).fields[table.link], sides[0])
    row = work.follow(entity, key) if entity == owner else None
    if row is not None:
        fields = {table.name: (None, sides[1]) if kind == "linked" else (sides[1], None)}
        yield replace(entry(work, work.ground.recipe(owner), kind, row, {}), fields=fields)
