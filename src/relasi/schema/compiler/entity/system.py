"""The fields that the engine keeps in every entity."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.schema.fields.base import FieldType
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.labels import LabelSpec

_LABELS: Mapping[str, tuple[str, dict[str, str]]] = {
    "id": ("text", {"en": "Id", "id": "Id"}),
    "version": ("number", {"en": "Version", "id": "Versi"}),
    "created_at": ("datetime", {"en": "Created", "id": "Dibuat"}),
    "updated_at": ("datetime", {"en": "Last changed", "id": "Terakhir diubah"}),
    "created_by": ("user", {"en": "Created by", "id": "Dibuat oleh"}),
    "updated_by": ("user", {"en": "Last changed by", "id": "Terakhir diubah oleh"}),
}

SYSTEM_TYPES: Mapping[str, FieldType] = {
    name: FIELD_TYPES[kind].model_validate({"type": kind, "read_only": True})
    for name, (kind, _) in _LABELS.items()
}
SYSTEM_LABELS: Mapping[str, LabelSpec] = {name: label for name, (_, label) in _LABELS.items()}
