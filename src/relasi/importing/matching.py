"""No map: columns fill the fields that are called like them, by name or by label in any language.

What was exported comes back to the records that it was: they and what they link to are named by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf

from babel import Locale

from relasi.diagnostics import nearest
from relasi.errors import ImportRefused
from relasi.importing.cells import converter
from relasi.importing.mapping import Mapping, Reference, Source, Take
from relasi.importing.maps import missing_fields
from relasi.importing.references import USER, match_by_default, match_types
from relasi.importing.tables import Cell
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import FieldType, Reading
from relasi.schema.model import Entity, Field, Model

Positions = MappingOf[str, int]
"""Folded names of columns, and where they stand."""

KEY = "relasi_id"
"""Names the column of ids in an export, and stands behind the name of a link in those of linked records."""


def match_columns(entity: Entity, model: Model, columns: Sequence[str]) -> Mapping:
    """Raises ImportRefused where no column, or not every required field, finds its partner."""
    reading = Reading(Locale(model.settings.languages[0]), model.settings.zone)
    positions = {folded(name): position for position, name in reversed(list(enumerate(columns))) if name}
    pairs = dict(_pairs(entity, positions))
    key = positions.get(folded(KEY))
    missing = missing_fields(entity, pairs) if key is None else []
    if missing or not pairs:
        raise _refusal(entity, columns, missing)
    sources: list[Source] = []
    references: list[Reference] = []
    used: set[int] = set()
    if key is not None:
        sources.append(Source("id", _take(entity.fields["id"].type, key, reading)))
        used.add(key)
    for name, position in pairs.items():
        field = entity.fields[name]
        if field.type.name not in ("link", "user") or position in _ids(field, positions):
            sources.append(Source(name, _take(field.type, position, reading)))
        elif len(field.links_to) < 2:
            references.append(_reference(model, field, position, reading))
        else:
            continue
        used.add(position)
    unused = tuple(name for position, name in enumerate(columns) if name and position not in used)
    identity = () if key is None else ("id",)
    return Mapping(entity, tuple(sources), tuple(references), identity, False, (), unused)


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


def _take(type_: FieldType, position: int, reading: Reading) -> Take:
    convert = converter(type_, reading)

    def take(cells: Sequence[Cell]) -> object:
        return convert(cells[position])

    return take


def _reference(model: Model, field: Field, position: int, reading: Reading) -> Reference:
    target = next(iter(field.links_to), USER)
    match = match_by_default(model, target)
    take = _take(match_types(model, target)[match], position, reading)
    return Reference(field.name, target, match, take, qualified=False)


def _refusal(entity: Entity, columns: Sequence[str], missing: Sequence[str]) -> ImportRefused:
    listed = ", ".join(name for name in columns if name)
    if not missing:
        return ImportRefused("no_column_fits", entity=entity.name, columns=listed)
    near = nearest(missing[0], [name for name in columns if name])
    code = "field_without_column_near" if near else "field_without_column"
    return ImportRefused(code, fields=", ".join(missing), columns=listed, near=near)
