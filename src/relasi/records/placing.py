"""Where many records may be put at once: into which state or option each of them, and whether to another
day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from relasi.errors import Forbidden
from relasi.platform.query import Row
from relasi.records.access.rights import holds
from relasi.records.sheet import Sheet
from relasi.records.steps.checks import awaited
from relasi.records.steps.moves import moves_of
from relasi.records.steps.narrowing import options_of
from relasi.records.view import View
from relasi.schema.model import Entity, Field, Move


@dataclass(frozen=True, slots=True)
class Placing:
    """`open` are the values that the actor may give a record, each with the moves that lead there; an option
    that no process guards has none. `closed` are those that the actor may not give it, and why."""

    open: Mapping[str, tuple[Move, ...]]
    closed: Mapping[str, Forbidden]


def placings(view: View, entity: str, name: str, keys: Iterable[str]) -> Mapping[str, Placing]:
    """By the ids of those that the actor may read; `name` is the field with the state, or a choice."""
    found = view.entity(entity)
    rows = dict(_readable(view, found, keys))
    if found.process and found.process.field == name:
        return {key: _by_moves(view, found, row) for key, row in rows.items()}
    field = found.fields[name]
    return {key: _by_choice(view, found, field, row) for key, row in rows.items()}


def changeable(view: View, entity: str, names: Iterable[str], keys: Iterable[str]) -> frozenset[str]:
    """Those of the records in which the actor may change all of the fields."""
    found = view.entity(entity)
    fields = [found.fields[name] for name in names]
    return frozenset(
        key
        for key, row in _readable(view, found, keys)
        if all(_may_change(view, found, field, row) for field in fields)
    )


def _readable(view: View, entity: Entity, keys: Iterable[str]) -> Iterator[tuple[str, Row]]:
    rights = view.rights(entity.name)
    for key, row in view.transaction.get(entity.name, list(keys)).items():
        if holds(rights.read, view.situation(row)):
            yield key, row


def _by_moves(view: View, entity: Entity, row: Row) -> Placing:
    moves, closed = moves_of(view, entity, row)
    open_: dict[str, tuple[Move, ...]] = {}
    for move in moves:
        open_[move.target] = (*open_.get(move.target, ()), move)
    return Placing(open_, {each.move.target: each.why for each in closed if each.move.target not in open_})


def _by_choice(view: View, entity: Entity, field: Field, row: Row) -> Placing:
    offered = options_of(field, view.situation(row))
    if _may_change(view, entity, field, row):
        return Placing(dict.fromkeys(offered, ()), {})
    return Placing({}, dict.fromkeys(offered, Forbidden("may_not_update")))


def _may_change(view: View, entity: Entity, field: Field, row: Row) -> bool:
    """Whether a form would let the actor change it."""
    situation, rights = view.situation(row), view.rights(entity.name)
    return (
        holds(rights.update, situation)
        and not (field.system or field.computed or field.type.read_only)
        and field.name not in rights.hidden_in(situation) | rights.locked_in(situation)
        and field.name not in awaited(view, entity.name, row["id"])
        and not Sheet.of(view, entity, situation).locks(field)
    )
