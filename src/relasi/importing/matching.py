"""No map: columns fill the fields that are called like them, by name or by label in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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


def match_columns(entity: Entity, model: Model, columns: Sequence[str]) -> Mapping:
    """Raises ImportRefused where no column, or not every required field, finds its partner."""
    reading = Reading(Locale(model.settings.languages[0]), model.settings.zone)
    pairs = dict(_pairs(entity, columns))
    missing = missing_fields(entity, pairs)
    if missing or not pairs:
        raise _refusal(entity, columns, missing)
    sources: list[Source] = []
    references: list[Reference] = []
    for name, position in pairs.items():
        field = entity.fields[name]
        if field.type.name not in ("link", "user"):
            sources.append(Source(name, _take(field.type, position, reading)))
        elif len(field.links_to) < 2:
            references.append(_reference(model, field, position, reading))
    used = {
        columns[pairs[name]]
        for name in [*(each.field for each in sources), *(each.field for each in references)]
    }
    unused = tuple(name for name in columns if name and name not in used)
    return Mapping(entity, tuple(sources), tuple(references), (), False, (), unused)


def _pairs(entity: Entity, columns: Sequence[str]) -> Iterator[tuple[str, int]]:
    positions = {_folded(name): position for position, name in reversed(list(enumerate(columns))) if name}
    for field in entity.own_fields:
        if field.computed or isinstance(field.type, Attached):
            continue
        found = next((positions[word] for word in _names(field) if word in positions), None)
        if found is not None:
            yield field.name, found


def _names(field: Field) -> Iterator[str]:
    yield _folded(field.name)
    yield from (_folded(label) for label in field.label.values())


def _folded(name: str) -> str:
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
