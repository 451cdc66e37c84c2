"""From a change to the treatment of every record."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.deploy.blueprint import field_from
from relasi.deploy.changes import AddColumn, FillEmpty, Rewrite, Tighten
from relasi.deploy.fill import Fill, parsed
from relasi.deploy.ground import Ground
from relasi.deploy.recast import Recast
from relasi.deploy.treatment import Treatment
from relasi.schema.fields.base import FieldType, has_holes
from relasi.store.session import Session
from relasi.store.trash import Removal, Thrown

Treated = AddColumn | Rewrite | FillEmpty | Tighten


def treatment_of(ground: Ground, change: Treated) -> Treatment:
    """Raises BadFill."""
    new = ground.wanted[change.table].columns[change.column].type
    fill = _fill(ground, change.table, change.column, new)
    if isinstance(change, AddColumn):
        removal = ground.removed(change.table, change.column)
        recast = Recast(_removed_type(ground, removal), new, ground.usage) if removal else None
        return Treatment(
            change,
            new,
            None,
            None,
            recast,
            fill,
            is_demanded=new.required,
            originals=_thrown(ground, removal),
        )
    held = ground.held[change.table].columns[change.column]
    assert held.type is not None  # the differ blocks what it does not know
    moves = change.moves if isinstance(change, Rewrite) else {}
    return Treatment(
        change,
        new,
        held.source,
        held.type,
        Recast(held.type, new, ground.usage, moves),
        fill,
        is_demanded=new.required and not held.type.required,
        originals=_thrown(ground, ground.rewritten(change.table, change.column)),
        was_derived=held.derived is not None,
    )


def _fill(ground: Ground, table: str, column: str, new: FieldType) -> Fill | None:
    start = ground.wanted[table].columns[column].start
    if start is None:
        return None
    if not has_holes(start):
        return Fill(new, ground.usage, ground.moment, ground.follow, new.authored(start, ground.moment))
    held = ground.held.get(table)
    made = parsed(start, ground.scope(held.source if held else table))
    return Fill(new, ground.usage, ground.moment, ground.follow, made=made)


def _removed_type(ground: Ground, removal: Removal) -> FieldType:
    settings = ground.model.settings
    return field_from(removal.definition, settings.currency, settings.languages)


def _thrown(ground: Ground, removal: Removal | None) -> Mapping[str, Thrown]:
    if removal is None:
        return {}
    return {row.record_id: row for row in Session(ground.connection).trash.rows(removal.id)}
