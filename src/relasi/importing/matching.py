"""No map: columns fill the fields that are called like them, by name or by label in any language.

What was exported comes back to the records that it was: they and what they link to are named by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf

from relasi.diagnostics import nearest
from relasi.errors import ImportRefused
from relasi.importing.maps import ID, missing_fields
from relasi.importing.written import Written
from relasi.schema.fields.attached import Attached
from relasi.schema.model import Entity, Field

Positions = MappingOf[str, int]
"""Folded names of columns, and where they stand."""

KEY = "relasi_id"
"""Names the column of ids in an export, and stands behind the name of a link in those of linked records."""


def suggested(entity: Entity, columns: Sequence[str]) -> Written:
    """The map by which such a file is read where there is none. It may lack what a record needs."""
    positions = _positions(columns)
    fields: dict[str, object] = {}
    key = positions.get(folded(KEY))
    if key is not None:
        fields[ID] = columns[key]
    for name, position in _pairs(entity, positions):
        field = entity.fields[name]
        if position in _ids(field, positions):
            fields[name] = {"from": columns[position], "match": ID}
        elif len(field.links_to) < 2:
            fields[name] = columns[position]
    return {"import": entity.name, "fields": fields}


def refuse_unfit(entity: Entity, columns: Sequence[str]) -> None:
    """Raises ImportRefused where no column, or not every required field, finds its partner by its name."""
    positions = _positions(columns)
    pairs = dict(_pairs(entity, positions))
    missing = [] if folded(KEY) in positions else missing_fields(entity, pairs)
    if missing or not pairs:
        raise _refusal(entity, columns, missing)


def _positions(columns: Sequence[str]) -> Positions:
    return {folded(name): position for position, name in reversed(list(enumerate(columns))) if name}


def _pairs(entity: Entity, positions: Positions) -> Iterator[tuple[str, int]]:
    """A column that is called like one field is not taken for the label of another."""
    fields = [each for each in entity.own_fields if not each.computed and not isinstance(each.type, Attached)]
    named = {folded(field.name) for field in entity.fields.values()}
    for field in fields:
        words = [folded(field.name), *(word for word in names_of(field) if word not in named)]
        found = [*_ids(field, positions), *(positions[word] for word in words if word in positions)]
        if found:
            yield field.name, found[0]


def _ids(field: Field, positions: Positions) -> list[int]:
    """The columns that hold the ids of what the field links to."""
    words = (word + folded(KEY) for word in names_of(field))
    return [positions[word] for word in words if word in positions]


def names_of(field: Field) -> Iterator[str]:
    """The words by which a column is known to be about the field."""
    yield folded(field.name)
    yield from (folded(label) for label in field.label.values())


def folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _refusal(entity: Entity, columns: Sequence[str], missing: Sequence[str]) -> ImportRefused:
    listed = ", ".join(name for name in columns if name)
    if not missing:
        return ImportRefused("no_column_fits", entity=entity.name, columns=listed)
    near = nearest(missing[0], [name for name in columns if name])
    code = "field_without_column_near" if near else "field_without_column"
    return ImportRefused(code, fields=", ".join(missing), columns=listed, near=near)
