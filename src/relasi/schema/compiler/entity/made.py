"""Fields that a definition other than `fields` makes, such as the states of a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Path
from relasi.schema.compiler.settings.values import surroundings
from relasi.schema.fields.registry import FIELD_TYPES

Written = Mapping[str, Any]  # Any: the keys of a field type


def make_field(
    draft: Draft, entity: EntityDraft, name: str, written: Written, place: Path, *, by: str = "the process"
) -> None:
    """Adds the field, which is defined at `place`. Reports one of the author's that has its name."""
    if name in entity.types:
        top = str(place[0])
        entity.page.wrong(
            ("fields", name),
            "twice",
            f'the field "{name}" is already made by {by}',
            at_key=True,
            help=f"take the field away, or name another field under {top}"
            if top == "process"
            else "give one of them another name",
        )
    entity.places[name] = place
    around, _ = surroundings(draft, entity.page, place, entity.name)
    entity.types[name] = FIELD_TYPES[written["type"]].model_validate(written).resolve(around)
