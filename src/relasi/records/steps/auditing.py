"""What the audit log says of a write: who changed which fields, in whose name and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from relasi.platform.query import Row
from relasi.records.recipe import Recipe
from relasi.schema.fields.base import Value
from relasi.store.audit import Change, ChangeKind

if TYPE_CHECKING:
    from relasi.records.work import Work


def entry(
    work: Work, recipe: Recipe, kind: ChangeKind, row: Row, fields: Mapping[str, tuple[Value, Value]]
) -> Change:
    """Of a change to a record, which is `row` now; `fields` maps each that changed to (old, new)."""
    dumps, actor = recipe.dumps, work.actor
    return Change(
        id=work.ground.new_id(),
        at=work.now,
        entity=recipe.entity.name,
        record_id=row["id"],
        kind=kind,
        version=row["version"],
        fields={
            name: (None if old is None else dumps[name](old), None if new is None else dumps[name](new))
            for name, (old, new) in fields.items()
        },
        user_id=None if actor.rule else actor.user_id,
        source=actor.source.value,
        on_behalf_of=actor.user_id if actor.rule else None,
        rule=actor.rule,
        rule_version=actor.rule_version,
        secret=recipe.encrypted & fields.keys(),
    )
