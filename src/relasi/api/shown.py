"""Records as programs read them: fields as JSON, and beside them the titles of what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from relasi.api.caller import Caller
from relasi.records import Record
from relasi.records.links import references_of
from relasi.schema.fields.attached import FILE, Attached
from relasi.schema.fields.base import Value
from relasi.schema.fields.notation.disguised import Disguised
from relasi.schema.model import Field
from relasi.store.files import File

Data = dict[str, Any]  # Any: JSON

FILES = "/api/files"
_APART = frozenset({"id", "version"})
"""System fields that stand beside the others."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Some records, for all of which titles and files were looked up at once."""

    caller: Caller
    titles: Mapping[tuple[str, str], str]
    files: Mapping[str, File]

    @classmethod
    def of(cls, caller: Caller, records: Sequence[Record], names: Iterable[str] | None = None) -> Self:
        """`names` are the fields to look at; all of them if left out."""
        wanted = None if names is None else set(names)
        found = {
            reference
            for record in records
            for field, value in _values(caller, record, wanted)
            for reference in references_of(field, value)
        }
        keys = [key for entity, key in found if entity == FILE]
        others = {each for each in found if each[0] != FILE}
        records_ = caller.crm.records
        files = records_.files(caller.actor, keys) if keys else {}
        titles = records_.titles(caller.actor, others) if others else {}
        return cls(caller, titles, files)

    def record(self, record: Record, names: Iterable[str] | None = None) -> Data:
        wanted = None if names is None else set(names)
        fields, links = {}, {}
        for field, value in _values(self.caller, record, wanted):
            fields[field.name] = dumped(field, value)
            if named := self._named(record, field, value):
                links[field.name] = named
        return self.head(record) | {"fields": fields, "links": links}

    def head(self, record: Record) -> Data:
        return {
            "entity": record.entity,
            "id": record.id,
            "version": record.version,
            "title": record.title,
        }

    def person(self, user_id: str | None) -> Data | None:
        if user_id is None:
            return None
        return {"id": user_id, "title": self.titles.get(("user", user_id))}

    def _named(self, record: Record, field: Field, value: Value) -> Any:  # Any: JSON
        """What a value names: a title of None is of a record that the caller may not see."""
        references = references_of(field, value)
        if isinstance(field.type, Attached):
            found = (self.files[key] for _, key in references if key in self.files)
            return [self._file(record, field, file) for file in found]
        if not references:
            return None
        ((entity, key),) = references
        return {"entity": entity, "id": key, "title": self.titles.get((entity, key))}

    def _file(self, record: Record, field: Field, file: File) -> Data:
        return {
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "href": f"{FILES}/{record.entity}/{record.id}/{field.name}/{file.id}",
        }


def dumped(field: Field, value: Value) -> Any:  # Any: JSON
    """What a mask leaves of a value is a text, whatever the type."""
    if value is None:
        return None
    return str(value) if isinstance(value, Disguised) else field.type.dump(value)


def _values(caller: Caller, record: Record, wanted: set[str] | None) -> Iterable[tuple[Field, Value]]:
    entity = caller.model.entities[record.entity]
    for name, field in entity.fields.items():
        if name in record.values and name not in _APART and (wanted is None or name in wanted):
            yield field, record.values[name]
